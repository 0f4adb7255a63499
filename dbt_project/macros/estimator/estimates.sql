{# Means and proportions with their scores, from sums by cluster.

   clusters   a relation: keys, stratum, cluster, n (units), sw (sum of weights), swy, swyy
              (weighted sums of y and of y squared); one row a cluster of the domain.
              A ratio of y to x is the same with the sums of w * x in place of sw.
   measures   a relation: measure_key, kind ('proportion' or 'mean'), range_min, range_max
   keys       the columns that name one estimate; measure_key is one of them

   Formulas: MEASURES, section 4. p = swy / sw; z = (swy_c - p sw_c) / sw.

   Makes the CTEs estimate_sums, estimate_totals (keys, kind, range_min, range_max, n, sw, estimate,
   swyy) and estimate_scores (keys, stratum, cluster, z; what differences are linearised on). #}
{% macro score_ctes(clusters, measures, keys, measure_key='measure_id') %}
estimate_sums as (
    select
        {{ columns(keys) }},
        cast(sum(n) as bigint) as n,
        {{ exact_sum('sw') }} as sw,
        {{ exact_sum('swy') }} as swy,
        {{ exact_sum('swyy') }} as swyy
    from {{ clusters }}
    group by {{ columns(keys) }}
),

-- where all have the most that there is, weights must not round their mean beyond it
estimate_totals as (
    select
        {{ columns(keys, 'sums') }},
        measures.kind,
        measures.range_min,
        measures.range_max,
        sums.n,
        sums.sw,
        greatest(least(sums.swy / sums.sw, measures.range_max), measures.range_min) as estimate,
        sums.swyy
    from estimate_sums as sums
    inner join {{ measures }} as measures on sums.{{ measure_key }} = measures.{{ measure_key }}
),

estimate_scores as (
    select
        {{ columns(keys, 'clusters') }},
        clusters.stratum,
        clusters.cluster,
        (clusters.swy - totals.estimate * clusters.sw) / totals.sw as z
    from {{ clusters }} as clusters
    inner join estimate_totals as totals on {{ equal(keys, 'clusters', 'totals') }}
)
{% endmacro %}

{# Means and proportions with their design-based uncertainty, from sums by cluster.

   clusters, measures, keys, measure_key   as in score_ctes
   strata, sample_keys                     as in variance_ctes

   Formulas: MEASURES, section 4. A proportion's interval is on the logit scale (R svyciprop method
   "xlogit", Stata citype(logit)), at p = 0 or 1 the exact one-sided bound with n* = clusters; a
   mean's is p -+ t(.975, df) se. One cluster has df 0 and no interval.
   deff = var / (sum w (y - p)^2 / sum w / (n - 1)) (R deff = "replace").

   Makes the CTEs of score_ctes and estimates: keys, kind, range_min, range_max, n, n_clusters,
   estimate, std_error, df, ci_low, ci_high, deff, n_effective. #}
{% macro estimate_ctes(clusters, strata, measures, keys, sample_keys, measure_key='measure_id') %}
{{ score_ctes(clusters, measures, keys, measure_key) }},

{{ variance_ctes('estimate_variance', 'estimate_scores', strata, keys, sample_keys) }},

estimate_errors as (
    select
        {{ columns(keys, 'totals') }},
        totals.kind,
        totals.range_min,
        totals.range_max,
        totals.n,
        variances.n_clusters,
        totals.estimate,
        sqrt(variances.variance) as std_error,
        variances.df,
        totals.kind = 'proportion' and totals.estimate in (0, 1) as none_or_all,
        case
            when totals.kind = 'proportion' and totals.estimate in (0, 1) then null
            when variances.n_clusters = 1 or totals.n = 1 then null
            else
                variances.variance
                / {{ nothing_if_rounding(
                    'totals.swyy / totals.sw - power(totals.estimate, 2)', 'totals.swyy / totals.sw'
                ) }}
                * (totals.n - 1)
        end as deff,
        {{ t_975('variances.df', 'student_t.t_975') }} as t
    from estimate_totals as totals
    inner join estimate_variance as variances on {{ equal(keys, 'totals', 'variances') }}
    left join {{ ref('student_t') }} as student_t on variances.df = student_t.df
),

estimates as (
    select
        {{ columns(keys) }},
        kind,
        range_min,
        range_max,
        n,
        n_clusters,
        estimate,
        std_error,
        df,
        case
            when n_clusters = 1 then null
            when none_or_all and estimate = 0 then 0
            when none_or_all then power(0.025, 1.0 / n_clusters)
            -- as many strata as clusters; least() would pass over the t that there is none of
            when df = 0 then null
            when kind = 'proportion'
                then least(estimate, {{ logit_bound('-') }})
            else estimate - t * std_error
        end as ci_low,
        case
            when n_clusters = 1 then null
            when none_or_all and estimate = 1 then 1
            when none_or_all then 1 - power(0.025, 1.0 / n_clusters)
            when df = 0 then null
            when kind = 'proportion'
                then greatest(estimate, {{ logit_bound('+') }})
            else estimate + t * std_error
        end as ci_high,
        deff,
        case
            when none_or_all then cast(n_clusters as double)
            when n_clusters = 1 then null
            when deff is null then null
            else least(n, n / nullif(deff, 0))
        end as n_effective
    from estimate_errors
)
{% endmacro %}

{# A bound of logit(p) -+ t se / (p (1 - p)), back on the scale of p. #}
{% macro logit_bound(sign) -%}
    1 / (1 + exp(
        -(ln(estimate / (1 - estimate)) {{ sign }} t * std_error / (estimate * (1 - estimate)))
    ))
{%- endmacro %}

{# A difference of nearly equal numbers of some size; null where it is only what rounding left. #}
{% macro nothing_if_rounding(difference, size) -%}
    case when {{ difference }} > 1e-12 * ({{ size }}) then {{ difference }} end
{%- endmacro %}
