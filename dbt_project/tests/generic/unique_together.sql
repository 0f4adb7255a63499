{# No two rows share the values of these columns; a failing test returns those that do. #}
{% test unique_together(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as copies
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
