{# Differences of two estimates, linearised on z^A - z^B; clusters may lie in both.

   estimates       a relation: keys, estimate
   scores          a relation: keys, stratum, cluster, z
   pairs           a relation: pair_keys, and for each side the keys of its estimate as <key>_a,
                   <key>_b
   strata          as in variance_ctes, under the sample_keys, which are among the pair_keys
   cluster_strata  where the two samples may put a cluster into different strata, a relation that
                   says in which it counts: cluster_keys (which pairs has too), cluster, stratum

   Makes the CTE <name>: pair_keys, estimate_a, estimate_b, difference, n_clusters, std_error,
   df, ci_low, ci_high. A cluster counts once, in whichever of the domains it occurs. #}
{% macro difference_ctes(
    estimates, scores, pairs, strata, keys, pair_keys, sample_keys, cluster_strata=none, cluster_keys=[],
    name='differences'
) %}
{%- set carried = (pair_keys + cluster_keys) | unique | list %}
{%- set stratum = 'cluster_strata.stratum' if cluster_strata else 'sides.stratum' %}
{#- each domain has few of the clusters that its pair of samples has, so that pairs meet their
    scores before the strata; the planner would have it the other way round #}
{{ name }}_sides as {{ 'materialized ' if cluster_strata }}(
    {% for side, sign in [('a', ''), ('b', '-')] %}
    select
        {{ columns(carried, 'pairs') }},
        scores.stratum,
        scores.cluster,
        {{ sign }}scores.z as z
    from {{ pairs }} as pairs
    inner join {{ scores }} as scores
        on {% for key in keys %}pairs.{{ key }}_{{ side }} = scores.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}

    {{ 'union all' if not loop.last }}
    {% endfor %}
),

{{ name }}_scores as (
    select
        {{ columns(pair_keys, 'sides') }},
        {{ stratum }},
        sides.cluster,
        {{ exact_sum('sides.z') }} as z
    from {{ name }}_sides as sides
    {% if cluster_strata %}
    inner join {{ cluster_strata }} as cluster_strata
        on {{ equal(cluster_keys, 'sides', 'cluster_strata') }} and sides.cluster = cluster_strata.cluster
    {% endif %}
    group by {{ columns(pair_keys, 'sides') }}, {{ stratum }}, sides.cluster
),

{{ variance_ctes(name ~ '_variance', name ~ '_scores', strata, pair_keys, sample_keys) }},

{{ name }}_values as (
    select
        {{ columns(pair_keys, 'pairs') }},
        side_a.estimate as estimate_a,
        side_b.estimate as estimate_b,
        side_a.estimate - side_b.estimate as difference
    from {{ pairs }} as pairs
    inner join {{ estimates }} as side_a
        on {% for key in keys %}pairs.{{ key }}_a = side_a.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}

    inner join {{ estimates }} as side_b
        on {% for key in keys %}pairs.{{ key }}_b = side_b.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}

),

{{ interval_ctes(name, name ~ '_values', 'difference', name ~ '_variance', pair_keys) }}
{% endmacro %}

{# Each value's 95% interval: value -+ t(.975, df) se, and none without a degree of freedom.

   values     a relation: keys, the column `value`, and whatever goes with it
   variances  as variance_ctes makes it, under the same keys

   Makes the CTE <name>: all of values, n_clusters, std_error, df, ci_low, ci_high. #}
{% macro interval_ctes(name, values, value, variances, keys) %}
{{ name }}_errors as (
    select
        valued.*,
        variances.n_clusters,
        sqrt(variances.variance) as std_error,
        variances.df,
        {{ t_975('variances.df', 'student_t.t_975') }} as t
    from {{ values }} as valued
    inner join {{ variances }} as variances on {{ equal(keys, 'valued', 'variances') }}
    left join {{ ref('student_t') }} as student_t on variances.df = student_t.df
),

{{ name }} as (
    select
        *,
        {{ value }} - t * std_error as ci_low,
        {{ value }} + t * std_error as ci_high
    from {{ name }}_errors
)
{% endmacro %}
