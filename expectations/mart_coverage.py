"""What is expected of `mart_coverage`: counts that nest, add up, and leave nobody unseen unsaid."""

from __future__ import annotations

from expectations.declared import A_NOT_BELOW_B, BETWEEN, IN_SET, Frame, Suite, not_below
from expectations.invariants import (
    COUNTS_ARE_NOT_NEGATIVE,
    TOLERANCE,
    invariant,
    no_more_than,
    stands_once,
)

KEY = ("term", "geography", "level", "unit_id", "population", "subgroup_type", "subgroup")

POPULATIONS = ("classrooms", "students", "teachers", "educators")

ROWS = Frame(
    """
    with mart as (
        select * from mart_coverage where term = (select term from judged)
    ),
    totals as (
        select
            population,
            subgroup_type,
            subgroup,
            coalesce(sum(n_eligible) filter (where level = 'local_district'), 0) as ld_eligible,
            coalesce(sum(n_seen) filter (where level = 'local_district'), 0) as ld_seen,
            coalesce(sum(n_matched) filter (where level = 'local_district'), 0) as ld_matched,
            coalesce(sum(n_eligible) filter (where level = 'school'), 0) as school_eligible,
            coalesce(sum(n_seen) filter (where level = 'school'), 0) as school_seen,
            coalesce(sum(n_matched) filter (where level = 'school'), 0) as school_matched,
            coalesce(max(n_seen) filter (where level = 'district'), 0) as district_seen
        from mart
        where geography = 'local_district'
        group by population, subgroup_type, subgroup
    ),
    types as (
        select
            geography,
            level,
            unit_id,
            population,
            subgroup_type,
            sum(n_eligible) as n_eligible,
            sum(n_seen) as n_seen,
            sum(n_matched) as n_matched
        from mart
        group by geography, level, unit_id, population, subgroup_type
    ),
    parts as (
        select
            geography,
            level,
            unit_id,
            population,
            max(
                abs(types.n_eligible - whole.n_eligible)
                + abs(types.n_seen - whole.n_seen)
                + abs(types.n_matched - whole.n_matched)
            ) as n_gap_subgroups
        from types inner join types as whole using (geography, level, unit_id, population)
        where whole.subgroup_type = 'all'
        group by geography, level, unit_id, population
    )
    select
        mart.*,
        least(coalesce(n_eligible, -1), coalesce(n_seen, -1), coalesce(n_matched, -1))
            as smallest_count,
        coalesce(
            abs(coverage - n_matched / nullif(n_eligible, 0)),
            ((coverage is null) <> (n_eligible = 0))::int
        ) as coverage_gap,
        case
            when level = 'district'
                then
                    abs(ld_eligible - n_eligible)
                    + abs(ld_seen - n_seen)
                    + abs(ld_matched - n_matched)
        end as n_gap_districts,
        case
            when level = 'district' and subgroup_type = 'all'
                then
                    abs(school_eligible - n_eligible)
                    + abs(school_seen - n_seen)
                    + abs(school_matched - n_matched)
        end as n_gap_schools,
        case when subgroup_type = 'all' then n_gap_subgroups end as n_gap_subgroups,
        (
            level = 'local_district'
            and unit_id = 'unassigned'
            and subgroup_type = 'all'
            and n_eligible + n_seen > 0
        )::int as is_unassigned,
        (
            level = 'local_district'
            and geography = 'local_district'
            and unit_id <> 'unassigned'
            and subgroup_type = 'all'
            and n_eligible > 0
            and n_seen = 0
            and district_seen > 0
        )::int as is_unseen,
        case when population = 'classrooms' then n_matched - n_eligible end as n_matched_above,
        (
            population <> 'classrooms'
            and level in ('district', 'local_district')
            and subgroup_type = 'all'
            and unit_id <> 'unassigned'
            and n_matched > n_eligible
        )::int as is_over_full,
        (
            flag is distinct from case
                when level = 'local_district' and unit_id = 'unassigned' then 'unassigned'
                when n_eligible = 0 then 'none_rostered'
                when n_seen = 0 then 'none_seen'
                when n_matched > n_eligible then 'over_100'
                when population = 'students' then 'seats'
            end
        )::int as is_flagged_otherwise
    from mart
    left join totals using (population, subgroup_type, subgroup)
    left join parts using (geography, level, unit_id, population)
    """
)

EXPECTATIONS = (
    stands_once(KEY, "A cell"),
    COUNTS_ARE_NOT_NEGATIVE,
    invariant(
        "populations_are_known",
        IN_SET,
        {"column": "population", "value_set": list(POPULATIONS)},
        means=f"Every row counts {', '.join(POPULATIONS[:-1])} or {POPULATIONS[-1]}.",
        why="Of another population nobody can say who was to be seen.",
    ),
    invariant(
        "matched_are_eligible",
        BETWEEN,
        no_more_than("n_matched_above", 0),
        means="No more classrooms are matched to the roster than are on it.",
        why="Coverage of classrooms above 1 is impossible.",
        do="Look for classes that stand twice on the roster; then report the build.",
    ),
    invariant(
        "matched_are_seen",
        A_NOT_BELOW_B,
        not_below("n_seen", "n_matched"),
        means="No more are matched to the roster than were seen.",
        why="Who was not seen cannot be matched.",
    ),
    invariant(
        "coverage_is_matched_over_eligible",
        BETWEEN,
        no_more_than("coverage_gap", TOLERANCE),
        means="Coverage is matched over eligible, and not stated where nobody is eligible.",
        why="The share that a reader sees would not be that of the counts beside it.",
    ),
    invariant(
        "flags_say_what_the_counts_do",
        BETWEEN,
        no_more_than("is_flagged_otherwise", 0),
        means="A row is flagged where its school has no local district, where nobody is rostered "
        "or seen, and where more than all are.",
        why="A reader is warned by the flag, and not by reading every count.",
    ),
    invariant(
        "local_districts_add_up_to_the_district",
        BETWEEN,
        no_more_than("n_gap_districts", 0),
        means="The local districts' counts and those of unassigned schools make the district's.",
        why="Somebody would be counted twice, or nowhere.",
    ),
    invariant(
        "schools_add_up_to_the_district",
        BETWEEN,
        no_more_than("n_gap_schools", 0),
        means="The schools' counts make the district's.",
        why="A school would be missing, or counted twice.",
    ),
    invariant(
        "subgroups_add_up_to_all",
        BETWEEN,
        no_more_than("n_gap_subgroups", 0),
        means="The subgroups of a type, those not stated among them, add up to the whole.",
        why="Who is in no subgroup is invisible in every comparison of subgroups.",
    ),
    invariant(
        "no_school_is_unassigned",
        BETWEEN,
        no_more_than("is_unassigned", 0),
        severity="warning",
        means="Every school with classrooms in the term belongs to a local district.",
        why="An unassigned school is in no estimate, not even the district's.",
        do="Name its local district in the schools export or in the site's crosswalk.",
    ),
    invariant(
        "every_local_district_was_seen",
        BETWEEN,
        no_more_than("is_unseen", 0),
        severity="warning",
        means="Of a population that was seen at all, every local district with any on the roster "
        "had some.",
        why="A local district that nobody visited, or where nobody answered, is absent from the "
        "district's figure as well.",
        do="Ask whether its walkthroughs or responses are still to come, or were exported apart.",
    ),
    invariant(
        "no_local_district_has_more_than_all",
        BETWEEN,
        no_more_than("is_over_full", 0),
        severity="warning",
        means="Nowhere do more students or teachers answer, or educators attend, than are on the "
        "roster of a local district.",
        why="A rate above 100% says that the roster is short, or that people are counted twice.",
        do="Look for responses sent twice, and for teachers and classes that the roster lacks.",
    ),
)

SUITE = Suite(table="mart_coverage", frames={"rows": ROWS}, expectations=EXPECTATIONS)
