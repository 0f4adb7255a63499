"""What is expected of the schools: one spell at a time for each, and a place for every one."""

from __future__ import annotations

from expectations.declared import BETWEEN, Expectation
from expectations.profile import Part
from expectations.raw_suite import raw_suite

SUPPORT_SCHOOLS = 20
"""Of fewer schools it may be that none is supported, or that all are too few to compare."""

SPELLS = Part(
    name="overlapping",
    ctes="""
    spells as (
        select school_id, valid_from, max(coalesce(valid_to, 'infinity'::date)) as valid_to
        from raw
        group by school_id, valid_from
    ),
    followed as (
        select
            valid_to,
            lead(valid_from) over (partition by school_id order by valid_from) as next_from
        from spells
    ),
    overlapping as (select count(*) as n_overlaps from followed where next_from <= valid_to)
    """,
    expectations=(
        Expectation(
            name="spells_do_not_overlap",
            severity="critical",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "n_overlaps", "max_value": 0},
            counts="n_overlaps",
            means="Of the rows of one school only one is valid on any day; valid_to is inclusive.",
            why="On a day with two there are two answers to where a school belongs.",
            do="End the earlier row on the day before the later one begins.",
        ),
    ),
)

PLACES = Part(
    name="unassigned",
    ctes="""
    unassigned as (
        select count(distinct school_id) as n_unassigned
        from raw
        where coalesce(trim(local_district), '') = ''
    )
    """,
    expectations=(
        Expectation(
            name="every_school_has_a_local_district",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "n_unassigned", "max_value": 0},
            counts="n_unassigned",
            means="Every school belongs to a local district at all times.",
            why="A school without one is counted in coverage as unassigned, and is in no estimate.",
            do="Name its local district in the schools export or in the site's crosswalk.",
        ),
    ),
)

SUPPORT = Part(
    name="supported",
    ctes=f"""
    supported as (
        select
            case when count(distinct school_id) >= {SUPPORT_SCHOOLS}
                then count(distinct school_id) filter (where trim(support_provider) <> '') end
                as n_supported
        from raw
    )
    """,
    expectations=(
        Expectation(
            name="somebody_supports_a_school",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "n_supported", "min_value": 1},
            means="At least one school has a provider of support.",
            why="Without one nothing can be said of supported and unsupported schools.",
            do="Ask for the column support_provider; if nobody works with schools, leave it so.",
        ),
    ),
)

SUITE = raw_suite("schools", SPELLS, PLACES, SUPPORT)
