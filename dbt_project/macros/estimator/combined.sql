{# A unit's value of each measure from its answers, as the registry's recipe combines them.

   answers  a relation: keys, measure_id, value; one row an answer that has a value in the measure
   keys     the columns that name the unit (and whatever goes with it)

   Makes the CTE <name>: keys, measure_id, value. `all` is the least of the values, so that a
   proportion counts those who have every one; a unit with fewer answers than the recipe needs has
   no value. #}
{% macro combined_ctes(name, answers, keys) %}
{{ name }} as (
    select
        {{ columns(keys, 'answers') }},
        answers.measure_id,
        cast(answers.value as double) as value
    from {{ answers }} as answers
    inner join {{ ref('int_measures__recipes') }} as recipes on answers.measure_id = recipes.measure_id
    where recipes.is_one_answer

    union all

    select
        {{ columns(keys, 'answers') }},
        answers.measure_id,
        case max(recipes.combine)
            when 'mean' then {{ exact_sum('answers.value') }} / count(*)
            when 'sum' then {{ exact_sum('answers.value') }}
            else cast(min(answers.value) as double)
        end as value
    from {{ answers }} as answers
    inner join {{ ref('int_measures__recipes') }} as recipes on answers.measure_id = recipes.measure_id
    where not recipes.is_one_answer
    group by {{ columns(keys, 'answers') }}, answers.measure_id
    having count(*) >= max(recipes.needed_items)
)
{% endmacro %}
