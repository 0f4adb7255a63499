-- Classrooms that are rostered, or were visited, or both. Grade and course are the roster's where
-- the classroom is on it, else what observers wrote. `pl_hours` are the teacher's before the
-- classroom's first visit of the term; up to the term's end where it was not visited.
with changed as (
    {{ changed_terms() }}
),

terms as (
    select * from {{ ref('stg_registry__terms') }}
),

attended as (
    select * from {{ ref('int_pl_attendance__judged') }}
    where set_aside is null and attended
),

rostered as (
    select * from {{ ref('int_roster__judged') }}
    where set_aside is null and term in (select changed.term from changed)
),

visited as (
    select
        term,
        school_id,
        class_id,
        max(grade) as grade,
        max(course) as course,
        max(teacher_id) as teacher_id,
        min(observed_on) as first_visited_on,
        count(distinct visit_id) as n_visits
    from {{ ref('int_observations__judged') }}
    where set_aside is null and term in (select changed.term from changed)
    group by term, school_id, class_id
),

classrooms as (
    select
        coalesce(rostered.term, visited.term) as term,
        coalesce(rostered.school_id, visited.school_id) as school_id,
        coalesce(rostered.class_id, visited.class_id) as class_id,
        coalesce(rostered.grade, visited.grade) as grade,
        coalesce(rostered.course, visited.course) as course,
        coalesce(rostered.teacher_id, visited.teacher_id) as teacher_id,
        rostered.students,
        rostered.english_learners,
        rostered.students_with_disabilities,
        rostered.class_id is not null as is_rostered,
        visited.class_id is not null as is_visited,
        visited.first_visited_on,
        coalesce(visited.n_visits, 0) as n_visits
    from rostered
    full outer join visited
        on
            rostered.term = visited.term
            and rostered.school_id = visited.school_id
            and rostered.class_id = visited.class_id
),

hours as (
    select
        classrooms.term,
        classrooms.school_id,
        classrooms.class_id,
        {{ exact_sum('attended.hours') }} as hours
    from classrooms
    inner join terms on classrooms.term = terms.term
    inner join attended
        on
            classrooms.teacher_id = attended.educator_id
            and case
                when classrooms.first_visited_on is null then attended.held_on <= terms.ends_on
                else attended.held_on < classrooms.first_visited_on
            end
    group by classrooms.term, classrooms.school_id, classrooms.class_id
),

-- before professional learning was first recorded, nobody's hours are known
first_session as (
    select min(held_on) as held_on from attended
),

recorded as (
    select terms.term
    from terms
    inner join first_session on terms.ends_on >= first_session.held_on
)

select
    classrooms.term,
    classrooms.school_id,
    classrooms.class_id,
    classrooms.grade,
    classrooms.course,
    classrooms.teacher_id,
    classrooms.students,
    classrooms.english_learners,
    classrooms.students_with_disabilities,
    classrooms.is_rostered,
    classrooms.is_visited,
    classrooms.n_visits,
    case
        when classrooms.teacher_id is null or recorded.term is null then null
        when coalesce(hours.hours, 0) = 0 then 'none'
        when hours.hours < 6 then 'under_6'
        when hours.hours < 12 then '6_to_12'
        else '12_plus'
    end as pl_hours
from classrooms
left join recorded on classrooms.term = recorded.term
left join hours
    on
        classrooms.term = hours.term
        and classrooms.school_id = hours.school_id
        and classrooms.class_id = hours.class_id
