-- The frame of every unit of geography by post-stratum (local district by school level), so that
-- marts add up few rows. Schools of no local district stand as the local district `unassigned`.
select
    frame.term,
    frame.population,
    units.geography,
    units.level,
    units.unit_id,
    units.unit_name,
    units.stratum is null as is_unassigned,
    schools.local_district,
    schools.school_level,
    frame.subgroup_type,
    frame.subgroup,
    cast(sum(frame.n_eligible) as bigint) as n_eligible,
    cast(sum(frame.n_seen) as bigint) as n_seen,
    cast(sum(frame.n_matched) as bigint) as n_matched
from {{ ref('int_schools__frame') }} as frame
inner join {{ ref('int_schools__units') }} as units
    on frame.term = units.term and frame.school_id = units.school_id
inner join {{ ref('int_schools__by_term') }} as schools
    on frame.term = schools.term and frame.school_id = schools.school_id
where units.level <> 'school' or frame.subgroup_type = 'all'
group by
    frame.term,
    frame.population,
    units.geography,
    units.level,
    units.unit_id,
    units.unit_name,
    units.stratum is null,
    schools.local_district,
    schools.school_level,
    frame.subgroup_type,
    frame.subgroup
