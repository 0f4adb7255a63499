{{ config(materialized='view') }}

-- A respondent's value of each measure of the instrument that was answered, in the terms that this
-- build makes anew.
with answers as (
    select * from {{ ref('int_respondents__answers') }}
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

scored as (
    select
        answers.source,
        answers.respondent,
        scored_answers.measure_id,
        scored_answers.value
    from answers
    inner join scored_answers
        on
            answers.source = scored_answers.source
            and answers.instrument = scored_answers.instrument
            and answers.item = scored_answers.item
            and answers.code = scored_answers.code
),

{{ combined_ctes('combined', 'scored', ['source', 'respondent']) }}

select
    source,
    respondent,
    measure_id,
    value
from combined
