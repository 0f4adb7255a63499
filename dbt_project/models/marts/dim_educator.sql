-- Educators of a term, by pseudonym: rostered mathematics teachers and those who attended
-- professional learning. Restricted.
with rostered as (
    select
        term,
        teacher_id as educator_id,
        min(school_id) as school_id,
        cast(sum(n_classes) as bigint) as n_classes
    from {{ ref('int_teachers__by_term') }}
    group by term, teacher_id
),

attended as (
    select
        term,
        educator_id,
        min(school_id) as school_id,
        count(distinct case when attended then session_id end) as n_sessions,
        {{ exact_sum('case when attended then hours else 0 end') }} as hours
    from {{ ref('int_pl_attendance__judged') }}
    where set_aside is null
    group by term, educator_id
)

select
    coalesce(rostered.term, attended.term) as term,
    coalesce(rostered.educator_id, attended.educator_id) as educator_id,
    coalesce(rostered.school_id, attended.school_id) as school_id,
    rostered.educator_id is not null as is_rostered,
    coalesce(rostered.n_classes, 0) as n_classes,
    coalesce(attended.n_sessions, 0) as n_sessions,
    coalesce(attended.hours, 0) as hours
from rostered
full outer join attended
    on rostered.term = attended.term and rostered.educator_id = attended.educator_id
