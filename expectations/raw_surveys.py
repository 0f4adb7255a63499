"""What is expected of a term's survey, whoever answers it."""

from __future__ import annotations

from expectations.declared import BETWEEN, Expectation, Suite
from expectations.profile import Part
from expectations.raw_answers import (
    ALIKE,
    ANSWERS,
    ITEM_EXPECTATIONS,
    YEARLY_EXPECTATIONS,
    copies,
)
from expectations.raw_over_time import days, volume
from expectations.raw_rostered import LOCAL_DISTRICTS, classes
from expectations.raw_suite import raw_suite

OVER_FULL = 1.3
"""Some answer for two classes, and some came after the roster was drawn; three in ten do not."""

OVER_FULL_RESPONSES = 20
"""In a small school a few of them are that many."""

ASKED_RESPONSES = 100
"""Fewer responses than this may be of a few who were asked beside the roster."""

AGAIN_SHARE = 0.1
"""Now and then somebody answers twice. One in ten is a survey that was sent out twice."""

AGAIN_RESPONSES = 100
"""Of fewer responses one in ten is a class that did not know whether it had been saved."""

_CONTENT = ("school_id", "class_id", "recorded_on", "respondent_id", "comment", "answers")


def survey_suite(source: str, people: str, seats: str, *parts: Part) -> Suite:
    """The suite of a survey. `people` are its respondents, in the plural; `seats` counts, in SQL
    over the roster's rows, how many of them there are.
    """
    return raw_suite(
        source,
        volume(),
        days("recorded_on"),
        classes("warning"),
        LOCAL_DISTRICTS,
        _rate(people, seats),
        _RESPONDENTS,
        ALIKE,
        copies(_CONTENT, "responses", "coalesce(respondent_id, class_id) is not null"),
        *parts,
        compares=("schools", "roster", "last_year"),
        in_schools=True,
        frame=("answers", ANSWERS[True], (*ITEM_EXPECTATIONS, *YEARLY_EXPECTATIONS)),
    )


def _rate(people: str, seats: str) -> Part:
    return Part(
        name="asked",
        ctes=f"""
        responses as (select school_id, count(*) as n from raw group by school_id),
        expected as (select school_id, {seats} as n_seats from roster group by school_id),
        asked as (
            select
                case when sum(n) >= {ASKED_RESPONSES} then sum(n) / sum(n_seats) end
                    as responses_a_seat,
                count(*) filter (where n > {OVER_FULL} * n_seats and n >= {OVER_FULL_RESPONSES})
                    as n_schools_over_full,
                coalesce(sum(n) filter (
                    where n > {OVER_FULL} * n_seats and n >= {OVER_FULL_RESPONSES}
                ), 0)::bigint as rows_over_full
            from responses inner join expected using (school_id)
        )
        """,
        expectations=(
            Expectation(
                name="responses_are_no_more_than_those_asked",
                severity="critical",
                on="relation",
                expectation=BETWEEN,
                kwargs={"column": "responses_a_seat", "max_value": OVER_FULL},
                counts="rows",
                shown_as="ratio",
                a_person_may_judge=True,
                means=f"There are not many more responses than {people} on the roster of the "
                "schools that answered.",
                why="Responses are counted twice, or the roster is a part of the district.",
                do="Look for an export that was sent twice, and at the roster's local districts.",
            ),
            Expectation(
                name="no_school_has_more_responses_than_people",
                severity="warning",
                on="relation",
                expectation=BETWEEN,
                kwargs={"column": "n_schools_over_full", "max_value": 0},
                counts="rows_over_full",
                means=f"No school has {OVER_FULL:g} times as many responses as {people} on the "
                "roster.",
                why="Its response rate is impossible, and it weighs more than it should.",
                do="Look for schools whose responses stand under one id, and for a short roster.",
            ),
        ),
    )


_RESPONDENTS = Part(
    name="respondents",
    ctes=f"""
    respondents as (
        select
            coalesce(sum(n_schools - 1), 0)::bigint as n_in_another_school,
            coalesce(sum(n_rows - 1), 0)::bigint as rows_again,
            case
                when sum(n_rows) >= {AGAIN_RESPONSES} then sum(n_rows - 1) / sum(n_rows)
            end as share_again
        from (
            select count(*) as n_rows, count(distinct school_id) as n_schools
            from raw where respondent_id is not null group by respondent_id
        )
    )
    """,
    expectations=(
        Expectation(
            name="few_respondents_answer_again",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "share_again", "max_value": AGAIN_SHARE},
            counts="rows_again",
            shown_as="share",
            means="At most one response in ten is by somebody who has answered before.",
            why="Only the latest counts; where many answer twice, two surveys were taken as one.",
            do="Ask whether the survey went out twice in the term, and which of them is meant.",
        ),
        Expectation(
            name="respondents_answer_for_one_school",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "n_in_another_school", "max_value": 0},
            counts="n_in_another_school",
            means="Nobody answers in two schools.",
            why="Only the latest counts, and the other school loses a response.",
            do="Ask which school is theirs; if ids stand for seats, blank them.",
        ),
    ),
)
