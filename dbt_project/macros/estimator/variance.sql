{# Taylor-linearised variance of a statistic from its cluster scores, clusters with replacement.

   scores       a relation: keys, stratum, cluster (one row a cluster of the domain), z
   strata       a relation: sample_keys, stratum, sampled_clusters; every cluster of the *sample*
                counts, so one without a unit of the domain is there with z = 0
   keys         the columns that name one estimate
   sample_keys  those of them that name the sample it is a domain of

   var = sum over strata h of n_h / (n_h - 1) * sum over clusters c of (z_hc - mean z_h)^2; a stratum
   with one sampled cluster adds z^2 (R survey, lonely.psu = "adjust"). df = clusters - strata,
   counting only those in which the domain occurs (R survey, degf of a subset).

   Makes the CTE <name>: keys, n_clusters, df, variance. #}
{% macro variance_ctes(name, scores, strata, keys, sample_keys) %}
{{ name }}_means as (
    select
        {{ columns(keys, 'scores') }},
        scores.stratum,
        strata.sampled_clusters,
        count(*) as domain_clusters,
        {{ exact_sum('scores.z') }} / strata.sampled_clusters as mean_z
    from {{ scores }} as scores
    inner join {{ strata }} as strata
        on {{ equal(sample_keys, 'scores', 'strata') }} and scores.stratum = strata.stratum
    group by {{ columns(keys, 'scores') }}, scores.stratum, strata.sampled_clusters
),

{{ name }}_parts as (
    select
        {{ columns(keys, 'scores') }},
        scores.stratum,
        means.domain_clusters,
        case
            when means.sampled_clusters = 1 then {{ exact_sum('power(scores.z, 2)') }}
            else
                cast(means.sampled_clusters as double) / (means.sampled_clusters - 1)
                * (
                    {{ exact_sum('power(scores.z - means.mean_z, 2)') }}
                    + (means.sampled_clusters - means.domain_clusters) * power(means.mean_z, 2)
                )
        end as part
    from {{ scores }} as scores
    inner join {{ name }}_means as means
        on {{ equal(keys, 'scores', 'means') }} and scores.stratum = means.stratum
    group by
        {{ columns(keys, 'scores') }}, scores.stratum, means.sampled_clusters,
        means.domain_clusters, means.mean_z
),

{{ name }} as (
    select
        {{ columns(keys) }},
        cast(sum(domain_clusters) as bigint) as n_clusters,
        cast(sum(domain_clusters) - count(*) as bigint) as df,
        {{ exact_sum('part') }} as variance
    from {{ name }}_parts
    group by {{ columns(keys) }}
)
{% endmacro %}

{# `alias.a, alias.b, ...` #}
{% macro columns(names, alias=none) -%}
    {%- for name in names -%}
        {{ alias ~ '.' if alias }}{{ name }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# `left.a = right.a and ...` #}
{% macro equal(names, left, right) -%}
    {%- for name in names -%}
        {{ left }}.{{ name }} = {{ right }}.{{ name }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
