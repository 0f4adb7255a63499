{# A JSON object from a text column to a count, keys in order. #}
{% macro counts_as_json(key, count) -%}
    {{ return(adapter.dispatch('counts_as_json')(key, count)) }}
{%- endmacro %}

{% macro default__counts_as_json(key, count) -%}
    cast(to_json(map_from_entries(list(struct_pack(k := {{ key }}, v := {{ count }}) order by {{ key }}))) as varchar)
{%- endmacro %}

{% macro spark__counts_as_json(key, count) -%}
    to_json(map_from_entries(array_sort(collect_list(struct({{ key }}, {{ count }})))))
{%- endmacro %}
