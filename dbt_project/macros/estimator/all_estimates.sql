{# The rows of every mart of estimates, as far as tests of all of them need. #}
{% macro all_estimates() -%}
    {% for mart in [
        'mart_adoption', 'mart_instruction', 'mart_unfinished_learning', 'mart_student_voice',
        'mart_teacher_voice',
    ] %}
    select
        '{{ mart }}' as mart,
        term,
        geography,
        level,
        unit_id,
        measure_id,
        {{ 'missing_rule' if mart == 'mart_instruction' else "'exclude'" }} as missing_rule,
        subgroup_type,
        subgroup,
        weighting,
        n,
        n_eligible,
        estimate,
        ci_low,
        ci_high
    from {{ ref(mart) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{%- endmacro %}
