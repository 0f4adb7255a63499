select
    instrument,
    position,
    source,
    label,
    missing_rule,
    citation
from {{ source('raw', 'instruments') }}
