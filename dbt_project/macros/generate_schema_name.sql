{# Staging and intermediate have schemas of their own; marts stand unqualified in the default one. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
