-- Every estimate of every mart: each measure of each unit of geography, subgroup and weighting, under
-- every rule for what is missing. Rows in which nobody was observed stand with n = 0 and no estimate,
-- so that zero coverage shows up and the rows of a local district's schools make its own.
{%- set keys = ['sample_no', 'domain_no'] %}
with
{{ domain_ctes() }},

{{ estimate_ctes('clusters', 'strata', 'samples', keys, ['sample_no'], measure_key='sample_no') }},

observed as (
    select
        {{ columns(keys) }},
        cast(sum(n_matched) as bigint) as n_matched,
        cast(sum(n_visits) as bigint) as n_visits
    from clusters
    group by {{ columns(keys) }}
)

select
    terms.school_year,
    samples.term,
    places.geography,
    places.level,
    places.unit_id,
    domains.unit_name,
    samples.mart,
    samples.measure_id,
    samples.missing_rule,
    subgroups.subgroup_type,
    subgroups.subgroup,
    samples.weighting,
    coalesce(estimates.n, 0) as n,
    coalesce(estimates.n_clusters, 0) as n_clusters,
    domains.n_eligible,
    case
        when domains.n_eligible > 0
            then cast(coalesce(observed.n_matched, 0) as double) / domains.n_eligible
    end as coverage,
    estimates.estimate,
    estimates.std_error,
    estimates.df,
    estimates.ci_low,
    estimates.ci_high,
    estimates.deff,
    estimates.n_effective,
    {{ presentation('estimates', 'domains.unrepresented_share') }} as presentation,
    case
        when estimates.ci_low > samples.target then 'above'
        when estimates.ci_high < samples.target then 'below'
        when estimates.ci_low <= samples.target then 'across'
    end as against_target,
    coalesce(observed.n_visits, 0) as n_visits
from domains
inner join samples on domains.sample_no = samples.sample_no
inner join places on domains.place_no = places.place_no
inner join subgroups on domains.subgroup_no = subgroups.subgroup_no
inner join terms on samples.term = terms.term
left join estimates on {{ equal(keys, 'domains', 'estimates') }}
left join observed on {{ equal(keys, 'domains', 'observed') }}
where domains.n_eligible > 0 or estimates.n > 0
