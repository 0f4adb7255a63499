select
    school_id,
    school_name,
    level as school_level,
    nullif(local_district, '') as local_district,
    nullif(region, '') as region,
    valid_from,
    valid_to,
    nullif(support_provider, '') as support_provider,
    support_from,
    support_to,
    file_sha256,
    line
from {{ source('raw', 'schools') }}
