{# A mart of estimates under the shared columns, of the measures that the registry gives to it.

   with_rules   whether rows are told apart by missing rule; otherwise what is missing is excluded
   with_visits  whether the mart counts visits #}
{% macro estimate_mart(mart, with_rules=false, with_visits=false) %}
select
    school_year,
    term,
    geography,
    level,
    unit_id,
    unit_name,
    measure_id,
    {%- if with_rules %}
    missing_rule,
    {%- endif %}
    subgroup_type,
    subgroup,
    weighting,
    n,
    n_clusters,
    n_eligible,
    coverage,
    estimate,
    std_error,
    df,
    ci_low,
    ci_high,
    deff,
    n_effective,
    presentation,
    against_target
    {%- if with_visits %},
    n_visits
    {%- endif %}
from {{ ref('int_domains__estimates') }}
where mart = '{{ mart }}'
{% endmacro %}
