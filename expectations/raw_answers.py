"""What is expected of a partition's answers: whole scales, read from the right end, by people.

Items, scales and directions are the registry's.
"""

from __future__ import annotations

from expectations.answer_rows import SAMPLED, answers_frame
from expectations.declared import BETWEEN, Expectation
from expectations.profile import Part

COMMONEST_SHARE = 0.98
"""Nothing that is worth asking is answered alike by more than this."""

ANSWERED_SHARE = 0.5
"""An item that half of the forms leave blank was not asked, or its column was emptied."""

AGREEMENT = -0.15
"""Items of a form go together, strongly or weakly; some that are badly worded hardly do. With three
standard errors added, one that is still below this is read from its other end."""

MIRRORED = 0.04
"""By how much further the items may be from last year's distributions than from their mirror
images. Items whose answers are even on both sides of the middle say nothing, so that all of an
instrument's are asked together."""

DRIFT = 0.25
"""What a population says moves by a tenth of the scale in a year; by a quarter, somebody else was
asked, or something else."""

ALIKE_ITEMS = 5
"""Fewer answers on one form are alike by chance."""

ALIKE_FORMS = 50
"""Of fewer forms than this half can be alike by chance."""

ALIKE_SHARE = 0.5
"""Some give one answer to everything. Where it is half of them, nobody did: it was filled in."""

UNANSWERED_SHARE = 0.05
"""Some open a form and leave it at that; most platforms do not export these."""

COPIED_SHARE = 0.4
"""Some of a class answer alike on the same day. Two in five is a file sent twice under new ids."""

ANSWERS = (answers_frame(over_time=False), answers_frame(over_time=True))
"""The frame of answers, without and with a year before."""

ITEM_EXPECTATIONS = (
    Expectation(
        name="every_item_has_its_column",
        severity="warning",
        on="files",
        expectation=BETWEEN,
        kwargs={"column": "n_missing_items", "max_value": 0},
        means="Every item that the contract reads has its column in every file.",
        why="An item without a column is answered by nobody, and its measure is not reported.",
        do="See which it is in the row account; ask for it, or take it out of the contract.",
    ),
    Expectation(
        name="items_are_answered",
        severity="warning",
        on="answers",
        expectation=BETWEEN,
        kwargs={"column": "share_answered", "min_value": ANSWERED_SHARE},
        shown_as="share",
        means="At least half of the forms answer each item of an instrument that was used.",
        why="Who answers a question that most were not asked, or whose column was emptied, is no "
        "sample of those who were asked the others.",
        do="Ask whether the form has changed, and whether the column was exported.",
    ),
    Expectation(
        name="answers_differ",
        severity="warning",
        on="answers",
        expectation=BETWEEN,
        kwargs={"column": "share_commonest", "max_value": COMMONEST_SHARE},
        counts="n_answers",
        shown_as="share",
        means="No item is answered alike by nearly everybody.",
        why="A form's default, or a formula that was filled down, looks like agreement.",
        do="Ask what is recorded where nothing is chosen, and whether the column is a formula's.",
    ),
    Expectation(
        name="every_answer_of_a_scale_is_given",
        severity="warning",
        on="answers",
        expectation=BETWEEN,
        kwargs={"column": "n_unused", "max_value": 0},
        counts="n_answers",
        means="Of many answers to an item at least one is each answer of its scale.",
        why="Where one is never given the export may code the scale otherwise, as 0 to 3 for 1 to "
        "4, and every answer is read as its neighbour.",
        do="Compare the export's codes with the answers of the scale in the registry.",
    ),
    Expectation(
        name="items_of_a_form_agree",
        severity="critical",
        on="answers",
        expectation=BETWEEN,
        kwargs={"column": "agreement", "min_value": AGREEMENT},
        counts="n_answers",
        shown_as="number",
        a_person_may_judge=True,
        means="Each item goes with the others of its form, negative ones reversed as the registry "
        "says; the figure is a correlation and three of its standard errors.",
        why="An item that goes against all others is read from its other end: its scale is turned "
        "round, or the export has reversed a negative item already.",
        do="Compare the item's direction in the registry with how the export codes it.",
    ),
)

YEARLY_EXPECTATIONS = (
    Expectation(
        name="no_scale_is_turned_round",
        severity="critical",
        on="answers",
        expectation=BETWEEN,
        kwargs={"column": "mirrored", "max_value": MIRRORED},
        counts="n_answers",
        shown_as="share",
        a_person_may_judge=True,
        means="In the mean of an instrument's items the answers are not nearer to last year's read "
        "from the other end of the scale than to last year's.",
        why="With a scale turned round every figure stands for its opposite.",
        do="Compare the order of the answers with last year's export, and correct the value map.",
    ),
    Expectation(
        name="answers_are_like_last_years",
        severity="warning",
        on="answers",
        expectation=BETWEEN,
        kwargs={"column": "drift", "max_value": DRIFT},
        counts="n_answers",
        shown_as="share",
        means="The mean answer to no item has moved by more than a quarter of its scale in a year.",
        why="So much is seldom a change of mind: the question, the scale or those asked changed.",
        do="Compare both years' forms and who was asked before reading it as a change.",
    ),
)

ALIKE = Part(
    name="straight_lines",
    ctes=f"""
    {SAMPLED},
    forms as (
        select form, count(*) as n_items, count(distinct code) as n_codes
        from answered where value is not null group by form
    ),
    lined as (
        select
            count(*) filter (where n_codes = 1) as n_forms_alike,
            case
                when count(*) >= {ALIKE_FORMS} then count(*) filter (where n_codes = 1) / count(*)
            end as share_forms_alike
        from forms where n_items >= {ALIKE_ITEMS}
    ),
    unanswered as (
        select
            count(*) as n_forms_unanswered,
            case
                when (select count(*) from sampled) >= {ALIKE_FORMS}
                    then count(*) / (select count(*) from sampled)
            end as share_forms_unanswered
        from sampled
        anti join (from answered where value is not null or kind = 'multi_select') using (form)
    ),
    straight_lines as (from lined, unanswered)
    """,
    expectations=(
        Expectation(
            name="forms_are_not_all_alike",
            severity="critical",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "share_forms_alike", "max_value": ALIKE_SHARE},
            counts="n_forms_alike",
            shown_as="share",
            a_person_may_judge=True,
            means="Fewer than half of the respondents give the same answer to every item.",
            why="A form with a negative item cannot be answered so in earnest: it was clicked or "
            "filled through, and its figures are about nothing.",
            do="Ask how the answers came about, and for the ones that people gave.",
        ),
        Expectation(
            name="responses_have_an_answer",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "share_forms_unanswered", "max_value": UNANSWERED_SHARE},
            counts="n_forms_unanswered",
            shown_as="share",
            means="All but a few responses have at least one substantive answer.",
            why="The others are set aside as incomplete; where they are many the columns of the "
            "items are empty, or all say that they do not know.",
            do="Ask whether opened forms were exported too, and whether the items' columns were.",
        ),
    ),
)
"""Which forms have one and the same answer to every item, and which have none."""


def copies(
    columns: tuple[str, ...], what: str, where: str = "true", least: int = ALIKE_FORMS
) -> Part:
    """How many rows, of those `where`, have the same values in `columns` as another.

    `what` they are, in the plural; fewer than `least` are not judged.
    """
    return Part(
        name="repeated",
        ctes=f"""
        repeated as (
            select
                count(*) - count(distinct hash({", ".join(columns)})) as rows_repeated,
                case
                    when count(*) >= {least}
                        then 1 - count(distinct hash({", ".join(columns)})) / count(*)
                end as share_repeated
            from raw where {where}
        )
        """,
        expectations=(
            Expectation(
                name="few_rows_are_copies_under_other_ids",
                severity="critical",
                on="relation",
                expectation=BETWEEN,
                kwargs={"column": "share_repeated", "max_value": COPIED_SHARE},
                counts="rows_repeated",
                shown_as="share",
                a_person_may_judge=True,
                means=f"At most two in five of the {what} have all but their id in common with "
                "another.",
                why="A file that is sent again with new ids counts everything in it twice.",
                do="Keep one of the exports, and ask for ids that stay the same.",
            ),
        ),
    )
