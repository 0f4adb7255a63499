"""What is expected of a raw partition in time: as much as a year before, on more days than one."""

from __future__ import annotations

from expectations.declared import BETWEEN, Expectation
from expectations.profile import LAST_YEAR_ROWS, Part

LEAST, MOST = 0.5, 2.0
"""A district changes from year to year, but seldom to half or to double: an export does."""

ONE_DAY_SHARE = 0.5
"""Half of a term's records on one day is a date of entry or of export, not of what happened."""

DATED_ROWS = 100
"""Fewer records than this may well be one day's."""


def volume(least: float = LEAST, most: float = MOST) -> Part:
    """The partition's rows over last year's; not stated without enough of them."""
    return Part(
        name="a_year_before",
        ctes=f"""
        a_year_before as (
            select case when rows_then >= {LAST_YEAR_ROWS} then rows / rows_then end
                as ratio_last_year
            from basics, (select count(*) as rows_then from last_year)
        )
        """,
        expectations=(
            Expectation(
                name="volume_is_like_last_years",
                severity="warning",
                on="relation",
                expectation=BETWEEN,
                kwargs={"column": "ratio_last_year", "min_value": least, "max_value": most},
                counts="rows",
                shown_as="ratio",
                means=f"There are {least:g} to {most:g} times the rows of the same season a year "
                "before.",
                why="A filtered, partial or doubled export looks like any other until it is "
                "compared.",
                do="Ask whether so much has changed; if not, have the whole term exported again.",
            ),
        ),
    )


def days(column: str) -> Part:
    """How many of the rows are of the busiest day; not stated of few rows."""
    return Part(
        name="busiest_day",
        ctes=f"""
        busiest_day as (
            select
                coalesce(max(n_rows), 0) as rows_one_day,
                case when sum(n_rows) >= {DATED_ROWS} then max(n_rows) / sum(n_rows) end
                    as share_one_day
            from (select count(*) as n_rows from raw group by {column})
        )
        """,
        expectations=(
            Expectation(
                name="dates_are_spread_over_the_term",
                severity="warning",
                on="relation",
                expectation=BETWEEN,
                kwargs={"column": "share_one_day", "max_value": ONE_DAY_SHARE},
                counts="rows_one_day",
                shown_as="share",
                means="No one day has more than half of the term's rows.",
                why="It is then the day of entry or export that is written down, and nothing that "
                "happened before or after another thing can be told.",
                do="Ask which date the export has, and for the one on which it happened.",
            ),
        ),
    )
