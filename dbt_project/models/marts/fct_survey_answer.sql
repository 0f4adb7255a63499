{{ config(materialized='view') }}

-- Each answer of each response that the marts use, one row an option for a multi-select, as exported
-- and as the registry reads it: negative items are reversed.
with exploded as (
    select
        source,
        term,
        instrument,
        response_id,
        school_id,
        {{ explode('answers') }} as answer
    from {{ ref('int_survey_responses__used') }}
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
