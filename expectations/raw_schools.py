"""What is expected of the schools: one spell at a time for each, and a place for every one."""

from __future__ import annotations

from expectations.declared import BETWEEN, Expectation, Frame, Suite
from expectations.profile import columns_frame, files_frame, relation_ctes
from expectations.raw_partition import (
    FILE_EXPECTATIONS,
    PARTITION_EXPECTATIONS,
)

RELATION = Frame(
    f"""
    with {relation_ctes("schools")},
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
    overlapping as (select count(*) as n_overlaps from followed where next_from <= valid_to),
    unassigned as (
        select count(distinct school_id) as n_unassigned
        from raw
        where coalesce(trim(local_district), '') = ''
    )
    select * from basics, overlapping, unassigned
    """,
    is_profile=True,
)

EXPECTATIONS = (
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
)

SUITE = Suite(
    table="raw_schools",
    frames={
        "files": files_frame(in_schools=False),
        "columns": columns_frame("schools"),
        "relation": RELATION,
    },
    expectations=(*FILE_EXPECTATIONS, *PARTITION_EXPECTATIONS, *EXPECTATIONS),
)
