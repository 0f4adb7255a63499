select
    term,
    session_id,
    held_on,
    local_district,
    priority_area,
    audience,
    title,
    hours,
    sequence,
    file_sha256,
    line
from {{ source('raw', 'pl_sessions') }}
