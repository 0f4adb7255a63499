select
    comment_id,
    decision
from {{ source('raw', 'comment_decisions') }}
