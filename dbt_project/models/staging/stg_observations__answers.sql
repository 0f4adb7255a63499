with exploded as (
    select
        term,
        observation_id,
        {{ explode('answers') }} as answer
    from {{ source('raw', 'observations') }}
)

select
    term,
    observation_id,
    answer.item as item,
    answer.text as answer_text,
    answer.code as code
from exploded
