"""The rows of a mart of estimates, each with what relates it to the others, as one frame."""

from __future__ import annotations

from expectations.declared import Frame

KEY = (
    "term",
    "geography",
    "level",
    "unit_id",
    "measure_id",
    "subgroup_type",
    "subgroup",
    "weighting",
)


def rows_frame(mart: str, population: str, *, more_key: tuple[str, ...] = ()) -> Frame:
    """A row a row of the mart's term, with what relates it to the other rows.

    `population` is that of mart_coverage which n counts; `more_key` the columns that tell rows
    apart beside those which all such marts share.

    outside_range, outside_interval: by how much a figure lies outside, at most 0 when it does not.
    n_gap_districts, n_gap_schools, n_gap_subgroups: n of the parts less n of the whole, on rows
    that are a whole. above_looser: estimate less that of a measure which counts every code that
    this one counts, and more, in the same cell; such pairs follow from the registry's values.
    eligible_gap, above_seen: n_eligible less mart_coverage's, and n less those seen there, where a
    unit's schools are all of a local district.
    """
    cell = ", ".join(
        ("geography", "level", "unit_id", *more_key, "subgroup_type", "subgroup", "weighting")
    )
    measure = ", ".join(("measure_id", *more_key))
    return Frame(
        f"""
        with mart as (
            select * from {mart} where term = (select term from judged)
        ),
        measures as (
            select measure_id, kind, range_min, range_max from dim_measure
        ),
        valued as (
            select *, count(*) over (partition by measure_id) as n_values
            from raw.measure_values
        ),
        nested as (
            select stricter.measure_id as stricter, looser.measure_id as looser
            from valued as stricter inner join valued as looser using (item, code, n_values)
            where stricter.measure_id <> looser.measure_id
            group by all
            having count(*) = any_value(n_values)
                and bool_and(stricter.value <= looser.value)
                and bool_or(stricter.value < looser.value)
        ),
        above as (
            select
                {cell},
                nested.stricter as measure_id,
                max(mart.estimate - looser.estimate) as above_looser
            from mart
            inner join nested on mart.measure_id = nested.stricter
            inner join mart as looser using ({cell})
            where looser.measure_id = nested.looser
            group by {cell}, nested.stricter
        ),
        totals as (
            select
                {measure},
                subgroup_type,
                subgroup,
                coalesce(sum(n) filter (where level = 'local_district'), 0) as n_districts,
                coalesce(sum(n) filter (where level = 'school'), 0) as n_schools
            from mart
            where geography = 'local_district' and weighting = 'none'
            group by {measure}, subgroup_type, subgroup
        ),
        parts as (
            select
                geography,
                level,
                unit_id,
                {measure},
                max(abs(n_parts - n_whole)) as n_gap_subgroups
            from (
                select
                    geography,
                    level,
                    unit_id,
                    {measure},
                    subgroup_type,
                    sum(n) as n_parts,
                    max(sum(n) filter (where subgroup_type = 'all')) over (
                        partition by geography, level, unit_id, {measure}
                    ) as n_whole
                from mart
                where weighting = 'none'
                group by geography, level, unit_id, {measure}, subgroup_type
            )
            group by geography, level, unit_id, {measure}
        ),
        covered as (
            select
                geography,
                level,
                unit_id,
                subgroup_type,
                subgroup,
                n_eligible as covered_eligible,
                n_seen as covered_seen
            from mart_coverage
            where
                term = (select term from judged)
                and population = '{population}'
                and geography = 'local_district'
                and level in ('local_district', 'school')
        )
        select
            mart.*,
            least(coalesce(n, -1), coalesce(n_clusters, -1), coalesce(n_eligible, 0))
                as smallest_count,
            case when
                isfinite(coalesce(estimate, 0)::double)
                and isfinite(coalesce(std_error, 0)::double)
                and isfinite(coalesce(ci_low, 0)::double)
                and isfinite(coalesce(ci_high, 0)::double)
                and isfinite(coalesce(deff, 0)::double)
                and isfinite(coalesce(n_effective, 0)::double)
            then 0 else 1 end as n_not_finite,
            case
                when measures.measure_id is null then 1
                else greatest(
                    range_min - estimate,
                    estimate - range_max,
                    case when kind = 'proportion' then range_min - ci_low end,
                    case when kind = 'proportion' then ci_high - range_max end
                )
            end as outside_range,
            case
                when (ci_low is null) <> (ci_high is null) then 1
                when ci_low is not null and estimate is null then 1
                else greatest(ci_low - estimate, estimate - ci_high)
            end as outside_interval,
            n_effective - n as n_effective_above_n,
            case
                when n = 0 then (estimate is not null)::int
                when weighting = 'none' then (estimate is null)::int
                else 0
            end as estimate_astray,
            above_looser,
            case when level = 'district' and weighting = 'none' then abs(n_districts - n) end
                as n_gap_districts,
            case
                when level = 'district' and weighting = 'none' and mart.subgroup_type = 'all'
                    then abs(n_schools - n)
            end as n_gap_schools,
            case when weighting = 'none' and mart.subgroup_type = 'all' then n_gap_subgroups end
                as n_gap_subgroups,
            abs(n_eligible - covered_eligible) as eligible_gap,
            n - covered_seen as above_seen
        from mart
        left join measures using (measure_id)
        left join above using ({cell}, measure_id)
        left join totals using ({measure}, subgroup_type, subgroup)
        left join parts using (geography, level, unit_id, {measure})
        left join covered using (geography, level, unit_id, subgroup_type, subgroup)
        """
    )
