select
    item,
    instrument,
    position,
    kind,
    scale,
    label,
    construct,
    direction
from {{ source('raw', 'items') }}
