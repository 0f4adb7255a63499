{# Sums must not depend on the order in which threads add, so values enter them as decimals:
   twenty digits before the point and eighteen after it. #}
{% macro exact(value) -%}
    cast({{ value }} as decimal(38, 18))
{%- endmacro %}

{% macro exact_sum(value) -%}
    cast(sum({{ exact(value) }}) as double)
{%- endmacro %}
