-- Whom professional learning reached: educators of a unit's schools who attended, by priority area
-- and role, and for `all` of either. Only of teachers does the roster say how many there are.
with terms as (
    select * from {{ ref('stg_registry__terms') }}
),

attended as (
    select distinct
        term,
        session_id,
        educator_id,
        school_id,
        role,
        priority_area,
        hours
    from {{ ref('int_pl_attendance__judged') }}
    where set_aside is null and attended
),

units as (
    select * from {{ ref('int_schools__units') }}
),

placed as (
    select
        attended.*,
        units.geography,
        units.level,
        units.unit_id,
        units.unit_name
    from attended
    inner join units
        on attended.term = units.term and attended.school_id = units.school_id
),

-- each row once for what it is and for all of either
divided as (
    {% for area, role in [
        ('priority_area', 'role'), ('priority_area', "'all'"), ("'all'", 'role'), ("'all'", "'all'")
    ] %}
        select
            term,
            geography,
            level,
            unit_id,
            unit_name,
            {{ area }} as priority_area,
            {{ role }} as role,
            session_id,
            educator_id,
            hours
        from placed
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- somebody entered under two schools or two roles attended a session once
attendances as (
    select distinct * from divided
),

reached as (
    select
        term,
        geography,
        level,
        unit_id,
        unit_name,
        priority_area,
        role,
        count(distinct session_id) as n_sessions,
        count(distinct educator_id) as n_attended,
        {{ exact_sum('hours') }} as educator_hours
    from attendances
    group by term, geography, level, unit_id, unit_name, priority_area, role
),

sessions as (
    select distinct
        term,
        geography,
        level,
        unit_id,
        priority_area,
        role,
        session_id,
        hours
    from divided
),

offered as (
    select
        term,
        geography,
        level,
        unit_id,
        priority_area,
        role,
        {{ exact_sum('hours') }} as hours
    from sessions
    group by term, geography, level, unit_id, priority_area, role
),

eligible as (
    select
        term,
        geography,
        level,
        unit_id,
        cast(sum(n_eligible) as bigint) as n_eligible
    from {{ ref('int_units__frame') }}
    where population = 'teachers' and subgroup_type = 'all'
    group by term, geography, level, unit_id
)

select
    terms.school_year,
    reached.term,
    reached.geography,
    reached.level,
    reached.unit_id,
    reached.unit_name,
    reached.priority_area,
    reached.role,
    reached.n_sessions,
    offered.hours,
    reached.n_attended,
    case when reached.role = 'teacher' then coalesce(eligible.n_eligible, 0) end as n_eligible,
    case
        when reached.role = 'teacher'
            then cast(reached.n_attended as double) / nullif(eligible.n_eligible, 0)
    end as reach,
    reached.educator_hours / reached.n_attended as mean_hours
from reached
inner join terms on reached.term = terms.term
inner join offered
    on
        reached.term = offered.term
        and reached.geography = offered.geography
        and reached.level = offered.level
        and reached.unit_id = offered.unit_id
        and reached.priority_area = offered.priority_area
        and reached.role = offered.role
left join eligible
    on
        reached.term = eligible.term
        and reached.geography = eligible.geography
        and reached.level = eligible.level
        and reached.unit_id = eligible.unit_id
