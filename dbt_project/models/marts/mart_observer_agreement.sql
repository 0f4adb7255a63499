-- How far observers who visited a classroom together agreed on each item, and how those whose own
-- organisation supports a school rated it beside the others. Kappa is undefined where chance alone
-- would have everybody agree.
{%- set keys = ['term', 'geography', 'level', 'unit_id', 'item'] %}
with terms as (
    select * from {{ ref('stg_registry__terms') }}
),

units as (
    select * from {{ ref('int_schools__units') }}
    where stratum is not null
),

rated as (
    select
        units.term,
        units.geography,
        units.level,
        units.unit_id,
        max(units.unit_name) as unit_name,
        ratings.item,
        cast(sum(ratings.n_ratings) as bigint) as n_ratings,
        cast(sum(case when ratings.is_own then ratings.n_ratings else 0 end) as bigint) as n_own,
        {{ exact_sum('case when ratings.is_own then ratings.sum_value end') }}
        / nullif(sum(case when ratings.is_own then ratings.n_valued end), 0)
        - {{ exact_sum('case when not ratings.is_own then ratings.sum_value end') }}
        / nullif(sum(case when not ratings.is_own then ratings.n_valued end), 0) as own_minus_other
    from {{ ref('int_observers__ratings') }} as ratings
    inner join units on ratings.term = units.term and ratings.school_id = units.school_id
    group by units.term, units.geography, units.level, units.unit_id, ratings.item
),

-- the table of codes, first rater by second
cells as (
    select
        units.term,
        units.geography,
        units.level,
        units.unit_id,
        pairs.item,
        pairs.code_a,
        pairs.code_b,
        pairs.value_a,
        pairs.value_b,
        sum(pairs.n_pairs) as n_pairs,
        {{ exact_sum('pairs.weight') }} as weight
    from {{ ref('int_observers__pairs') }} as pairs
    inner join units on pairs.term = units.term and pairs.school_id = units.school_id
    group by
        units.term, units.geography, units.level, units.unit_id, pairs.item,
        pairs.code_a, pairs.code_b, pairs.value_a, pairs.value_b
),

totals as (
    select
        {{ columns(keys) }},
        cast(sum(n_pairs) as bigint) as n_pairs,
        {{ exact_sum('weight') }} as weight,
        {{ exact_sum('case when code_a = code_b then weight else 0 end') }} as weight_exact,
        {{ exact_sum(
            'case when abs(value_a - value_b) = 1 then weight when value_a is not null then 0 end'
        ) }} as weight_adjacent,
        {{ exact_sum('weight * power(value_a - value_b, 2)') }} as sum_squared,
        {{ exact_sum('weight * value_a') }} as sum_a,
        {{ exact_sum('weight * value_b') }} as sum_b,
        {{ exact_sum('weight * (power(value_a, 2) + power(value_b, 2))') }} as sum_squares
    from cells
    group by {{ columns(keys) }}
),

-- how often the first and the second rater would agree if each only kept to their own habits
margins as (
    select
        {{ columns(keys) }},
        code,
        {{ exact_sum('weight_a') }} as weight_a,
        {{ exact_sum('weight_b') }} as weight_b
    from (
        select {{ columns(keys) }}, code_a as code, weight as weight_a, 0 as weight_b from cells
        union all
        select {{ columns(keys) }}, code_b as code, 0 as weight_a, weight as weight_b from cells
    ) as sides
    group by {{ columns(keys) }}, code
),

chance as (
    select
        {{ columns(keys) }},
        {{ exact_sum('weight_a * weight_b') }} as products
    from margins
    group by {{ columns(keys) }}
),

-- both kappas are left as fractions of sums: expected agreement is products / weight^2, and the mean
-- square distance of two ratings that know nothing of each other squares_expected / weight^2
agreements as (
    select
        totals.*,
        chance.products,
        totals.weight * totals.sum_squares - 2 * totals.sum_a * totals.sum_b as squares_expected
    from totals
    inner join chance on {{ equal(keys, 'totals', 'chance') }}
)

select
    terms.school_year,
    rated.term,
    rated.geography,
    rated.level,
    rated.unit_id,
    rated.unit_name,
    rated.item,
    items.label as item_label,
    coalesce(agreements.n_pairs, 0) as n_pairs,
    agreements.weight_exact / agreements.weight as exact,
    agreements.weight_adjacent / agreements.weight as adjacent,
    case
        when agreements.products < (1 - 1e-12) * power(agreements.weight, 2)
            then
                (agreements.weight_exact * agreements.weight - agreements.products)
                / (power(agreements.weight, 2) - agreements.products)
    end as kappa,
    case
        when agreements.squares_expected > 1e-12 * power(agreements.weight, 2)
            then 1 - agreements.sum_squared * agreements.weight / agreements.squares_expected
    end as kappa_quadratic,
    rated.n_ratings,
    rated.n_own,
    cast(rated.n_own as double) / rated.n_ratings as share_own_organisation,
    rated.own_minus_other
from rated
inner join terms on rated.term = terms.term
inner join {{ ref('stg_registry__items') }} as items on rated.item = items.item
left join agreements on {{ equal(keys, 'rated', 'agreements') }}
