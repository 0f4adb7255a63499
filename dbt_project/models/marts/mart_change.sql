-- What changed from every earlier term of the school year, and from the same season a year before:
-- in all (linearised on later less earlier, over the union of both samples), and split into three
-- parts that sum to it: schools that are in both terms (within), how much each of them weighs (mix),
-- and who entered or left the sample (composition). Domain and weights are those of each term. A row
-- stands where somebody of the domain was observed in both.
{%- set keys = ['sample_no', 'domain_no'] %}
{%- set pair_keys = ['sample_pair_no', 'pair_no'] %}
with
{{ domain_ctes(declared_rules_only=true) }},

{{ score_ctes('clusters', 'samples', keys, measure_key='sample_no') }},

term_pairs as (
    select
        later.school_year,
        later.term,
        earlier.term as from_term
    from terms as later
    inner join terms as earlier
        on
            (later.school_year = earlier.school_year and later.starts_on > earlier.starts_on)
            or (
                later.season = earlier.season
                and year(later.starts_on) = year(earlier.starts_on) + 1
            )
),

sample_pairs as (
    select
        term_pairs.*,
        later.sample_no as sample_no_a,
        earlier.sample_no as sample_no_b,
        later.measure_id,
        later.missing_rule,
        later.weighting,
        later.population,
        later.range_max - later.range_min as measure_range,
        row_number() over (order by later.sample_no, earlier.sample_no) as sample_pair_no
    from samples as later
    inner join term_pairs on later.term = term_pairs.term
    inner join samples as earlier
        on
            term_pairs.from_term = earlier.term
            and later.measure_id = earlier.measure_id
            and later.missing_rule = earlier.missing_rule
            and later.weighting = earlier.weighting
),

observed as (
    select
        domains.*,
        -- a school is the sample of its own row: what lies within it counts by itself
        case when places.level = 'school' then domains.place_no else 0 end as scope_no
    from domains
    inner join places on domains.place_no = places.place_no
    where domains.domain_no in (select clusters.domain_no from clusters)
),

pairs as (
    select
        sample_pairs.sample_pair_no,
        later.scope_no,
        later.sample_no as sample_no_a,
        later.domain_no as domain_no_a,
        earlier.sample_no as sample_no_b,
        earlier.domain_no as domain_no_b,
        row_number() over (order by later.domain_no, earlier.domain_no) as pair_no
    from sample_pairs
    inner join observed as later on sample_pairs.sample_no_a = later.sample_no
    inner join observed as earlier
        on
            earlier.domain_no
            = {{ domain_no('sample_pairs.sample_no_b', 'later.place_no', 'later.subgroup_no') }}
),

-- every cluster of either sample, in the stratum of the later term's, else of the earlier's
cluster_strata as (
    select
        sample_pair_no,
        scope_no,
        cluster,
        coalesce(max(later_stratum), max(earlier_stratum)) as stratum
    from (
        {% for side, later, earlier in [
            ('a', 'clusters.stratum', 'null'), ('b', 'null', 'clusters.stratum')
        ] %}
            select
                sample_pairs.sample_pair_no,
                observed.scope_no,
                clusters.cluster,
                {{ later }} as later_stratum,
                {{ earlier }} as earlier_stratum
            from clusters
            inner join observed on clusters.domain_no = observed.domain_no
            inner join sample_pairs on clusters.sample_no = sample_pairs.sample_no_{{ side }}
            where clusters.is_sample
            {{ 'union all' if not loop.last }}
        {% endfor %}
    ) as sampled
    group by sample_pair_no, scope_no, cluster
),

pair_strata as (
    select
        sample_pair_no,
        stratum,
        count(*) as sampled_clusters
    from cluster_strata
    group by sample_pair_no, stratum
),

{{ difference_ctes(
    'estimate_totals', 'estimate_scores', 'pairs', 'pair_strata', keys, pair_keys,
    ['sample_pair_no'], 'cluster_strata', ['sample_pair_no', 'scope_no']
) }},

{{ both_terms_ctes('pairs', keys, pair_keys, ['sample_pair_no']) }},

{{ variance_ctes('within_variance', 'within_scores', 'within_strata', pair_keys, ['sample_pair_no']) }},

{{ interval_ctes('within_changes', 'within_values', 'within_change', 'within_variance', pair_keys) }},

estimates as (
    select
        estimates.*,
        domains.domain_no
    from domains
    inner join samples on domains.sample_no = samples.sample_no
    inner join places on domains.place_no = places.place_no
    inner join subgroups on domains.subgroup_no = subgroups.subgroup_no
    inner join {{ ref('int_domains__estimates') }} as estimates
        on
            samples.term = estimates.term
            and samples.measure_id = estimates.measure_id
            and samples.missing_rule = estimates.missing_rule
            and samples.weighting = estimates.weighting
            and places.geography = estimates.geography
            and places.level = estimates.level
            and places.unit_id = estimates.unit_id
            and subgroups.subgroup_type = estimates.subgroup_type
            and subgroups.subgroup = estimates.subgroup
    where estimates.n > 0
)

select
    sample_pairs.school_year,
    sample_pairs.term,
    later.geography,
    later.level,
    later.unit_id,
    later.unit_name,
    sample_pairs.measure_id,
    later.subgroup_type,
    later.subgroup,
    sample_pairs.weighting,
    sample_pairs.from_term,
    earlier.n as n_from,
    later.n as n_to,
    coalesce(within_changes.n_b, 0) as n_from_both,
    coalesce(within_changes.n_a, 0) as n_to_both,
    later.n_clusters + earlier.n_clusters - differences.n_clusters as n_clusters_both,
    differences.n_clusters - earlier.n_clusters as n_clusters_entered,
    differences.n_clusters - later.n_clusters as n_clusters_left,
    differences.estimate_b as estimate_from,
    differences.estimate_a as estimate_to,
    differences.difference as change,
    differences.std_error,
    differences.df,
    differences.ci_low,
    differences.ci_high,
    within_changes.within_change,
    within_changes.std_error as within_std_error,
    within_changes.df as within_df,
    within_changes.ci_low as within_ci_low,
    within_changes.ci_high as within_ci_high,
    within_changes.change_in_both - within_changes.within_change as mix_change,
    differences.difference - coalesce(within_changes.change_in_both, 0) as composition_change,
    case
        when 'caution' in (later.presentation, earlier.presentation) then 'caution'
        when differences.ci_low is null then 'caution'
        when differences.df < {{ var('caution_df_below') }} then 'caution'
        when
            differences.ci_high - differences.ci_low
            >= {{ var('caution_interval_share_of_range') }} * sample_pairs.measure_range
            then 'caution'
        else 'show'
    end as presentation
from differences
inner join pairs on differences.pair_no = pairs.pair_no
inner join sample_pairs on pairs.sample_pair_no = sample_pairs.sample_pair_no
inner join estimates as later on pairs.domain_no_a = later.domain_no
inner join estimates as earlier on pairs.domain_no_b = earlier.domain_no
left join within_changes on differences.pair_no = within_changes.pair_no
