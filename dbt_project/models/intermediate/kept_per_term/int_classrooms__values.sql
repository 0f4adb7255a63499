-- A classroom's value of each observed measure: the mean of its visits, and a visit's the mean of
-- those who went together, so that neither more visits nor more observers weigh more. Which code
-- has which value is the registry's; a code without one is excluded.
with changed as (
    {{ changed_terms() }}
),

observations as (
    select * from {{ ref('int_observations__judged') }}
    where set_aside is null and term in (select changed.term from changed)
),

answers as (
    select * from {{ ref('stg_observations__answers') }}
    where term in (select changed.term from changed)
),

measure_values as (
    select * from {{ ref('stg_registry__measure_values') }}
),

visits as (
    select
        observations.term,
        observations.school_id,
        observations.class_id,
        observations.visit_id,
        measure_values.measure_id,
        {{ exact(exact_sum('measure_values.value') ~ ' / count(*)') }} as value
    from observations
    inner join answers
        on
            observations.term = answers.term
            and observations.observation_id = answers.observation_id
    inner join measure_values
        on answers.item = measure_values.item and answers.code = measure_values.code
    group by
        observations.term,
        observations.school_id,
        observations.class_id,
        observations.visit_id,
        measure_values.measure_id
)

select
    term,
    school_id,
    class_id,
    measure_id,
    count(*) as n_visits,
    {{ exact(exact_sum('value') ~ ' / count(*)') }} as value
from visits
group by term, school_id, class_id, measure_id
