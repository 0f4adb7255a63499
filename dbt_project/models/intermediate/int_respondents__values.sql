{{ config(materialized='view') }}

-- A respondent's value of each measure of the instrument that the response answers.
with responses as (
    select
        source,
        term,
        instrument,
        response_id,
        school_id,
        cluster,
        is_matched,
        grade,
        course,
        english_learner,
        disability,
        race_ethnicity,
        gender,
        role
    from {{ ref('int_survey_responses__used') }}
),

exploded as (
    select
        source,
        term,
        instrument,
        response_id,
        {{ explode('answers') }} as answer
    from {{ ref('int_survey_responses__used') }}
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
        exploded.source,
        exploded.term,
        exploded.instrument,
        exploded.response_id,
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

{{ combined_ctes('combined', 'answered', ['source', 'term', 'instrument', 'response_id']) }}

select
    responses.source,
    responses.term,
    responses.instrument,
    responses.response_id,
    responses.school_id,
    responses.cluster,
    responses.is_matched,
    responses.grade,
    responses.course,
    responses.english_learner,
    responses.disability,
    responses.race_ethnicity,
    responses.gender,
    responses.role,
    combined.measure_id,
    combined.value
from combined
inner join responses
    on
        combined.source = responses.source
        and combined.term = responses.term
        and combined.instrument = responses.instrument
        and combined.response_id = responses.response_id
