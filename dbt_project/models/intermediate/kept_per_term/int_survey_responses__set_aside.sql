-- Responses that no mart uses, and why: of a respondent's complete responses to an instrument in a
-- term the latest counts (on one day, the one with the greatest id), and one is complete that has a
-- substantive answer. Anonymous ones all count. `instrument` is null where the whole response is
-- set aside; it names one where a later response answers that one of several instruments again.
with changed as (
    {{ changed_terms() }}
),

responses as (
    select * from {{ ref('int_survey_responses__united') }}
    where term in (select changed.term from changed)
),

schools as (
    select * from {{ ref('int_schools__by_term') }}
),

exploded as (
    select
        source,
        term,
        response_id,
        {{ explode('answers') }} as answer
    from responses
),

answered as (
    select distinct
        exploded.source,
        exploded.term,
        exploded.response_id,
        items.instrument
    from exploded
    inner join {{ ref('int_items__answers') }} as items
        on
            exploded.source = items.source
            and exploded.answer.item = items.item
            and exploded.answer.code = items.code
    where items.is_substantive
),

known as (
    select responses.*
    from responses
    inner join schools
        on responses.term = schools.term and responses.school_id = schools.school_id
),

ranked as (
    select
        known.source,
        known.term,
        known.response_id,
        known.school_id,
        answered.instrument,
        row_number() over latest as place,
        first_value(known.school_id) over latest as latest_school_id,
        count(*) over (
            partition by known.source, known.term, known.response_id
        ) as n_instruments
    from known
    inner join answered
        on
            known.source = answered.source
            and known.term = answered.term
            and known.response_id = answered.response_id
    where known.respondent_id is not null
    window
        latest as (
            partition by known.source, known.term, answered.instrument, known.respondent_id
            order by known.recorded_on desc, known.response_id desc
        )
),

answered_again as (
    select
        source,
        term,
        response_id,
        instrument,
        case
            when school_id = latest_school_id then 'answered_again'
            else 'answered_again_at_another_school'
        end as reason,
        count(*) over (partition by source, term, response_id) = n_instruments as is_whole
    from ranked
    where place > 1
),

whole as (
    select
        responses.source,
        responses.term,
        responses.response_id,
        'unknown_school' as reason
    from responses
    left join schools
        on responses.term = schools.term and responses.school_id = schools.school_id
    where schools.school_id is null

    union all

    select
        known.source,
        known.term,
        known.response_id,
        'incomplete' as reason
    from known
    left join answered
        on
            known.source = answered.source
            and known.term = answered.term
            and known.response_id = answered.response_id
    where answered.response_id is null

    union all

    select
        source,
        term,
        response_id,
        min(reason) as reason
    from answered_again
    where is_whole
    group by source, term, response_id
)

select
    whole.source,
    whole.term,
    whole.response_id,
    cast(null as varchar) as instrument,
    whole.reason,
    responses.file_sha256
from whole
inner join responses
    on
        whole.source = responses.source
        and whole.term = responses.term
        and whole.response_id = responses.response_id

union all

select
    answered_again.source,
    answered_again.term,
    answered_again.response_id,
    answered_again.instrument,
    answered_again.reason,
    responses.file_sha256
from answered_again
inner join responses
    on
        answered_again.source = responses.source
        and answered_again.term = responses.term
        and answered_again.response_id = responses.response_id
where not answered_again.is_whole
