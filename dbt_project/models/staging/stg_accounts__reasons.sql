select
    source,
    term,
    file,
    reason,
    reason_rows
from {{ source('raw', 'file_reasons') }}
