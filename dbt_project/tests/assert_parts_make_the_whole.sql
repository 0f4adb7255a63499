-- Means: schools' classrooms sum to their local district's, local districts' to the district's, and
-- the parts of a subgroup type to the whole.
-- Matters: a reader adds rows up, and so does disclosure control.
-- To resolve: look at int_schools__units and int_classrooms__subgroups for a lost or doubled row.
with adoption as (
    select * from {{ ref('mart_adoption') }}
    where weighting = 'none'
),

by_level as (
    select
        term,
        measure_id,
        level,
        sum(n) as n,
        sum(n_eligible) as n_eligible
    from adoption
    where geography = 'local_district' and subgroup_type = 'all'
    group by term, measure_id, level
),

by_subgroup as (
    select
        term,
        measure_id,
        geography,
        level,
        unit_id,
        subgroup_type,
        sum(n) as n,
        sum(n_eligible) as n_eligible
    from adoption
    where level <> 'school'
    group by term, measure_id, geography, level, unit_id, subgroup_type
)

select
    'levels' as relation,
    term,
    measure_id,
    level as part,
    n as found,
    max(n) over (partition by term, measure_id) as expected
from by_level
qualify
    n <> max(n) over (partition by term, measure_id)
    or n_eligible <> max(n_eligible) over (partition by term, measure_id)

union all

select
    'subgroups' as relation,
    term,
    measure_id,
    unit_id || ' ' || subgroup_type as part,
    n as found,
    max(n) over (partition by term, measure_id, geography, level, unit_id) as expected
from by_subgroup
qualify
    n <> max(n) over (partition by term, measure_id, geography, level, unit_id)
    or n_eligible <> max(n_eligible) over (partition by term, measure_id, geography, level, unit_id)
