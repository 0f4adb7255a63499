{# Differences of two estimates, linearised on z^A - z^B; clusters may lie in both.

   estimates  a relation: keys, estimate
   scores     a relation: keys, stratum, cluster, z
   pairs      a relation: pair_keys, and for each side the keys of its estimate as <key>_a, <key>_b
   strata     as in variance_ctes, under the sample_keys, which are among the pair_keys

   Makes the CTE differences: pair_keys, estimate_a, estimate_b, difference, std_error, df, ci_low,
   ci_high. A cluster counts in df once, in whichever of the domains it occurs. #}
{% macro difference_ctes(estimates, scores, pairs, strata, keys, pair_keys, sample_keys) %}
difference_scores as (
    select {{ columns(pair_keys) }}, stratum, cluster, {{ exact_sum('z') }} as z
    from (
        {% for side, sign in [('a', ''), ('b', '-')] %}
        select {{ columns(pair_keys, 'pairs') }}, scores.stratum, scores.cluster, {{ sign }}scores.z as z
        from {{ pairs }} as pairs
        inner join {{ scores }} as scores
            on {% for key in keys %}pairs.{{ key }}_{{ side }} = scores.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}

        {{ 'union all' if not loop.last }}
        {% endfor %}
    ) as sides
    group by {{ columns(pair_keys) }}, stratum, cluster
),

{{ variance_ctes('difference_variance', 'difference_scores', strata, pair_keys, sample_keys) }},

difference_errors as (
    select
        {{ columns(pair_keys, 'pairs') }},
        side_a.estimate as estimate_a,
        side_b.estimate as estimate_b,
        side_a.estimate - side_b.estimate as difference,
        sqrt(variances.variance) as std_error,
        variances.df,
        {{ t_975('variances.df', 'student_t.t_975') }} as t
    from {{ pairs }} as pairs
    inner join {{ estimates }} as side_a
        on {% for key in keys %}pairs.{{ key }}_a = side_a.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}

    inner join {{ estimates }} as side_b
        on {% for key in keys %}pairs.{{ key }}_b = side_b.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}

    inner join difference_variance as variances on {{ equal(pair_keys, 'pairs', 'variances') }}
    left join {{ ref('student_t') }} as student_t on variances.df = student_t.df
),

differences as (
    select
        {{ columns(pair_keys) }},
        estimate_a,
        estimate_b,
        difference,
        std_error,
        df,
        difference - t * std_error as ci_low,
        difference + t * std_error as ci_high
    from difference_errors
)
{% endmacro %}
