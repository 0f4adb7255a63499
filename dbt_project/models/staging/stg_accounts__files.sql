select
    source,
    term,
    file,
    sha256,
    contract,
    is_admitted,
    rows_read,
    rows_accepted,
    rows_quarantined,
    rows_superseded,
    rows_erased
from {{ source('raw', 'files') }}
