-- How the observers of each school rated each item, those of the organisation that supports the
-- school apart from the others.
with
{{ rating_ctes() }}

select
    term,
    school_id,
    item,
    is_own,
    count(*) as n_ratings,
    count(value) as n_valued,
    {{ exact_sum('value') }} as sum_value
from ratings
group by term, school_id, item, is_own
