{# What the linter renders in place of dispatched macros, which need an adapter. #}
{% macro explode(column) -%} unnest({{ column }}) {%- endmacro %}

{% macro counts_as_json(key, count) -%} cast(count({{ key }}, {{ count }}) as varchar) {%- endmacro %}
