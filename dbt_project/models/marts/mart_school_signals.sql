-- Which schools are unlike what they are held to, beyond chance (`warning`) and beyond how schools
-- differ anyway (`action`): a funnel plot's points, limits and signals, of the shares that visits
-- tell. Schools that nobody has visited are listed: that is a place to go too.
{%- set keys = ['term', 'measure_id', 'unit_id', 'reference_kind'] %}
{%- set family = ['term', 'measure_id', 'local_district', 'reference_kind'] %}
with recipes as (
    select
        recipes.measure_id,
        recipes.missing_rule,
        measures.target
    from {{ ref('int_measures__recipes') }} as recipes
    inner join {{ ref('stg_registry__measures') }} as measures
        on recipes.measure_id = measures.measure_id
    where measures.kind = 'proportion' and measures.unit = 'classrooms'
),

-- a teacher's sections are alike: the unit is their mean, a classroom's where the teacher is unknown
teachers as (
    select
        sums.term,
        sums.measure_id,
        sums.school_id,
        sums.n_visits,
        sums.sum_y / sums.n as y
    from {{ ref('int_clusters__sums') }} as sums
    inner join recipes
        on sums.measure_id = recipes.measure_id and sums.missing_rule = recipes.missing_rule
    where sums.cluster_kind = 'part' and sums.subgroup_type = 'all'
),

seen as (
    select
        term,
        measure_id,
        school_id,
        count(*) as n,
        cast(sum(n_visits) as bigint) as n_visits,
        {{ exact_sum('y') }} as sum_y,
        {{ exact_sum('power(y, 2)') }} as sum_yy
    from teachers
    group by term, measure_id, school_id
),

estimates as (
    select
        estimates.*,
        recipes.target
    from {{ ref('int_domains__estimates') }} as estimates
    inner join recipes
        on
            estimates.measure_id = recipes.measure_id
            and estimates.missing_rule = recipes.missing_rule
    where
        estimates.level = 'local_district'
        and estimates.subgroup_type = 'all'
        and estimates.weighting = 'none'
        and estimates.n > 0
),

held_to as (
    select
        school_year,
        term,
        unit_id as local_district,
        measure_id,
        'local_district' as reference_kind,
        estimate as reference
    from estimates

    union all

    select
        school_year,
        term,
        unit_id as local_district,
        measure_id,
        'target' as reference_kind,
        target as reference
    from estimates
    where target is not null
),

schools as (
    select distinct
        term,
        unit_id,
        unit_name,
        local_district
    from {{ ref('int_units__frame') }}
    where
        level = 'school'
        and population = 'classrooms'
        and subgroup_type = 'all'
        and not is_unassigned
),

points as (
    select
        held_to.school_year,
        held_to.term,
        held_to.local_district,
        schools.unit_id,
        schools.unit_name,
        held_to.reference_kind,
        held_to.measure_id,
        coalesce(seen.n, 0) as n,
        seen.sum_y,
        seen.sum_y / seen.n as estimate,
        held_to.reference,
        case
            when held_to.reference > 0 and held_to.reference < 1
                then
                    greatest(
                        (
                            seen.sum_yy
                            - 2 * held_to.reference * seen.sum_y
                            + seen.n * power(held_to.reference, 2)
                        )
                        / power(seen.n, 2),
                        held_to.reference * (1 - held_to.reference) / seen.n_visits
                    )
        end as variance
    from held_to
    inner join schools
        on held_to.term = schools.term and held_to.local_district = schools.local_district
    left join seen
        on
            held_to.term = seen.term
            and held_to.measure_id = seen.measure_id
            and schools.unit_id = seen.school_id
),

scored as (
    select
        points.*,
        points.n >= minimum_n.minimum_n and points.variance is not null as is_compared,
        (points.estimate - points.reference) / sqrt(points.variance) as z,
        -- to the nearest whole, also where three sixths have lost their last digit
        {{ binomial_mid_tail('floor(points.sum_y + 0.5 + 1e-9)', 'points.n', 'points.reference') }}
            as lower_tail
    from points
    inner join {{ ref('stg_registry__minimum_n') }} as minimum_n on minimum_n.unit = 'classrooms'
),

-- of few teachers the exact test of how many of them it would be; else the score test
tested as (
    select
        *,
        case
            when variance is null then null
            when n < 20 then 2 * least(lower_tail, 1 - lower_tail)
            else {{ two_sided_normal('z') }}
        end as p_value
    from scored
),

-- Benjamini and Hochberg: the i-th smallest of m is p m / i, and no more than those above it
ranked as (
    select
        {{ columns(keys) }},
        p_value
        * count(*) over (partition by {{ columns(family) }})
        / row_number() over (partition by {{ columns(family) }} order by p_value, unit_id) as adjusted,
        row_number() over (partition by {{ columns(family) }} order by p_value, unit_id) as place,
        local_district
    from tested
    where is_compared
),

adjusted as (
    select
        {{ columns(keys) }},
        least(
            1,
            min(adjusted) over (
                partition by {{ columns(family) }}
                order by place
                rows between current row and unbounded following
            )
        ) as q_value
    from ranked
),

-- how much schools differ beyond chance: Spiegelhalter 2005, additive over-dispersion
weighed as (
    select
        {{ columns(family) }},
        count(*) as schools,
        {{ exact_sum('power(z, 2)') }} as distance,
        {{ exact_sum('1 / variance') }} as sum_w,
        {{ exact_sum('1 / power(variance, 2)') }} as sum_ww
    from tested
    where is_compared
    group by {{ columns(family) }}
),

dispersion as (
    select
        {{ columns(family) }},
        case
            when schools > 1
                then greatest(0, (distance - (schools - 1)) / (sum_w - sum_ww / sum_w))
            else 0
        end as between_schools
    from weighed
),

limits as (
    select
        tested.*,
        adjusted.q_value,
        sqrt(tested.variance) as chance,
        sqrt(tested.variance + coalesce(dispersion.between_schools, 0)) as chance_and_schools
    from tested
    left join adjusted on {{ equal(keys, 'tested', 'adjusted') }}
    left join dispersion on {{ equal(family, 'tested', 'dispersion') }}
)

select
    school_year,
    term,
    unit_id,
    unit_name,
    reference_kind,
    measure_id,
    n,
    estimate,
    reference,
    {{ funnel_limit('greatest', 'reference - 1.959963984540054 * chance', 0) }} as limit_95_low,
    {{ funnel_limit('least', 'reference + 1.959963984540054 * chance', 1) }} as limit_95_high,
    {{ funnel_limit('greatest', 'reference - 3.09 * chance_and_schools', 0) }} as limit_998_low,
    {{ funnel_limit('least', 'reference + 3.09 * chance_and_schools', 1) }} as limit_998_high,
    p_value,
    q_value,
    case
        when q_value <= 0.05 and abs(estimate - reference) > 3.09 * chance_and_schools then 'action'
        when q_value <= 0.05 then 'warning'
        else 'none'
    end as signal,
    case
        when estimate - reference > 1e-9 then 'above'
        when reference - estimate > 1e-9 then 'below'
    end as direction
from limits
