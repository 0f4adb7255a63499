{{ config(materialized='view') }}

-- Each answer of each response that the marts use, one row an option for a multi-select, as exported
-- and as the registry reads it: negative items are reversed.
with exploded as (
    select
        used.source,
        used.term,
        used.instrument,
        used.response_id,
        used.school_id,
        {{ explode('responses.answers') }} as answer
    from {{ ref('int_survey_responses__used') }} as used
    inner join {{ ref('int_survey_responses__united') }} as responses
        on
            used.source = responses.source
            and used.term = responses.term
            and used.response_id = responses.response_id
),

items as (
    select * from {{ ref('int_items__answers') }}
)

select
    exploded.source,
    exploded.term,
    exploded.instrument,
    exploded.response_id,
    exploded.school_id,
    exploded.answer.item as item,
    exploded.answer.text as answer_text,
    exploded.answer.code as code,
    items.value,
    items.favourable
from exploded
inner join items
    on
        exploded.instrument = items.instrument
        and exploded.answer.item = items.item
        and exploded.answer.code = items.code
