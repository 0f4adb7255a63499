select geography_as_of
from {{ source('raw', 'build') }}
