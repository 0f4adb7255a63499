{{ config(materialized='view') }}

-- Each item of each observation that the marts use, as exported and as the registry reads it.
with answers as (
    select * from {{ ref('stg_observations__answers') }}
),

observations as (
    select * from {{ ref('int_observations__judged') }}
    where set_aside is null
),

items as (
    select * from {{ ref('int_items__answers') }}
)

select
    observations.term,
    observations.observation_id,
    observations.visit_id,
    observations.school_id,
    observations.class_id,
    observations.observer_id,
    items.instrument,
    answers.item,
    answers.answer_text,
    answers.code,
    items.value,
    items.favourable
from answers
inner join observations
    on
        answers.term = observations.term
        and answers.observation_id = observations.observation_id
left join items on answers.item = items.item and answers.code = items.code
