-- How many answered, by school and subgroup: for each instrument, and, where `instrument` is null,
-- whichever they answered, each person once.
with changed as (
    {{ changed_terms() }}
),

responses as (
    select * from {{ ref('int_survey_responses__used') }}
    where term in (select changed.term from changed)
),

numbered as (
    select
        *,
        row_number() over (
            partition by source, term, school_id, coalesce(respondent_id, response_id)
            order by recorded_on desc, response_id desc, instrument asc
        ) as place
    from responses
),

counted as (
    select
        *,
        cast(null as varchar) as asked
    from numbered
    where place = 1

    union all

    select
        *,
        instrument as asked
    from numbered
)

{% for source, population in [('student_survey', 'students'), ('teacher_survey', 'teachers')] %}
    {%- set types = subgroup_types(population) %}
    select
        term,
        '{{ population }}' as population,
        school_id,
        asked as instrument,
        {{ subgroup_of_set(types) }},
        count(*) as n,
        count(*) filter (where is_matched) as n_matched
    from counted
    where source = '{{ source }}'
    group by {{ subgroup_sets(['term', 'school_id', 'asked'], types) }}
    {{ 'union all' if not loop.last }}
{% endfor %}
