"""What a mart of estimates is expected to hold of each local district, and of a term."""

from __future__ import annotations

from expectations.declared import BETWEEN, Expectation, Frame
from expectations.invariants import invariant, no_more_than

SEEN = 50
"""Of fewer it may be that none has anything to estimate; of more, the raw suites have ruled that
out."""


def _units(mart: str, population: str) -> str:
    return f"""
        covered as (
            select unit_id, n_eligible, n_seen
            from mart_coverage
            where
                term = (select term from judged)
                and population = '{population}'
                and geography = 'local_district'
                and level = 'local_district'
                and unit_id <> 'unassigned'
                and subgroup_type = 'all'
        ),
        estimated as (
            select unit_id, count(*) as n_rows, count(estimate) as n_estimates
            from {mart}
            where
                term = (select term from judged)
                and geography = 'local_district'
                and level = 'local_district'
                and subgroup_type = 'all'
                and weighting = 'none'
            group by unit_id
        )
    """


def units_frame(mart: str, population: str, *, always: bool) -> Frame:
    """A row a local district that has anybody to see: whether its rows or estimates are missing.

    `always`: whoever is seen has something to estimate; otherwise a term may be without.
    """
    asked = "true" if always else "exists (select 1 from estimated where n_estimates > 0)"
    return Frame(
        f"""
        with {_units(mart, population)}
        select
            (
                covered.n_eligible > 0
                and estimated.n_rows is null
                and exists (select 1 from estimated)
            )::int as is_gone,
            (
                covered.n_seen > 0 and coalesce(estimated.n_estimates, 0) = 0 and {asked}
            )::int as is_unestimated
        from covered left join estimated using (unit_id)
        """
    )


def term_frame(mart: str, population: str) -> Frame:
    """One row: whether a term in which enough were seen has no estimate."""
    return Frame(
        f"""
        with {_units(mart, population)}
        select
            (
                coalesce((select sum(n_seen) from covered), 0) >= {SEEN}
                and coalesce((select sum(n_estimates) from estimated), 0) = 0
            )::int as is_unestimated
        """
    )


def unit_expectations(population: str) -> tuple[Expectation, ...]:
    """No local district gone, none without an estimate."""
    return (
        invariant(
            "no_local_district_is_gone",
            BETWEEN,
            no_more_than("is_gone", 0),
            on="local_districts",
            means=f"Every local district with {population} on the roster has its rows, seen or "
            "not.",
            why="A local district without a row looks like one that does not exist.",
            do="See whether its schools are still assigned to it; then report the build.",
        ),
        invariant(
            "every_local_district_seen_has_an_estimate",
            BETWEEN,
            no_more_than("is_unestimated", 0),
            on="local_districts",
            severity="warning",
            means=f"Where {population} of a local district were seen there is an estimate for it.",
            why="Whoever was seen is in no denominator, and the report shows none.",
            do="Look at how they are coded: not observed, or not answered, is in no denominator.",
        ),
    )


def term_expectation(population: str) -> Expectation:
    """No term without an estimate."""
    return invariant(
        "the_term_has_an_estimate",
        BETWEEN,
        no_more_than("is_unestimated", 0),
        on="term",
        means=f"Where {SEEN} or more of the local districts' {population} were seen in a term, at "
        "least one of them has an estimate.",
        why="The term's report would be blank though there is something to report.",
    )
