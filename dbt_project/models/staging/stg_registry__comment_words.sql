select word
from {{ source('raw', 'comment_words') }}
