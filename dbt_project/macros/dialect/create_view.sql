{# A view that names its catalog breaks once the file is renamed or attached under another name,
   so the catalog is taken out of every view's body; otherwise this is dbt-duckdb's own macro. #}
{% macro duckdb__create_view_as(relation, sql) -%}
    {%- set body = sql | replace('"' ~ relation.database ~ '".', '') -%}
    {%- set contract_config = config.get('contract') -%}
    create view {{ relation }}
    {% if contract_config.enforced %}
        {{ get_assert_columns_equivalent(sql) }}
    {%- endif %}
    as (
        {{ body }}
    );
{%- endmacro %}
