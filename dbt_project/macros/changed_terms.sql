{# The terms that this build must make anew, as the builder left them in the table of inputs. An
   input of term `all` (schools, the registry, this project itself) touches every term; one of
   professional learning its own and every later one, since hours add up over terms. #}
{% macro changed_terms() -%}
    select terms.term
    from {{ ref('stg_registry__terms') }} as terms
    where exists (
        select 1
        from {{ source('raw', 'inputs') }} as inputs
        left join {{ ref('stg_registry__terms') }} as changed on inputs.term = changed.term
        where
            inputs.changed
            and (
                inputs.term in (terms.term, 'all')
                or (
                    inputs.source in ('pl_sessions', 'pl_attendance')
                    and changed.starts_on <= terms.starts_on
                )
            )
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
