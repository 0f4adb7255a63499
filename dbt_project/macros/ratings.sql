{# Each item of each visit of the changed terms as one observer rated it.

   What was not observed was not rated: ordinal items have a value, and nominal ones another code. An
   observer who entered a visit twice rated it as in the entry with the greatest id.

   Makes the CTE ratings: term, school_id, class_id, visit_id, observer_id, role_order (coach, then
   leader, then others), item, code, value (null of nominal items), is_own (whether the observer's
   organisation supports the school). #}
{% macro rating_ctes() %}
changed as (
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

items as (
    select * from {{ ref('int_items__answers') }}
    where source = 'observations'
),

schools as (
    select * from {{ ref('int_schools__by_term') }}
),

rated as (
    select
        observations.term,
        observations.school_id,
        observations.class_id,
        observations.visit_id,
        observations.observer_id,
        case observations.observer_role when 'coach' then 1 when 'leader' then 2 else 3 end as role_order,
        items.item,
        items.code,
        items.value,
        coalesce(
            lower(trim(observations.observer_org)) = lower(trim(schools.support_provider)), false
        ) as is_own,
        row_number() over (
            partition by
                observations.term, observations.school_id, observations.class_id,
                observations.visit_id, observations.observer_id, items.item
            order by observations.observation_id desc
        ) as place
    from observations
    inner join answers
        on
            observations.term = answers.term
            and observations.observation_id = answers.observation_id
    inner join items on answers.item = items.item and answers.code = items.code
    inner join schools
        on observations.term = schools.term and observations.school_id = schools.school_id
    where items.value is not null or (items.kind = 'nominal' and items.code <> 'not_observed')
),

ratings as (
    select * from rated
    where place = 1
)
{% endmacro %}
