-- A classroom's value of each observed measure: the mean of its visits, and a visit's the mean of
-- those who went together, so that neither more visits nor more observers weigh more. Which code
-- has which value is the registry's. A code without one (not_observed) is read by each missing
-- rule: `exclude`, the item is missing; `lowest`, it counts as the least that it can be;
-- `drop_visit`, the visit gives its instrument nothing. A blank is missing under every rule.
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

recipes as (
    select * from {{ ref('int_measures__recipes') }}
    where source = 'observations'
),

measure_values as (
    select * from {{ ref('stg_registry__measure_values') }}
),

scored_items as (
    select
        recipes.measure_id,
        measure_values.item,
        recipes.instrument,
        recipes.has_missing_rules,
        min(measure_values.value) as lowest
    from measure_values
    inner join recipes on measure_values.measure_id = recipes.measure_id
    group by
        recipes.measure_id,
        measure_values.item,
        recipes.instrument,
        recipes.has_missing_rules
),

not_observed as (
    select distinct
        observations.term,
        observations.visit_id,
        items.instrument
    from answers
    inner join observations
        on
            answers.term = observations.term
            and answers.observation_id = observations.observation_id
    inner join {{ ref('int_items__answers') }} as items
        on answers.item = items.item and answers.code = items.code
    where not items.is_substantive
),

observed as (
    select
        observations.term,
        observations.school_id,
        observations.class_id,
        observations.visit_id,
        observations.observation_id,
        scored_items.measure_id,
        scored_items.has_missing_rules,
        scored_items.lowest,
        measure_values.value,
        not_observed.instrument is not null as is_dropped
    from observations
    inner join answers
        on
            observations.term = answers.term
            and observations.observation_id = answers.observation_id
    inner join scored_items on answers.item = scored_items.item
    left join measure_values
        on
            scored_items.measure_id = measure_values.measure_id
            and answers.item = measure_values.item
            and answers.code = measure_values.code
    left join not_observed
        on
            observations.term = not_observed.term
            and observations.visit_id = not_observed.visit_id
            and scored_items.instrument = not_observed.instrument
),

by_rule as (
    {% for rule, value, condition in [
        ('exclude', 'value', 'value is not null'),
        ('lowest', 'coalesce(value, lowest)', 'has_missing_rules'),
        ('drop_visit', 'value', 'value is not null and has_missing_rules and not is_dropped'),
    ] %}
        select
            term,
            school_id,
            class_id,
            visit_id,
            observation_id,
            measure_id,
            '{{ rule }}' as missing_rule,
            {{ value }} as value
        from observed
        where {{ condition }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

{{ combined_ctes(
    'recorded',
    'by_rule',
    ['term', 'school_id', 'class_id', 'visit_id', 'observation_id', 'missing_rule'],
) }},

visits as (
    select
        term,
        school_id,
        class_id,
        visit_id,
        measure_id,
        missing_rule,
        {{ exact(exact_sum('value') ~ ' / count(*)') }} as value
    from recorded
    group by term, school_id, class_id, visit_id, measure_id, missing_rule
)

select
    term,
    school_id,
    class_id,
    measure_id,
    missing_rule,
    count(*) as n_visits,
    {{ exact(exact_sum('value') ~ ' / count(*)') }} as value
from visits
group by term, school_id, class_id, measure_id, missing_rule
