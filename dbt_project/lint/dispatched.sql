{# What the linter renders in place of dispatched macros, which need an adapter. #}
{% macro explode(column) -%} unnest({{ column }}) {%- endmacro %}

{% macro counts_as_json(key, count) -%} cast(count({{ key }}, {{ count }}) as varchar) {%- endmacro %}

{% macro contains(text, part) -%} position({{ part }} in {{ text }}) > 0 {%- endmacro %}

{% macro matches(text, pattern) -%} regexp_matches({{ text }}, '') {%- endmacro %}

{% macro replaced(text, pattern, by) -%} regexp_replace({{ text }}, '', '') {%- endmacro %}

{% macro listed(text) -%} max({{ text }}) {%- endmacro %}

{% macro spaced_words(text) -%} lower({{ text }}) {%- endmacro %}

{% macro short_hash(texts) -%} md5({{ texts | join(' || ') }}) {%- endmacro %}

{# Twenty cases in a sum cost the linter half a minute, and what it would say of them is nothing. #}
{% macro binomial_mid_tail(k, n, p) -%} power({{ p }}, {{ k }}) * power(1 - {{ p }}, {{ n }}) {%- endmacro %}
