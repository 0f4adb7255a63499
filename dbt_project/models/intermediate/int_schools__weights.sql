-- The weight of a school's units for each measure: 1, or its post-stratum's to the roster. A school
-- whose post-stratum has no roster weight is left out of that weighting.
with schools as (
    select * from {{ ref('int_schools__by_term') }}
    where local_district is not null
),

post_strata as (
    select * from {{ ref('int_post_strata__weights') }}
)

select
    schools.term,
    schools.school_id,
    post_strata.measure_id,
    'none' as weighting,
    cast(1 as double) as weight,
    false as is_unrepresented
from schools
inner join post_strata
    on
        schools.term = post_strata.term
        and schools.local_district = post_strata.local_district
        and schools.school_level = post_strata.school_level

union all

select
    schools.term,
    schools.school_id,
    post_strata.measure_id,
    'roster' as weighting,
    post_strata.weight,
    post_strata.n_sampled = 0 as is_unrepresented
from schools
inner join post_strata
    on
        schools.term = post_strata.term
        and schools.local_district = post_strata.local_district
        and schools.school_level = post_strata.school_level
