{{ config(materialized='view') }}

-- A respondent's value of each measure of the instrument that the response answers, in the terms
-- that this build makes anew.
with exploded as (
    select
        respondent,
        source,
        instrument,
        {{ explode('answers') }} as answer
    from {{ ref('int_respondents__numbered') }}
),

scored_answers as (
    select
        recipes.source,
        recipes.instrument,
        measure_values.measure_id,
        measure_values.item,
        measure_values.code,
        measure_values.value
    from {{ ref('stg_registry__measure_values') }} as measure_values
    inner join {{ ref('int_measures__recipes') }} as recipes
        on measure_values.measure_id = recipes.measure_id
    where recipes.source <> 'observations'
),

answered as (
    select
        exploded.respondent,
        scored_answers.measure_id,
        scored_answers.value
    from exploded
    inner join scored_answers
        on
            exploded.source = scored_answers.source
            and exploded.instrument = scored_answers.instrument
            and exploded.answer.item = scored_answers.item
            and exploded.answer.code = scored_answers.code
),

{{ combined_ctes('combined', 'answered', ['respondent']) }}

select
    respondent,
    measure_id,
    value
from combined
