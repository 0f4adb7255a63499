select
    measure_id,
    item,
    code,
    value
from {{ source('raw', 'measure_values') }}
