-- Who was seen of those who should have been. Schools of no local district stand as the unit
-- `unassigned`, so that the local districts' rows make the district's.
with terms as (
    select * from {{ ref('stg_registry__terms') }}
),

units as (
    select * from {{ ref('int_schools__units') }}
),

frame as (
    select * from {{ ref('int_schools__frame') }}
),

counted as (
    select
        frame.term,
        units.geography,
        units.level,
        units.unit_id,
        units.unit_name,
        frame.subgroup_type,
        frame.subgroup,
        units.stratum is null and units.level = 'local_district' as is_unassigned,
        cast(sum(frame.n_eligible) as bigint) as n_eligible,
        cast(sum(frame.n_seen) as bigint) as n_seen,
        cast(sum(frame.n_matched) as bigint) as n_matched
    from frame
    inner join units
        on frame.term = units.term and frame.school_id = units.school_id
    where units.level <> 'school' or frame.subgroup_type = 'all'
    group by
        frame.term,
        units.geography,
        units.level,
        units.unit_id,
        units.unit_name,
        frame.subgroup_type,
        frame.subgroup,
        units.stratum is null and units.level = 'local_district'
)

select
    terms.school_year,
    counted.term,
    counted.geography,
    counted.level,
    counted.unit_id,
    counted.unit_name,
    'classrooms' as population,
    counted.subgroup_type,
    counted.subgroup,
    counted.n_eligible,
    counted.n_seen,
    counted.n_matched,
    cast(counted.n_matched as double) / nullif(counted.n_eligible, 0) as coverage,
    case
        when counted.is_unassigned then 'unassigned'
        when counted.n_eligible = 0 then 'none_rostered'
        when counted.n_seen = 0 then 'none_seen'
    end as flag
from counted
inner join terms on counted.term = terms.term
