select
    school_id,
    school_name,
    school_level as level,
    local_district,
    region,
    valid_from,
    valid_to,
    support_provider,
    support_from,
    support_to
from {{ ref('stg_schools__spells') }}
