{# The terms that this build must make anew, as the builder left them in the table of inputs.
   An input of term `all` (schools, the registry, this project itself) touches every term. #}
{% macro changed_terms() -%}
    select terms.term
    from {{ ref('stg_registry__terms') }} as terms
    where exists (
        select 1
        from {{ source('raw', 'inputs') }} as inputs
        where inputs.changed and inputs.term in (terms.term, 'all')
    )
{%- endmacro %}

{# A changed term is replaced whole: deleted first, so that one which has become empty is gone. #}
{% macro delete_changed_terms() -%}
    {% if is_incremental() -%}
        delete from {{ this }} where term in ({{ changed_terms() }})
    {%- else -%}
        select 1
    {%- endif %}
{%- endmacro %}
