{# Texts: where engines agree on what to do and not on what it is called. #}

{% macro contains(text, part) -%} position({{ part }} in {{ text }}) > 0 {%- endmacro %}

{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches')(text, pattern)) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%} regexp_matches({{ text }}, '{{ pattern }}') {%- endmacro %}

{% macro spark__matches(text, pattern) -%} {{ text }} rlike r'{{ pattern }}' {%- endmacro %}

{% macro replaced(text, pattern, by) -%}
    {{ return(adapter.dispatch('replaced')(text, pattern, by)) }}
{%- endmacro %}

{% macro default__replaced(text, pattern, by) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ by }}', 'g')
{%- endmacro %}

{% macro spark__replaced(text, pattern, by) -%}
    regexp_replace({{ text }}, r'{{ pattern }}', '{{ by }}')
{%- endmacro %}

{# Distinct texts of a group in their order, with commas between. #}
{% macro listed(text) -%}
    {{ return(adapter.dispatch('listed')(text)) }}
{%- endmacro %}

{% macro default__listed(text) -%} string_agg(distinct {{ text }}, ',' order by {{ text }}) {%- endmacro %}

{% macro spark__listed(text) -%} array_join(array_sort(collect_set({{ text }})), ',') {%- endmacro %}

{# The words of a text in lower case, a space around each, so that a word is found whole. #}
{% macro spaced_words(text) -%}
    ' ' || trim({{ replaced('lower(' ~ text ~ ')', '[^\\p{L}\\p{N}]+', ' ') }}) || ' '
{%- endmacro %}

{# Sixteen hexadecimal digits that several texts have together. #}
{% macro short_hash(texts) -%}
    left(md5({% for text in texts %}coalesce({{ text }}, ''){{ " || '|' || " if not loop.last }}{% endfor %}), 16)
{%- endmacro %}
