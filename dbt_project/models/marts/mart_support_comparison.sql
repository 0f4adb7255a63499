-- Supported and unsupported schools side by side: how far apart they are now, how far apart they were
-- before, and by how much the schools of each have changed since. "Before" is the last term with an
-- answer that ended before the first of the unit's supported schools was supported; schools are told
-- apart by their support in the reported term. An association: nobody drew lots for support.
{%- set keys = ['sample_no', 'domain_no'] %}
{%- set row_keys = ['sample_no', 'place_no'] %}
{%- set group_keys = ['sample_pair_no', 'pair_no'] %}
{%- set comparison_keys = ['sample_pair_no', 'place_no'] %}
with
{{ domain_ctes(declared_rules_only=true) }},

{{ score_ctes('clusters', 'samples', keys, measure_key='sample_no') }},

by_support as (
    select
        estimate_totals.*,
        domains.place_no,
        subgroups.subgroup
    from estimate_totals
    inner join domains on estimate_totals.domain_no = domains.domain_no
    inner join subgroups on domains.subgroup_no = subgroups.subgroup_no
    where subgroups.subgroup_type = 'support'
),

comparisons as (
    select
        supported.sample_no,
        supported.place_no,
        supported.n as n_supported,
        unsupported.n as n_unsupported,
        supported.sample_no as sample_no_a,
        supported.domain_no as domain_no_a,
        unsupported.sample_no as sample_no_b,
        unsupported.domain_no as domain_no_b
    from by_support as supported
    inner join by_support as unsupported
        on
            supported.sample_no = unsupported.sample_no
            and supported.place_no = unsupported.place_no
    where supported.subgroup = 'supported' and unsupported.subgroup = 'unsupported'
),

-- How far apart they are

{{ difference_ctes(
    'estimate_totals', 'estimate_scores', 'comparisons', 'strata', keys, row_keys, ['sample_no']
) }},

-- Which term was before

supported_from as (
    select
        schools.term,
        places.place_no,
        min(schools.supported_from) as supported_from
    from {{ ref('int_schools__by_term') }} as schools
    inner join {{ ref('int_schools__units') }} as units
        on schools.term = units.term and schools.school_id = units.school_id
    inner join places
        on
            units.geography = places.geography
            and units.level = places.level
            and units.unit_id = places.unit_id
    where schools.supported_from is not null and units.stratum is not null
    group by schools.term, places.place_no
),

earlier_samples as (
    select
        comparisons.sample_no,
        comparisons.place_no,
        earlier.sample_no as baseline_sample_no,
        earlier.term as baseline_term,
        row_number() over (
            partition by comparisons.sample_no, comparisons.place_no order by terms.ends_on desc
        ) as place_in_time
    from comparisons
    inner join samples on comparisons.sample_no = samples.sample_no
    inner join supported_from
        on samples.term = supported_from.term and comparisons.place_no = supported_from.place_no
    inner join samples as earlier
        on
            samples.measure_id = earlier.measure_id
            and samples.missing_rule = earlier.missing_rule
            and samples.weighting = earlier.weighting
    inner join terms on earlier.term = terms.term and terms.ends_on < supported_from.supported_from
),

baselines as (
    select
        *,
        dense_rank() over (order by sample_no, baseline_sample_no) as sample_pair_no
    from earlier_samples
    where place_in_time = 1
),

-- The same schools then and now

whole as (
    select
        domains.sample_no,
        domains.place_no,
        domains.domain_no,
        places.level
    from domains
    inner join places on domains.place_no = places.place_no
    inner join subgroups on domains.subgroup_no = subgroups.subgroup_no
    where subgroups.subgroup_type = 'all'
),

pairs as (
    select
        baselines.sample_pair_no,
        baselines.place_no,
        by_support.subgroup,
        by_support.domain_no as pair_no,
        by_support.domain_no as domain_no_a,
        whole.domain_no as domain_no_b
    from baselines
    inner join by_support
        on
            baselines.sample_no = by_support.sample_no
            and baselines.place_no = by_support.place_no
    inner join whole
        on baselines.baseline_sample_no = whole.sample_no and baselines.place_no = whole.place_no

    union all

    -- the whole of both samples, for its strata
    select distinct
        baselines.sample_pair_no,
        now_whole.place_no,
        'all' as subgroup,
        now_whole.domain_no as pair_no,
        now_whole.domain_no as domain_no_a,
        then_whole.domain_no as domain_no_b
    from baselines
    inner join whole as now_whole on baselines.sample_no = now_whole.sample_no
    inner join whole as then_whole
        on
            baselines.baseline_sample_no = then_whole.sample_no
            and now_whole.place_no = then_whole.place_no
    where now_whole.level = 'district'
),

{{ both_terms_ctes('pairs', keys, group_keys, ['sample_pair_no']) }},

group_pairs as (
    select
        supported.sample_pair_no,
        supported.place_no,
        supported.sample_pair_no as sample_pair_no_a,
        supported.pair_no as pair_no_a,
        unsupported.sample_pair_no as sample_pair_no_b,
        unsupported.pair_no as pair_no_b
    from pairs as supported
    inner join pairs as unsupported
        on
            supported.sample_pair_no = unsupported.sample_pair_no
            and supported.place_no = unsupported.place_no
    where supported.subgroup = 'supported' and unsupported.subgroup = 'unsupported'
),

within_totals as (
    select
        {{ columns(group_keys) }},
        within_change as estimate
    from within_values
),

{{ difference_ctes(
    'within_totals', 'within_scores', 'group_pairs', 'within_strata', group_keys, comparison_keys,
    ['sample_pair_no'], name='change_differences'
) }},

-- How alike they were: sums of the units' own values are those of the weighted, a school's units all
-- weighing the same

group_moments as (
    select
        {{ columns(group_keys) }},
        cast(sum(n_b) as double) as n,
        {{ exact_sum('sw_b') }} as sw,
        {{ exact_sum('swy_b') }} as swy,
        {{ exact_sum('swyy_b * n_b / sw_b') }}
        - power({{ exact_sum('swy_b * n_b / sw_b') }}, 2) / sum(n_b) as squares
    from sized
    group by {{ columns(group_keys) }}
),

-- in what differences are counted: pooled standard deviations, or log odds over 1.65
yardsticks as (
    select
        {{ columns(comparison_keys, 'group_pairs') }},
        case
            when supported.n + unsupported.n > 3
                then 1 - 3 / (4 * (supported.n + unsupported.n) - 9)
        end as correction,
        case
            when supported.n + unsupported.n > 2
                then sqrt(
                    greatest(supported.squares + unsupported.squares, 0)
                    / (supported.n + unsupported.n - 2)
                )
        end as pooled_sd
    from group_pairs
    inner join group_moments as supported on group_pairs.pair_no_a = supported.pair_no
    inner join group_moments as unsupported on group_pairs.pair_no_b = unsupported.pair_no
),

baseline_means as (
    select
        pairs.sample_pair_no,
        pairs.pair_no,
        pairs.place_no,
        samples.kind,
        group_moments.sw,
        group_moments.swy / group_moments.sw as mean,
        case
            when samples.kind = 'mean' then nullif(yardsticks.pooled_sd, 0)
            when group_moments.swy > 0 and group_moments.swy < group_moments.sw
                then
                    1.65
                    * (group_moments.swy / group_moments.sw)
                    * (1 - group_moments.swy / group_moments.sw)
        end as unit_of_difference
    from pairs
    inner join domains on pairs.domain_no_a = domains.domain_no
    inner join samples on domains.sample_no = samples.sample_no
    inner join group_moments on pairs.pair_no = group_moments.pair_no
    inner join yardsticks
        on
            pairs.sample_pair_no = yardsticks.sample_pair_no
            and pairs.place_no = yardsticks.place_no
    where pairs.subgroup <> 'all'
),

baseline_totals as (
    select
        {{ columns(group_keys) }},
        case
            when kind = 'mean' then mean / unit_of_difference
            else ln(mean / (1 - mean)) / 1.65
        end as estimate
    from baseline_means
    where unit_of_difference is not null
),

baseline_scores as (
    select
        {{ columns(group_keys, 'sized') }},
        sized.stratum,
        sized.school_id as cluster,
        (sized.swy_b - baseline_means.mean * sized.sw_b)
        / baseline_means.sw / baseline_means.unit_of_difference as z
    from sized
    inner join baseline_means on {{ equal(group_keys, 'sized', 'baseline_means') }}
    where baseline_means.unit_of_difference is not null
),

{{ difference_ctes(
    'baseline_totals', 'baseline_scores', 'group_pairs', 'within_strata', group_keys, comparison_keys,
    ['sample_pair_no'], name='baseline_differences'
) }},

since as (
    select
        baselines.sample_no,
        baselines.place_no,
        baselines.baseline_term,
        cast(supported.n as bigint) as baseline_n_supported,
        cast(unsupported.n as bigint) as baseline_n_unsupported,
        supported_since.n_a as change_n_supported,
        unsupported_since.n_a as change_n_unsupported,
        baseline_differences.difference * yardsticks.correction as baseline_effect_size,
        baseline_differences.ci_low * yardsticks.correction as baseline_ci_low,
        baseline_differences.ci_high * yardsticks.correction as baseline_ci_high,
        change_differences.difference as change_difference,
        change_differences.std_error as change_std_error,
        change_differences.df as change_df,
        change_differences.ci_low as change_ci_low,
        change_differences.ci_high as change_ci_high
    from baselines
    inner join group_pairs on {{ equal(comparison_keys, 'baselines', 'group_pairs') }}
    inner join group_moments as supported on group_pairs.pair_no_a = supported.pair_no
    inner join group_moments as unsupported on group_pairs.pair_no_b = unsupported.pair_no
    inner join within_values as supported_since on group_pairs.pair_no_a = supported_since.pair_no
    inner join within_values as unsupported_since on group_pairs.pair_no_b = unsupported_since.pair_no
    inner join yardsticks on {{ equal(comparison_keys, 'baselines', 'yardsticks') }}
    left join baseline_differences
        on {{ equal(comparison_keys, 'baselines', 'baseline_differences') }}
    left join change_differences on {{ equal(comparison_keys, 'baselines', 'change_differences') }}
),

estimates as (
    select
        samples.sample_no,
        places.place_no,
        estimates.school_year,
        estimates.unit_name,
        max(case when estimates.subgroup = 'supported' then estimates.n_clusters end)
            as n_clusters_supported,
        max(case when estimates.subgroup = 'unsupported' then estimates.n_clusters end)
            as n_clusters_unsupported,
        max(case when estimates.presentation = 'caution' then 1 else 0 end) = 1 as with_caution
    from {{ ref('int_domains__estimates') }} as estimates
    inner join samples
        on
            estimates.term = samples.term
            and estimates.measure_id = samples.measure_id
            and estimates.missing_rule = samples.missing_rule
            and estimates.weighting = samples.weighting
    inner join places
        on
            estimates.geography = places.geography
            and estimates.level = places.level
            and estimates.unit_id = places.unit_id
    where estimates.subgroup_type = 'support'
    group by samples.sample_no, places.place_no, estimates.school_year, estimates.unit_name
)

select
    estimates.school_year,
    samples.term,
    places.geography,
    places.level,
    places.unit_id,
    estimates.unit_name,
    samples.measure_id,
    samples.weighting,
    comparisons.n_supported,
    comparisons.n_unsupported,
    estimates.n_clusters_supported,
    estimates.n_clusters_unsupported,
    differences.estimate_a as estimate_supported,
    differences.estimate_b as estimate_unsupported,
    differences.difference,
    differences.std_error,
    differences.df,
    differences.ci_low,
    differences.ci_high,
    since.baseline_term,
    since.baseline_n_supported,
    since.baseline_n_unsupported,
    since.baseline_effect_size,
    since.baseline_ci_low,
    since.baseline_ci_high,
    case
        when since.baseline_term is null then 'no_baseline'
        when abs(since.baseline_effect_size) <= 0.05 then 'equivalent'
        when abs(since.baseline_effect_size) <= 0.25 then 'needs_adjustment'
        when since.baseline_effect_size is not null then 'not_equivalent'
    end as baseline_label,
    since.change_n_supported,
    since.change_n_unsupported,
    since.change_difference,
    since.change_std_error,
    since.change_df,
    since.change_ci_low,
    since.change_ci_high,
    case
        when estimates.with_caution or differences.ci_low is null then 'caution'
        when differences.df < {{ var('caution_df_below') }} then 'caution'
        when
            differences.ci_high - differences.ci_low
            >= {{ var('caution_interval_share_of_range') }} * (samples.range_max - samples.range_min)
            then 'caution'
        else 'show'
    end as presentation
from comparisons
inner join samples on comparisons.sample_no = samples.sample_no
inner join places on comparisons.place_no = places.place_no
inner join differences on {{ equal(row_keys, 'comparisons', 'differences') }}
inner join estimates on {{ equal(row_keys, 'comparisons', 'estimates') }}
left join since on {{ equal(row_keys, 'comparisons', 'since') }}
