"""What is expected of a term's walkthroughs: rostered classrooms, many observers, seen lessons."""

from __future__ import annotations

from expectations.declared import BETWEEN, Expectation
from expectations.profile import Part
from expectations.raw_answers import ANSWERS, ITEM_EXPECTATIONS, copies
from expectations.raw_over_time import days, volume
from expectations.raw_rostered import LOCAL_DISTRICTS, classes, known_teachers
from expectations.raw_suite import raw_suite

VISITS_A_CLASS = 2.0
"""Walkthroughs are a sample: more than two visits for every rostered class of a district in a
term is an export of more than the term, or a roster of less than the district. There is no lower
limit: to see few classrooms is a fact to report, not a fault of the data."""

NOT_OBSERVED_SHARE = 0.20
"""Now and then no materials are in use to be seen; where it is one visit in five, the form's
default is being recorded."""

NOT_OBSERVED_VISITS = 50
"""Fewer visits than this can be over that share by chance."""

ONE_OBSERVER_SHARE = 0.40
"""Above this the estimates are one person's reading of the form."""

ONE_OBSERVER_VISITS = 100
"""Fewer visits are a small team's, and no surprise."""

LONGEST_VISIT = 240
"""Minutes. No lesson lasts longer; what does is counted in seconds, or from the wrong start."""

ODD_VISITS_SHARE = 0.02
"""A few visits are timed wrongly. More is another unit."""

VISITS = Part(
    name="visits",
    ctes=f"""
    visits as (
        select
            count(distinct coalesce(nullif(co_observation_id, ''), observation_id))
            / nullif((select count(*) from rostered), 0) as visits_a_class,
            count(*) filter (where observer_id = teacher_id) as rows_of_oneself,
            count(*) filter (where minutes_observed not between 1 and {LONGEST_VISIT})
                as rows_odd_minutes,
            case
                when count(minutes_observed) >= {NOT_OBSERVED_VISITS}
                    then
                        count(*) filter (where minutes_observed not between 1 and {LONGEST_VISIT})
                        / count(minutes_observed)
            end as share_odd_minutes
        from raw
    )
    """,
    expectations=(
        Expectation(
            name="visits_are_in_proportion_to_the_roster",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "visits_a_class", "max_value": VISITS_A_CLASS},
            counts="rows",
            shown_as="ratio",
            means="There are at most two visits for every class on the roster.",
            why="More are an export of several terms, or a roster of a part of the district.",
            do="Look at the dates and local districts of both exports.",
        ),
        Expectation(
            name="nobody_observes_their_own_class",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "rows_of_oneself", "max_value": 0},
            counts="rows_of_oneself",
            means="No observer is the teacher observed.",
            why="Such a row is set aside: it is a reflection, not an observation.",
            do="Ask whether the two columns were confused, or reflections were exported with it.",
        ),
        Expectation(
            name="visits_last_as_long_as_lessons",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "share_odd_minutes", "max_value": ODD_VISITS_SHARE},
            counts="rows_odd_minutes",
            shown_as="share",
            means=f"All but a few visits last 1 to {LONGEST_VISIT} minutes.",
            why="Other numbers are of another unit, or of forms that were left open.",
            do="Ask what the column counts, and from when to when.",
        ),
    ),
)

OBSERVERS = Part(
    name="busiest",
    ctes=f"""
    observers as (select count(*) as n_rows from raw group by observer_id),
    busiest as (
        select
            coalesce(max(n_rows), 0) as rows_one_observer,
            case when sum(n_rows) >= {ONE_OBSERVER_VISITS} then max(n_rows) / sum(n_rows) end
                as share_one_observer
        from observers
    )
    """,
    expectations=(
        Expectation(
            name="visits_are_shared_among_observers",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "share_one_observer", "max_value": ONE_OBSERVER_SHARE},
            counts="rows_one_observer",
            shown_as="share",
            means="No one observer made more than two in five of the visits.",
            why="One person's severity would then be read as the district's.",
            do="Ask whether records of others were entered under one account.",
        ),
    ),
)

MATERIALS = Part(
    name="seen",
    ctes=f"""
    materials as (
        select
            count(*) as n_rows,
            count(*) filter (
                where len(list_filter(
                    answers, lambda one: one.item = 'materials' and one.code = 'not_observed'
                )) > 0
            ) as rows_not_observed
        from raw
    ),
    seen as (
        select
            rows_not_observed,
            case when n_rows >= {NOT_OBSERVED_VISITS} then rows_not_observed / n_rows end
                as share_not_observed,
            case when n_rows >= {NOT_OBSERVED_VISITS} then (rows_not_observed = n_rows)::int end
                as is_never_observed
        from materials
    )
    """,
    expectations=(
        Expectation(
            name="materials_were_looked_at",
            severity="critical",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "is_never_observed", "max_value": 0},
            counts="rows_not_observed",
            means="Not every visit is coded as materials not observed.",
            why="Such visits are in no denominator: there would be no adoption rate at all.",
            do="Look at the contract: the column or the value map of materials is another one.",
        ),
        Expectation(
            name="materials_were_seldom_not_observed",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "share_not_observed", "max_value": NOT_OBSERVED_SHARE},
            counts="rows_not_observed",
            shown_as="share",
            means="At most one visit in five is coded as materials not observed.",
            why="Those visits are excluded; if the form's default is among them, so are noes.",
            do="Ask whether the form has changed, and what it records where nothing is chosen.",
        ),
    ),
)

SUITE = raw_suite(
    "observations",
    volume(),
    days("observed_on"),
    classes("critical"),
    LOCAL_DISTRICTS,
    VISITS,
    MATERIALS,
    OBSERVERS,
    known_teachers("teacher_id"),
    copies(("school_id", "class_id", "observed_on", "observer_id", "answers"), "visits"),
    compares=("schools", "roster", "last_year"),
    in_schools=True,
    # classrooms change as a curriculum is rolled out, and are meant to: no year is like the last
    frame=("answers", ANSWERS[False], ITEM_EXPECTATIONS),
)
