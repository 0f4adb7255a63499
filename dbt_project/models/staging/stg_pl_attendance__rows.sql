select
    term,
    session_id,
    educator_id,
    school_id,
    role,
    attended = 'yes' as attended,
    file_sha256,
    line
from {{ source('raw', 'pl_attendance') }}
