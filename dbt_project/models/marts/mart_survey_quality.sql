-- How far a survey can be trusted: who answered of those who should have, and whether the items of
-- each construct go together (Cronbach's alpha on complete cases, unweighted, negative items
-- reversed: k / (k - 1) (1 - sum of item variances / variance of the total); null for one item).
with terms as (
    select * from {{ ref('stg_registry__terms') }}
),

instruments as (
    select
        instrument,
        case source when 'student_survey' then 'students' else 'teachers' end as population
    from {{ ref('stg_registry__instruments') }}
    where source <> 'observations'
),

constructs as (
    select
        instrument,
        construct,
        count(*) as n_items
    from {{ ref('stg_registry__items') }}
    where construct is not null
    group by instrument, construct
),

units as (
    select * from {{ ref('int_schools__units') }}
    where stratum is not null
),

respondents as (
    select
        units.term,
        units.geography,
        units.level,
        units.unit_id,
        counted.instrument,
        cast(sum(counted.n) as bigint) as n_respondents
    from {{ ref('int_respondents__counted') }} as counted
    inner join units
        on counted.term = units.term and counted.school_id = units.school_id
    where counted.instrument is not null and counted.subgroup_type = 'all'
    group by units.term, units.geography, units.level, units.unit_id, counted.instrument
),

-- an administration is an instrument in a term: that anybody answered makes it one
administrations as (
    select distinct
        term,
        instrument
    from respondents
),

eligible as (
    select
        term,
        population,
        geography,
        level,
        unit_id,
        unit_name,
        cast(sum(n_eligible) as bigint) as n_eligible
    from {{ ref('int_units__frame') }}
    where subgroup_type = 'all' and not is_unassigned
    group by term, population, geography, level, unit_id, unit_name
),

item_sums as (
    select
        units.term,
        units.geography,
        units.level,
        units.unit_id,
        reliability.construct,
        reliability.item,
        cast(sum(reliability.n_complete) as bigint) as n_complete,
        {{ exact_sum('reliability.sum_x') }} as sum_x,
        {{ exact_sum('reliability.sum_xx') }} as sum_xx
    from {{ ref('int_respondents__reliability') }} as reliability
    inner join units
        on reliability.term = units.term and reliability.school_id = units.school_id
    group by
        units.term,
        units.geography,
        units.level,
        units.unit_id,
        reliability.construct,
        reliability.item
),

variances as (
    select
        term,
        geography,
        level,
        unit_id,
        construct,
        item,
        n_complete,
        (sum_xx - power(sum_x, 2) / n_complete) / nullif(n_complete - 1, 0) as variance
    from item_sums
),

reliabilities as (
    select
        term,
        geography,
        level,
        unit_id,
        construct,
        max(n_complete) as n_complete,
        {{ exact_sum('case when item is not null then variance end') }} as of_items,
        max(case when item is null then variance end) as of_total
    from variances
    group by term, geography, level, unit_id, construct
)

select
    terms.school_year,
    eligible.term,
    eligible.geography,
    eligible.level,
    eligible.unit_id,
    eligible.unit_name,
    administrations.instrument,
    constructs.construct,
    constructs.n_items,
    coalesce(reliabilities.n_complete, 0) as n_complete,
    case
        when constructs.n_items > 1 and reliabilities.of_total > 0
            then
                cast(constructs.n_items as double) / (constructs.n_items - 1)
                * (1 - reliabilities.of_items / reliabilities.of_total)
    end as alpha,
    coalesce(respondents.n_respondents, 0) as n_respondents,
    eligible.n_eligible,
    cast(coalesce(respondents.n_respondents, 0) as double)
    / nullif(eligible.n_eligible, 0) as response_rate,
    case
        when eligible.n_eligible = 0 then 'no_frame'
        when respondents.n_respondents > eligible.n_eligible then 'over_100'
        when
            coalesce(respondents.n_respondents, 0)
            < {{ var('nonresponse_flagged_below') }} * eligible.n_eligible
            then 'below_85'
    end as flag
from eligible
inner join administrations on eligible.term = administrations.term
inner join instruments
    on
        administrations.instrument = instruments.instrument
        and eligible.population = instruments.population
inner join constructs on administrations.instrument = constructs.instrument
inner join terms on eligible.term = terms.term
left join respondents
    on
        eligible.term = respondents.term
        and eligible.geography = respondents.geography
        and eligible.level = respondents.level
        and eligible.unit_id = respondents.unit_id
        and administrations.instrument = respondents.instrument
left join reliabilities
    on
        eligible.term = reliabilities.term
        and eligible.geography = reliabilities.geography
        and eligible.level = reliabilities.level
        and eligible.unit_id = reliabilities.unit_id
        and constructs.construct = reliabilities.construct
where eligible.n_eligible > 0 or respondents.n_respondents > 0
