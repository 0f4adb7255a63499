-- Who was seen of those who should have been: classrooms visited, students and teachers who
-- answered a survey, educators who attended professional learning. Schools of no local district
-- stand as the unit `unassigned`, so that the local districts' rows make the district's. Students
-- are counted in seats, which the flag says where nothing more pressing is to be said.
with terms as (
    select * from {{ ref('stg_registry__terms') }}
),

frame as (
    select * from {{ ref('int_units__frame') }}
    where n_eligible is not null
),

counted as (
    select
        term,
        geography,
        level,
        unit_id,
        unit_name,
        population,
        subgroup_type,
        subgroup,
        is_unassigned and level = 'local_district' as is_unassigned,
        cast(sum(n_eligible) as bigint) as n_eligible,
        cast(sum(n_seen) as bigint) as n_seen,
        cast(sum(n_matched) as bigint) as n_matched
    from frame
    group by
        term,
        geography,
        level,
        unit_id,
        unit_name,
        population,
        subgroup_type,
        subgroup,
        is_unassigned and level = 'local_district'
)

select
    terms.school_year,
    counted.term,
    counted.geography,
    counted.level,
    counted.unit_id,
    counted.unit_name,
    counted.population,
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
        when counted.n_matched > counted.n_eligible then 'over_100'
        when counted.population = 'students' then 'seats'
    end as flag
from counted
inner join terms on counted.term = terms.term
where counted.n_eligible > 0 or counted.n_seen > 0
