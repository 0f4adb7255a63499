-- What people said, with their consent. Every comment waits until a person has read and released
-- it; screening says only what that person should look for. Restricted.
with terms as (
    select * from {{ ref('stg_registry__terms') }}
),

responses as (
    select * from {{ ref('int_survey_responses__united') }}
    where comment is not null and comment_consent = 'yes'
),

-- somebody who only wrote something has said it all the same
set_aside as (
    select * from {{ ref('int_survey_responses__set_aside') }}
    where instrument is null and reason <> 'incomplete'
),

local_districts as (
    select * from {{ ref('int_schools__units') }}
    where level = 'local_district'
),

comments as (
    select
        responses.term,
        responses.source,
        local_districts.unit_id,
        local_districts.unit_name,
        {{ short_hash(['responses.source', 'responses.term', 'responses.response_id', 'responses.comment']) }}
            as comment_id,
        responses.comment as text,
        responses.comment_consent as consent,
        {{ spaced_words('responses.comment') }} as words
    from responses
    inner join local_districts
        on
            responses.term = local_districts.term
            and responses.school_id = local_districts.school_id
    left join set_aside
        on
            responses.source = set_aside.source
            and responses.term = set_aside.term
            and responses.response_id = set_aside.response_id
    where set_aside.response_id is null
),

schools as (
    select distinct {{ spaced_words('school_name') }} as name
    from {{ ref('stg_schools__spells') }}
),

-- people leave out of a school's name the words that all such names share
named as (
    select
        'school_name' as reason,
        name as words
    from schools

    union all

    select
        'school_name' as reason,
        ' ' || trim({{ replaced(
            'name',
            '\\b(school|elementary|middle|junior|senior|high|academy|charter|magnet|center|the|of)\\b',
            '',
        ) }}) || ' ' as words
    from schools

    union all

    select
        'word' as reason,
        {{ spaced_words('word') }} as words
    from {{ ref('stg_registry__comment_words') }}
),

found as (
    select
        comment_id,
        'email' as reason
    from comments
    where {{ matches('lower(text)', '[^\\s@]+\\s*(@|\\(at\\)|\\[at\\])\\s*[^\\s@]+\\.[a-z]{2,}') }}

    union all

    -- six digits or more, however they are set apart: telephone numbers, ids
    select
        comment_id,
        'number' as reason
    from comments
    where {{ matches('text', '[0-9]([\\s().+/-]*[0-9]){5,}') }}

    union all

    select
        comments.comment_id,
        named.reason
    from comments
    inner join named on {{ contains('comments.words', 'named.words') }}
    -- a number alone names no school
    where {{ matches('named.words', '\\p{L}{3,}') }} or named.reason = 'word'
),

reasons as (
    select
        comment_id,
        {{ listed('reason') }} as reason
    from found
    group by comment_id
),

decisions as (
    select * from {{ ref('stg_registry__comment_decisions') }}
)

select
    terms.school_year,
    comments.term,
    comments.source,
    'local_district' as level,
    comments.unit_id,
    comments.unit_name,
    comments.comment_id,
    comments.text,
    comments.consent,
    case when reasons.comment_id is null then 'passed' else 'held' end as screen,
    reasons.reason,
    coalesce(decisions.decision = 'release', false) as released
from comments
inner join terms on comments.term = terms.term
left join reasons on comments.comment_id = reasons.comment_id
left join decisions on comments.comment_id = decisions.comment_id
