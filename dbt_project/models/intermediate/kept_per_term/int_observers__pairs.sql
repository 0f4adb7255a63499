-- How two observers of one visit rated it, all pairs of them: of m observers every pair counts
-- 1 / (m - 1). Raters are ordered by role; within a role either could come first, so that half of the
-- pair stands in each order.
with
{{ rating_ctes() }},

shared as (
    select
        *,
        count(*) over (partition by term, school_id, class_id, visit_id, item) as n_observers
    from ratings
),

pairs as (
    select
        one.term,
        one.school_id,
        one.item,
        one.code as code_a,
        other.code as code_b,
        one.value as value_a,
        other.value as value_b,
        case when one.role_order = other.role_order then 0.5 else 1 end as share,
        one.n_observers
    from shared as one
    inner join shared as other
        on
            one.term = other.term
            and one.school_id = other.school_id
            and one.class_id = other.class_id
            and one.visit_id = other.visit_id
            and one.item = other.item
            and one.observer_id <> other.observer_id
            and one.role_order <= other.role_order
    where one.n_observers > 1
)

select
    term,
    school_id,
    item,
    code_a,
    code_b,
    value_a,
    value_b,
    cast(sum(share) as double) as n_pairs,
    {{ exact_sum('share / cast(n_observers - 1 as double)') }} as weight
from pairs
group by term, school_id, item, code_a, code_b, value_a, value_b
