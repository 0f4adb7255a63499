select
    term,
    school_year,
    season,
    starts_on,
    ends_on,
    releases_on
from {{ source('raw', 'terms') }}
