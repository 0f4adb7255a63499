select
    measure_id,
    position,
    mart,
    label,
    definition,
    numerator,
    denominator,
    unit,
    kind,
    range_min,
    range_max,
    direction,
    target,
    source
from {{ source('raw', 'measures') }}
