{{ config(materialized='view') }}

-- What the respondents of this build's changed terms answered, one row an answer.
with changed as (
    {{ changed_terms() }}
),

respondents as (
    select * from {{ ref('int_survey_responses__used') }}
    where term in (select changed.term from changed)
),

responses as (
    select * from {{ ref('int_survey_responses__united') }}
    where term in (select changed.term from changed)
),

exploded as (
    select
        respondents.respondent,
        respondents.source,
        respondents.term,
        respondents.instrument,
        respondents.school_id,
        {{ explode('responses.answers') }} as answer
    from respondents
    inner join responses
        on
            respondents.source = responses.source
            and respondents.term = responses.term
            and respondents.response_id = responses.response_id
)

select
    respondent,
    source,
    term,
    instrument,
    school_id,
    exploded.answer.item as item,
    exploded.answer.code as code
from exploded
