-- What professional learning was held, in its order, for whom, and how many came.
with terms as (
    select * from {{ ref('stg_registry__terms') }}
),

sessions as (
    select * from {{ ref('stg_pl_sessions__sessions') }}
),

attended as (
    select
        term,
        session_id,
        count(distinct educator_id) as n_attended
    from {{ ref('int_pl_attendance__judged') }}
    where set_aside is null and attended
    group by term, session_id
)

select
    terms.school_year,
    sessions.term,
    sessions.local_district,
    sessions.priority_area,
    sessions.audience,
    sessions.sequence,
    sessions.session_id,
    sessions.title,
    sessions.held_on,
    cast(sessions.hours as double) as hours,
    coalesce(attended.n_attended, 0) as n_attended
from sessions
inner join terms on sessions.term = terms.term
left join attended
    on sessions.term = attended.term and sessions.session_id = attended.session_id
