"""What is expected of a term's walkthroughs: rostered classrooms, many observers, seen lessons."""

from __future__ import annotations

from expectations.declared import BETWEEN, Expectation, Frame, Suite
from expectations.profile import LAST_YEAR_CTE, columns_frame, files_frame, relation_ctes
from expectations.raw_partition import (
    FILE_EXPECTATIONS,
    PARTITION_EXPECTATIONS,
    SCHOOL_EXPECTATIONS,
    VOLUME_EXPECTATION,
)

OFF_ROSTER_SHARE = 0.05
"""Sections that were made or renamed since the roster was drawn are a percent or so."""

OFF_ROSTER_CLASSES = 100
"""Fewer classrooms than this can be off the roster by that share by chance."""

MOSTLY_OFF_ROSTER_SHARE = 0.5
"""Where most classrooms are not on it, the ids are of another kind, or of another year."""

MOSTLY_OFF_ROSTER_CLASSES = 20
"""A handful of classrooms says nothing of the ids."""

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

RELATION = Frame(
    f"""
    with {relation_ctes("observations")},
    {LAST_YEAR_CTE},
    rostered as (select distinct school_id, class_id from roster),
    classes as (
        select raw.school_id, raw.class_id, count(*) as n_rows, bool_or(rostered.class_id is null)
            as is_off_roster
        from raw left join rostered using (school_id, class_id)
        group by raw.school_id, raw.class_id
    ),
    on_roster as (
        select
            count(*) as n_classes,
            count(*) filter (where is_off_roster) / nullif(count(*), 0) as share_off_roster,
            coalesce(sum(n_rows) filter (where is_off_roster), 0)::bigint as rows_off_roster
        from classes
    ),
    visits as (
        select count(distinct coalesce(nullif(co_observation_id, ''), observation_id)) as n_visits
        from raw
    ),
    observers as (select count(*) as n_rows from raw group by observer_id),
    busiest as (select coalesce(max(n_rows), 0) as rows_one_observer from observers),
    seen as (
        select
            count(*) filter (
                where len(list_filter(
                    answers, lambda one: one.item = 'materials' and one.code = 'not_observed'
                )) > 0
            ) as rows_not_observed
        from raw
    )
    select
        basics.*,
        ratio_last_year,
        rows_off_roster,
        case when has_roster and n_classes >= {OFF_ROSTER_CLASSES} then share_off_roster end
            as share_off_roster,
        case when has_roster and n_classes >= {MOSTLY_OFF_ROSTER_CLASSES} then share_off_roster end
            as share_mostly_off_roster,
        n_visits / nullif((select count(*) from rostered), 0) as visits_a_class,
        rows_one_observer,
        case when basics.rows >= {ONE_OBSERVER_VISITS} then rows_one_observer / basics.rows end
            as share_one_observer,
        rows_not_observed,
        case when basics.rows >= {NOT_OBSERVED_VISITS} then rows_not_observed / basics.rows end
            as share_not_observed,
        case
            when basics.rows >= {NOT_OBSERVED_VISITS} then (rows_not_observed = basics.rows)::int
        end as is_never_observed
    from basics, a_year_before, partition, on_roster, visits, busiest, seen
    """,
    is_profile=True,
)

EXPECTATIONS = (
    Expectation(
        name="most_classrooms_are_on_the_roster",
        severity="critical",
        on="relation",
        expectation=BETWEEN,
        kwargs={"column": "share_mostly_off_roster", "max_value": MOSTLY_OFF_ROSTER_SHARE},
        counts="rows_off_roster",
        shown_as="share",
        means="At least half of the classrooms visited are on the term's admitted roster.",
        why="Visits that match no roster say nothing of coverage, and roster weighting is moot.",
        do="Compare the class ids of both exports: one of them is of another system or year.",
    ),
    Expectation(
        name="nearly_all_classrooms_are_on_the_roster",
        severity="warning",
        on="relation",
        expectation=BETWEEN,
        kwargs={"column": "share_off_roster", "max_value": OFF_ROSTER_SHARE},
        counts="rows_off_roster",
        shown_as="share",
        means="At most a small share of the classrooms visited is missing from the roster.",
        why="Off the roster a classroom counts in n, but its grade, course and eligibility do not.",
        do="Have the roster exported again as of the term's end, or correct the class ids.",
    ),
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
)

SUITE = Suite(
    table="raw_observations",
    compares=("schools", "roster", "last_year"),
    frames={
        "files": files_frame(in_schools=True),
        "columns": columns_frame("observations"),
        "relation": RELATION,
    },
    expectations=(
        *FILE_EXPECTATIONS,
        *SCHOOL_EXPECTATIONS,
        *PARTITION_EXPECTATIONS,
        VOLUME_EXPECTATION,
        *EXPECTATIONS,
    ),
)
