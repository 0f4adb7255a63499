-- Post-strata are local district by school level. Weighting to the roster gives each sampled unit
-- N / n of its post-stratum; one with nobody sampled is represented by nobody, and one with nobody
-- rostered is left out of roster weighting: both have no weight, and are counted in coverage.
with schools as (
    select * from {{ ref('int_schools__by_term') }}
    where local_district is not null
),

measured as (
    select distinct
        term,
        measure_id
    from {{ ref('int_schools__sums') }}
),

rostered as (
    select
        schools.term,
        schools.local_district,
        schools.school_level,
        cast(sum(frame.n_eligible) as bigint) as n_rostered
    from {{ ref('int_schools__frame') }} as frame
    inner join schools
        on frame.term = schools.term and frame.school_id = schools.school_id
    where frame.subgroup_type = 'all'
    group by schools.term, schools.local_district, schools.school_level
),

sampled as (
    select
        schools.term,
        schools.local_district,
        schools.school_level,
        sums.measure_id,
        cast(sum(sums.n) as bigint) as n_sampled
    from {{ ref('int_schools__sums') }} as sums
    inner join schools
        on sums.term = schools.term and sums.school_id = schools.school_id
    where sums.subgroup_type = 'all'
    group by schools.term, schools.local_district, schools.school_level, sums.measure_id
)

select
    rostered.term,
    measured.measure_id,
    rostered.local_district,
    rostered.school_level,
    rostered.n_rostered,
    coalesce(sampled.n_sampled, 0) as n_sampled,
    case
        when rostered.n_rostered > 0 and sampled.n_sampled > 0
            then cast(rostered.n_rostered as double) / sampled.n_sampled
    end as weight
from rostered
inner join measured on rostered.term = measured.term
left join sampled
    on
        rostered.term = sampled.term
        and rostered.local_district = sampled.local_district
        and rostered.school_level = sampled.school_level
        and measured.measure_id = sampled.measure_id
