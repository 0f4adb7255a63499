"""What is expected of `mart_coverage`: counts that nest, add up, and leave nobody unseen unsaid."""

from __future__ import annotations

from expectations.declared import (
    A_NOT_BELOW_B,
    BETWEEN,
    UNIQUE_TOGETHER,
    Expectation,
    Frame,
    Suite,
    not_below,
)
from expectations.estimates import FAULT_OF_THE_BUILD, TOLERANCE

KEY = ("term", "geography", "level", "unit_id", "population", "subgroup_type", "subgroup")

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
        )::int as is_unseen
    from mart
    left join totals using (population, subgroup_type, subgroup)
    left join parts using (geography, level, unit_id, population)
    """
)

EXPECTATIONS = (
    Expectation(
        name="rows_stand_once",
        severity="critical",
        on="rows",
        expectation=UNIQUE_TOGETHER,
        kwargs={"column_list": list(KEY)},
        means="A cell has one row: unit, population and subgroup name it.",
        why="With two rows there are two denominators.",
        do=FAULT_OF_THE_BUILD,
    ),
    Expectation(
        name="counts_are_not_negative",
        severity="critical",
        on="rows",
        expectation=BETWEEN,
        kwargs={"column": "smallest_count", "min_value": 0},
        means="Every count is stated, and none is below 0.",
        why="A count below 0 or missing is no count.",
        do=FAULT_OF_THE_BUILD,
    ),
    Expectation(
        name="matched_are_eligible",
        severity="critical",
        on="rows",
        expectation=A_NOT_BELOW_B,
        kwargs=not_below("n_eligible", "n_matched"),
        means="No more are matched to the roster than are on it.",
        why="Coverage above 1 is impossible.",
        do="Look for classes that stand twice on the roster; then report the build.",
    ),
    Expectation(
        name="matched_are_seen",
        severity="critical",
        on="rows",
        expectation=A_NOT_BELOW_B,
        kwargs=not_below("n_seen", "n_matched"),
        means="No more are matched to the roster than were seen.",
        why="Who was not seen cannot be matched.",
        do=FAULT_OF_THE_BUILD,
    ),
    Expectation(
        name="coverage_is_matched_over_eligible",
        severity="critical",
        on="rows",
        expectation=BETWEEN,
        kwargs={"column": "coverage_gap", "max_value": TOLERANCE},
        means="Coverage is matched over eligible, and not stated where nobody is eligible.",
        why="The share that a reader sees would not be that of the counts beside it.",
        do=FAULT_OF_THE_BUILD,
    ),
    Expectation(
        name="local_districts_add_up_to_the_district",
        severity="critical",
        on="rows",
        expectation=BETWEEN,
        kwargs={"column": "n_gap_districts", "max_value": 0},
        means="The local districts' counts and those of unassigned schools make the district's.",
        why="Somebody would be counted twice, or nowhere.",
        do=FAULT_OF_THE_BUILD,
    ),
    Expectation(
        name="schools_add_up_to_the_district",
        severity="critical",
        on="rows",
        expectation=BETWEEN,
        kwargs={"column": "n_gap_schools", "max_value": 0},
        means="The schools' counts make the district's.",
        why="A school would be missing, or counted twice.",
        do=FAULT_OF_THE_BUILD,
    ),
    Expectation(
        name="subgroups_add_up_to_all",
        severity="critical",
        on="rows",
        expectation=BETWEEN,
        kwargs={"column": "n_gap_subgroups", "max_value": 0},
        means="The subgroups of a type, those not stated among them, add up to the whole.",
        why="Who is in no subgroup is invisible in every comparison of subgroups.",
        do=FAULT_OF_THE_BUILD,
    ),
    Expectation(
        name="no_school_is_unassigned",
        severity="warning",
        on="rows",
        expectation=BETWEEN,
        kwargs={"column": "is_unassigned", "max_value": 0},
        means="Every school with classrooms in the term belongs to a local district.",
        why="An unassigned school is in no estimate, not even the district's.",
        do="Name its local district in the schools export or in the site's crosswalk.",
    ),
    Expectation(
        name="every_local_district_was_seen",
        severity="warning",
        on="rows",
        expectation=BETWEEN,
        kwargs={"column": "is_unseen", "max_value": 0},
        means="In a term with visits, every local district with rostered classrooms had some.",
        why="A local district that nobody visited is absent from the district's figure as well.",
        do="Ask whether its walkthroughs are still to come, or were exported apart.",
    ),
)

SUITE = Suite(table="mart_coverage", frames={"rows": ROWS}, expectations=EXPECTATIONS)
