-- All that an estimate needs of a school's respondents: the sums of their values by subgroup, and,
-- for the school's own row, by cluster, which is the class where it is known.
with respondents as (
    select * from {{ ref('int_respondents__numbered') }}
),

-- every part of a school that a respondent belongs to
parts as (
    {% for source, population in [('student_survey', 'students'), ('teacher_survey', 'teachers')] %}
        {%- for type in ['all'] + subgroup_types(population) %}
            select
                respondent,
                is_matched,
                term,
                school_id,
                'school' as cluster_kind,
                school_id as cluster,
                '{{ type }}' as subgroup_type,
                {{ "'all'" if type == 'all' else "coalesce(nullif(" ~ type ~ ", ''), 'not_stated')" }}
                    as subgroup
            from respondents
            where source = '{{ source }}'

            union all
        {% endfor %}
    {%- endfor %}
    select
        respondent,
        is_matched,
        term,
        school_id,
        'part' as cluster_kind,
        cluster,
        'all' as subgroup_type,
        'all' as subgroup
    from respondents
),

{%- set cell = ['term', 'school_id', 'cluster_kind', 'cluster', 'subgroup_type', 'subgroup'] %}

named as (
    select distinct {{ columns(cell) }}
    from parts
),

-- cells and measures are numbered, since what is summed is grouped by them
cells as (
    select
        {{ columns(cell) }},
        row_number() over (order by {{ columns(cell) }}) as cell
    from named
),

belonging as (
    select
        parts.respondent,
        parts.is_matched,
        cells.cell
    from parts
    inner join cells
        on {{ equal(cell, 'parts', 'cells') }}
),

measures as (
    select
        measure_id,
        row_number() over (order by measure_id) as measure
    from {{ ref('int_measures__recipes') }}
),

measured as (
    select
        respondent_values.respondent,
        measures.measure,
        {{ exact('respondent_values.value') }} as y,
        {{ exact('power(respondent_values.value, 2)') }} as yy
    from {{ ref('int_respondents__values') }} as respondent_values
    inner join measures on respondent_values.measure_id = measures.measure_id
),

totals as (
    select
        belonging.cell,
        measured.measure,
        count(*) as n,
        count(*) filter (where belonging.is_matched) as n_matched,
        cast(sum(measured.y) as double) as sum_y,
        cast(sum(measured.yy) as double) as sum_yy
    from belonging
    inner join measured on belonging.respondent = measured.respondent
    group by belonging.cell, measured.measure
)

select
    cells.term,
    cells.school_id,
    measures.measure_id,
    'exclude' as missing_rule,
    cells.cluster_kind,
    cells.cluster,
    cells.subgroup_type,
    cells.subgroup,
    totals.n,
    totals.n_matched,
    cast(0 as bigint) as n_visits,
    totals.sum_y,
    totals.sum_yy
from totals
inner join cells on totals.cell = cells.cell
inner join measures on totals.measure = measures.measure
