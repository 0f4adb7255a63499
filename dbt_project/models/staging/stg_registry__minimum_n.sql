select
    unit,
    minimum_n
from {{ source('raw', 'minimum_n') }}
