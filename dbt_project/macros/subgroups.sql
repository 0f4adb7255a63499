{# What each population is divided by, beside its schools' support, level and provider, which every
   population has. `framed` types are those of which the roster says how many are eligible. #}
{% macro subgroup_types(population, framed=false) -%}
    {{ return({
        'classrooms': ['grade', 'course', 'pl_hours'],
        'students': ['grade', 'course', 'english_learner', 'disability']
            + ([] if framed else ['race_ethnicity', 'gender']),
        'teachers': [] if framed else ['role'],
        'educators': [],
    }[population]) }}
{%- endmacro %}

{# What every population is divided by, since its schools are. #}
{% macro school_subgroup_types() -%}
    {{ return(['support', 'school_level', 'support_provider']) }}
{%- endmacro %}

{# Whether the roster says how many of a population's subgroup are eligible. #}
{% macro is_framed(population, subgroup_type) -%}
    case {{ population }}
        {%- for counted in ['classrooms', 'students', 'teachers', 'educators'] %}
        when '{{ counted }}'
            then {{ subgroup_type }} in (
                'all'{% for type in subgroup_types(counted, framed=true) %}, '{{ type }}'{% endfor %}
            )
        {%- endfor %}
    end
{%- endmacro %}

{# `select` expressions that name the set of `group by grouping sets` that a row is of. #}
{% macro subgroup_of_set(types) -%}
    case
        {% for type in types -%}
        when grouping({{ type }}) = 0 then '{{ type }}'
        {% endfor -%}
        else 'all'
    end as subgroup_type,
    case
        {% for type in types -%}
        when grouping({{ type }}) = 0 then coalesce(nullif({{ type }}, ''), 'not_stated')
        {% endfor -%}
        else 'all'
    end as subgroup
{%- endmacro %}

{# The sets: the whole, each type apart, and whatever more is asked for. #}
{% macro subgroup_sets(keys, types, more=none) -%}
    grouping sets (
        ({{ keys | join(', ') }})
        {%- for type in types -%}, ({{ keys | join(', ') }}, {{ type }}) {%- endfor %}
        {%- if more -%}, ({{ keys | join(', ') }}, {{ more }}) {%- endif %}
    )
{%- endmacro %}
