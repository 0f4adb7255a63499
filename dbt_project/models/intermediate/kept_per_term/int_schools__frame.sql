-- Who should have been seen and who was, by school, population and subgroup: classrooms, students
-- (as seats), teachers and educators. Of a subgroup type that the roster does not know (race, role)
-- nobody knows how many are eligible, and n_eligible is null.
with changed as (
    {{ changed_terms() }}
),

schools as (
    select * from {{ ref('int_schools__by_term') }}
),

classrooms as (
    select * from {{ ref('int_classrooms__by_term') }}
    where term in (select changed.term from changed)
),

teachers as (
    select * from {{ ref('int_teachers__by_term') }}
    where term in (select changed.term from changed)
),

attending as (
    select * from {{ ref('int_educators__attending') }}
    where term in (select changed.term from changed)
),

eligible as (
    select
        term,
        'classrooms' as population,
        school_id,
        {{ subgroup_of_set(subgroup_types('classrooms')) }},
        count(*) filter (where is_rostered) as n_eligible
    from classrooms
    group by {{ subgroup_sets(['term', 'school_id'], subgroup_types('classrooms')) }}

    union all

    select
        term,
        'students' as population,
        school_id,
        {{ subgroup_of_set(['grade', 'course']) }},
        cast(sum(coalesce(students, 0)) as bigint) as n_eligible
    from classrooms
    where is_rostered
    group by {{ subgroup_sets(['term', 'school_id'], ['grade', 'course']) }}

    {% for subgroup_type, seats in [
        ('english_learner', 'english_learners'), ('disability', 'students_with_disabilities')
    ] %}
        {% for subgroup, counted in [
            ('yes', 'case when students is not null then ' ~ seats ~ ' end'),
            ('no', 'students - ' ~ seats),
            ('not_stated', 'case when ' ~ seats ~ ' is null then students end'),
        ] %}
            union all

            select
                term,
                'students' as population,
                school_id,
                '{{ subgroup_type }}' as subgroup_type,
                '{{ subgroup }}' as subgroup,
                cast(sum(coalesce({{ counted }}, 0)) as bigint) as n_eligible
            from classrooms
            where is_rostered
            group by term, school_id
        {% endfor %}
    {% endfor %}

    {% for population in ['teachers', 'educators'] %}
        union all

        select
            term,
            '{{ population }}' as population,
            school_id,
            'all' as subgroup_type,
            'all' as subgroup,
            count(*) as n_eligible
        from teachers
        group by term, school_id
    {% endfor %}
),

seen as (
    select
        term,
        'classrooms' as population,
        school_id,
        {{ subgroup_of_set(subgroup_types('classrooms')) }},
        count(*) filter (where is_visited) as n_seen,
        count(*) filter (where is_rostered and is_visited) as n_matched
    from classrooms
    group by {{ subgroup_sets(['term', 'school_id'], subgroup_types('classrooms')) }}

    union all

    select
        term,
        population,
        school_id,
        subgroup_type,
        subgroup,
        n as n_seen,
        n_matched
    from {{ ref('int_respondents__counted') }}
    where instrument is null and term in (select changed.term from changed)

    union all

    select
        term,
        'educators' as population,
        school_id,
        'all' as subgroup_type,
        'all' as subgroup,
        count(*) as n_seen,
        count(*) filter (where is_matched) as n_matched
    from attending
    group by term, school_id
),

framed as (
    select
        coalesce(eligible.term, seen.term) as term,
        coalesce(eligible.population, seen.population) as population,
        coalesce(eligible.school_id, seen.school_id) as school_id,
        coalesce(eligible.subgroup_type, seen.subgroup_type) as subgroup_type,
        coalesce(eligible.subgroup, seen.subgroup) as subgroup,
        eligible.n_eligible,
        coalesce(seen.n_seen, 0) as n_seen,
        coalesce(seen.n_matched, 0) as n_matched
    from eligible
    full outer join seen
        on
            eligible.term = seen.term
            and eligible.population = seen.population
            and eligible.school_id = seen.school_id
            and eligible.subgroup_type = seen.subgroup_type
            and eligible.subgroup = seen.subgroup
),

counted as (
    select
        framed.term,
        framed.population,
        framed.school_id,
        framed.subgroup_type,
        framed.subgroup,
        case
            when {{ is_framed('framed.population', 'framed.subgroup_type') }}
                then coalesce(framed.n_eligible, 0)
        end as n_eligible,
        framed.n_seen,
        framed.n_matched
    from framed
    where framed.n_eligible > 0 or framed.n_seen > 0 or framed.subgroup_type = 'all'
)

select * from counted

{% for subgroup_type in school_subgroup_types() %}
    union all

    select
        counted.term,
        counted.population,
        counted.school_id,
        '{{ subgroup_type }}' as subgroup_type,
        coalesce(schools.{{ subgroup_type }}, 'not_stated') as subgroup,
        counted.n_eligible,
        counted.n_seen,
        counted.n_matched
    from counted
    inner join schools
        on counted.term = schools.term and counted.school_id = schools.school_id
    where counted.subgroup_type = 'all'
{% endfor %}
