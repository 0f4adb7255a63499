select
    scale,
    code,
    label,
    value,
    cast(favourable as integer) = 1 as favourable
from {{ source('raw', 'answers') }}
