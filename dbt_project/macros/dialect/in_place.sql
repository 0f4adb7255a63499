{# Tables and views that are replaced where they stand. dbt's own are made under a spare name, swapped
   in, and the old one dropped after, for readers of the same database. Ours is a copy that nobody
   reads until it is whole and renamed, so that the file does what the swap would; it was a tenth of
   a small build. #}
{% materialization table, adapter='duckdb' -%}
    {{ return(made_in_place('table')) }}
{%- endmaterialization %}

{% materialization view, adapter='duckdb' -%}
    {{ return(made_in_place('view')) }}
{%- endmaterialization %}

{% macro made_in_place(type) -%}
    {%- set before = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type=type) -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        {%- if before is not none %} drop {{ before.type }} {{ before }}; {% endif -%}
        {{ create_table_as(false, target, sql) if type == 'table' else create_view_as(target, sql) }}
    {%- endcall -%}
    {%- do persist_docs(target, model) -%}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{%- endmacro %}
