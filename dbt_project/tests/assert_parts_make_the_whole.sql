-- Means: schools' units sum to their local district's, local districts' to the district's, and the
-- parts of a subgroup type to the whole; those eligible too, where the roster knows them.
-- Matters: a reader adds rows up, and so does disclosure control.
-- To resolve: look at int_schools__units, int_clusters__sums and int_schools__frame for a lost or
-- doubled row.
with estimates as (
    {{ all_estimates() }}
),

unweighted as (
    select * from estimates
    where weighting = 'none'
),

by_level as (
    select
        term,
        measure_id,
        missing_rule,
        level,
        sum(n) as n,
        sum(n_eligible) as n_eligible
    from unweighted
    where geography = 'local_district' and subgroup_type = 'all'
    group by term, measure_id, missing_rule, level
),

by_subgroup as (
    select
        term,
        measure_id,
        missing_rule,
        geography,
        level,
        unit_id,
        subgroup_type,
        sum(n) as n,
        sum(n_eligible) as n_eligible
    from unweighted
    where level <> 'school'
    group by term, measure_id, missing_rule, geography, level, unit_id, subgroup_type
)

select
    'levels' as relation,
    term,
    measure_id,
    level as part,
    n as found,
    max(n) over whole as expected
from by_level
window whole as (partition by term, measure_id, missing_rule)
qualify n <> max(n) over whole or n_eligible <> max(n_eligible) over whole

union all

select
    'subgroups' as relation,
    term,
    measure_id,
    unit_id || ' ' || subgroup_type as part,
    n as found,
    max(n) over all_parts as expected
from by_subgroup
window all_parts as (partition by term, measure_id, missing_rule, geography, level, unit_id)
qualify n <> max(n) over all_parts or n_eligible <> max(n_eligible) over all_parts
