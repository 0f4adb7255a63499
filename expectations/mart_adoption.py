"""What is expected of `mart_adoption`: the shared columns, visits, and no local district gone."""

from __future__ import annotations

from expectations.declared import A_NOT_BELOW_B, BETWEEN, Expectation, Frame, Suite, not_below
from expectations.estimate_rows import rows_frame
from expectations.estimates import FAULT_OF_THE_BUILD, shared_expectations

SEEN_CLASSROOMS = 50
"""Of fewer classrooms it may be that no visit saw materials, so that there is nothing to estimate;
of more, `raw_observations` has ruled that out."""

_UNITS = """
    covered as (
        select unit_id, n_eligible, n_seen
        from mart_coverage
        where
            term = (select term from judged)
            and population = 'classrooms'
            and geography = 'local_district'
            and level = 'local_district'
            and unit_id <> 'unassigned'
            and subgroup_type = 'all'
    ),
    estimated as (
        select unit_id, count(*) as n_rows, count(estimate) as n_estimates
        from mart_adoption
        where
            term = (select term from judged)
            and geography = 'local_district'
            and level = 'local_district'
            and subgroup_type = 'all'
            and weighting = 'none'
        group by unit_id
    )
"""

LOCAL_DISTRICTS = Frame(
    f"""
    with {_UNITS}
    select
        (
            covered.n_eligible > 0
            and estimated.n_rows is null
            and exists (select 1 from estimated)
        )::int as is_gone,
        (covered.n_seen > 0 and coalesce(estimated.n_estimates, 0) = 0)::int as is_unestimated
    from covered left join estimated using (unit_id)
    """
)

TERM = Frame(
    f"""
    with {_UNITS}
    select
        (
            coalesce((select sum(n_seen) from covered), 0) >= {SEEN_CLASSROOMS}
            and coalesce((select sum(n_estimates) from estimated), 0) = 0
        )::int as is_unestimated
    """
)

EXPECTATIONS = (
    Expectation(
        name="visits_are_no_fewer_than_classrooms",
        severity="critical",
        on="rows",
        expectation=A_NOT_BELOW_B,
        kwargs=not_below("n_visits", "n"),
        means="Every classroom of n was visited at least once.",
        why="A classroom that nobody visited has no value to count.",
        do=FAULT_OF_THE_BUILD,
    ),
    Expectation(
        name="no_local_district_is_gone",
        severity="critical",
        on="local_districts",
        expectation=BETWEEN,
        kwargs={"column": "is_gone", "max_value": 0},
        means="Every local district with classrooms on the roster has its rows, seen or not.",
        why="A local district without a row looks like one that does not exist.",
        do="See whether its schools are still assigned to it; then report the build.",
    ),
    Expectation(
        name="every_local_district_seen_has_an_estimate",
        severity="warning",
        on="local_districts",
        expectation=BETWEEN,
        kwargs={"column": "is_unestimated", "max_value": 0},
        means="Where classrooms of a local district were visited there is an estimate for it.",
        why="Visits that saw no materials are in no denominator, and the report shows none.",
        do="Look at how its visits code the use of materials.",
    ),
    Expectation(
        name="the_term_has_an_estimate",
        severity="critical",
        on="term",
        expectation=BETWEEN,
        kwargs={"column": "is_unestimated", "max_value": 0},
        means=f"Where {SEEN_CLASSROOMS} or more of the local districts' classrooms were visited in "
        "a term, at least one of them has an estimate.",
        why="The term's report would be blank though there is something to report.",
        do=FAULT_OF_THE_BUILD,
    ),
)

SUITE = Suite(
    table="mart_adoption",
    compares=("mart_coverage", "dim_measure", "raw.measure_values"),
    frames={
        "rows": rows_frame("mart_adoption"),
        "local_districts": LOCAL_DISTRICTS,
        "term": TERM,
    },
    expectations=(*shared_expectations("classrooms"), *EXPECTATIONS),
)
