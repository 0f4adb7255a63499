-- The options of a multi-select item in the order of how many named them, each with its paired
-- difference from the next: the same people answered of both, so the difference is linearised on the
-- one's scores less the other's. One is said to be named most only where that interval is above 0.
{%- set keys = ['sample_no', 'domain_no'] %}
with options as (
    select distinct
        measured.measure_id,
        items.item
    from {{ ref('stg_registry__measure_values') }} as measured
    inner join {{ ref('stg_registry__items') }} as items on measured.item = items.item
    where items.kind = 'multi_select'
),

{{ domain_ctes(declared_rules_only=true, only='options') }},

{{ score_ctes('clusters', 'samples', keys, measure_key='sample_no') }},

ranked as (
    select
        estimate_totals.sample_no,
        estimate_totals.domain_no,
        estimate_totals.n,
        domains.place_no,
        domains.unit_name,
        samples.term,
        samples.measure_id,
        samples.weighting,
        options.item,
        row_number() over (
            partition by samples.term, options.item, samples.weighting, domains.place_no
            order by estimate_totals.estimate desc, measures.position asc
        ) as rank
    from estimate_totals
    inner join domains on estimate_totals.domain_no = domains.domain_no
    inner join samples on domains.sample_no = samples.sample_no
    inner join options on samples.measure_id = options.measure_id
    inner join measures on samples.measure_id = measures.measure_id
    inner join places on domains.place_no = places.place_no
    inner join subgroups on domains.subgroup_no = subgroups.subgroup_no
    where places.level <> 'school' and subgroups.subgroup_type = 'all'
),

pairs as (
    select
        one.sample_no,
        one.domain_no,
        one.sample_no as sample_no_a,
        one.domain_no as domain_no_a,
        following.sample_no as sample_no_b,
        following.domain_no as domain_no_b,
        following.measure_id as next_measure_id
    from ranked as one
    inner join ranked as following
        on
            one.term = following.term
            and one.item = following.item
            and one.weighting = following.weighting
            and one.place_no = following.place_no
            and one.rank + 1 = following.rank
),

{{ difference_ctes(
    'estimate_totals', 'estimate_scores', 'pairs', 'strata', keys, keys, ['sample_no']
) }}

select
    terms.school_year,
    ranked.term,
    places.geography,
    places.level,
    places.unit_id,
    ranked.unit_name,
    ranked.item,
    ranked.weighting,
    ranked.rank,
    ranked.measure_id,
    ranked.n,
    estimate_totals.estimate,
    pairs.next_measure_id,
    differences.difference,
    differences.std_error,
    differences.df,
    differences.ci_low,
    differences.ci_high,
    case when differences.ci_low > 0 then 'above' when differences.ci_low <= 0 then 'across' end
        as against_next
from ranked
inner join terms on ranked.term = terms.term
inner join places on ranked.place_no = places.place_no
inner join estimate_totals on ranked.domain_no = estimate_totals.domain_no
left join pairs on ranked.domain_no = pairs.domain_no
left join differences on ranked.domain_no = differences.domain_no
