{# The same schools in two terms: what each of them was then and is now, and their mean change.

   pairs        a relation: pair_keys, and the domains as domain_no_a (later), domain_no_b (earlier)
   keys         what names a domain in the CTEs of domain_ctes, which this rests on
   sample_keys  those of the pair_keys that name the two samples; for the strata the pairs must have
                the whole sample's domain too

   Formulas: MEASURES, section 4. within_change = sum size (y_a - y_b) / sum size over schools with
   units of the domain in both terms, size being the later term's rostered units; its variance is
   that of a mean of school differences.

   Makes the CTEs sized (pair_keys, school_id, stratum, and of each term n, sw, swy; size,
   difference), within_values (pair_keys, n_a, n_b, size, within_change, change_in_both), within_scores
   (pair_keys, stratum, cluster, z) and within_strata (sample_keys, stratum, sampled_clusters). #}
{% macro both_terms_ctes(pairs, keys, pair_keys, sample_keys) %}
-- what each school adds to a domain
schools as (
    select
        {{ columns(keys) }},
        school_id,
        stratum,
        is_sample,
        cast(sum(n) as bigint) as n,
        {{ exact_sum('sw') }} as sw,
        {{ exact_sum('swy') }} as swy,
        {{ exact_sum('swyy') }} as swyy
    from clusters
    where
        domain_no in (
            select domain_no_a from {{ pairs }}
            union all
            select domain_no_b from {{ pairs }}
        )
    group by {{ columns(keys) }}, school_id, stratum, is_sample
),

rostered as (
    select
        frame.*,
        subgroups.subgroup_no
    from {{ ref('int_schools__frame') }} as frame
    inner join subgroups
        on frame.subgroup_type = subgroups.subgroup_type and frame.subgroup = subgroups.subgroup
    where frame.n_eligible > 0
),

-- the later term's schools come first: those of one term and of another agree on far more than on
-- the domain, and the planner would join them by it
later_schools as materialized (
    select
        {{ columns(pair_keys, 'pairs') }},
        pairs.domain_no_b,
        schools.school_id,
        schools.stratum,
        schools.is_sample,
        schools.n as n_a,
        schools.sw as sw_a,
        schools.swy as swy_a
    from {{ pairs }} as pairs
    inner join schools on pairs.domain_no_a = schools.domain_no
),

schools_in_both as (
    select
        later_schools.* exclude (domain_no_b, is_sample),
        later_schools.is_sample and earlier_schools.is_sample as is_sample,
        earlier_schools.n as n_b,
        earlier_schools.sw as sw_b,
        earlier_schools.swy as swy_b,
        earlier_schools.swyy as swyy_b
    from later_schools
    inner join schools as earlier_schools
        on
            later_schools.domain_no_b = earlier_schools.domain_no
            and later_schools.school_id = earlier_schools.school_id
),

-- each as large as the later roster has it, or as it was seen
sized as (
    select
        schools_in_both.*,
        coalesce(rostered.n_eligible, schools_in_both.n_a) as size,
        schools_in_both.swy_a / schools_in_both.sw_a
        - schools_in_both.swy_b / schools_in_both.sw_b as difference
    from schools_in_both
    inner join {{ pairs }} as pairs on {{ equal(pair_keys, 'schools_in_both', 'pairs') }}
    inner join domains on pairs.domain_no_a = domains.domain_no
    inner join samples on domains.sample_no = samples.sample_no
    left join rostered
        on
            samples.term = rostered.term
            and samples.population = rostered.population
            and domains.subgroup_no = rostered.subgroup_no
            and schools_in_both.school_id = rostered.school_id
),

within_values as (
    select
        {{ columns(pair_keys) }},
        cast(sum(n_a) as bigint) as n_a,
        cast(sum(n_b) as bigint) as n_b,
        cast(sum(size) as double) as size,
        {{ exact_sum('size * difference') }} / sum(size) as within_change,
        {{ exact_sum('swy_a') }} / {{ exact_sum('sw_a') }}
        - {{ exact_sum('swy_b') }} / {{ exact_sum('sw_b') }} as change_in_both
    from sized
    group by {{ columns(pair_keys) }}
),

within_scores as (
    select
        {{ columns(pair_keys, 'sized') }},
        sized.stratum,
        sized.school_id as cluster,
        sized.size * (sized.difference - within_values.within_change)
        / within_values.size as z
    from sized
    inner join within_values on {{ equal(pair_keys, 'sized', 'within_values') }}
),

within_strata as (
    select
        {{ columns(sample_keys) }},
        stratum,
        count(*) as sampled_clusters
    from schools_in_both
    where is_sample
    group by {{ columns(sample_keys) }}, stratum
)
{% endmacro %}
