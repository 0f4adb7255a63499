"""What is expected of the rows that Read refused: none, told by what is wrong with them.

How many are too many is judged by file, whatever the reason. These name the reason, because what
to do about a file that was cut short is another thing than about one in another encoding.
"""

from __future__ import annotations

from expectations.declared import BETWEEN, Expectation


def _none_of_kind(kind: str, *, name: str, means: str, why: str, do: str) -> Expectation:
    return Expectation(
        name=name,
        severity="warning",
        on="reasons",
        expectation=BETWEEN,
        kwargs={"column": f"rows_{kind}", "max_value": 0},
        counts=f"rows_{kind}",
        means=means,
        why=why,
        do=do,
    )


REASON_EXPECTATIONS = (
    _none_of_kind(
        "not_text",
        name="rows_are_text_in_utf8",
        means="Every row is text in the encoding of its file.",
        why="In another encoding only rows with letters such as é are refused, and those of some "
        "names or notes more often than others: what is left is not a fair part.",
        do="Export again in UTF-8 (in Excel: CSV UTF-8), or name the encoding in the contract.",
    ),
    _none_of_kind(
        "ragged",
        name="rows_have_all_their_cells",
        means="Every row has as many cells as the header.",
        why="A short row is where a file was cut off, and all that came after it is missing; a "
        "long one has a delimiter in a cell that is not quoted.",
        do="Look at the file's last line; if it breaks off, have it exported and sent again.",
    ),
    _none_of_kind(
        "outside_term",
        name="dates_lie_in_the_term",
        means="Every row's date lies in the term whose folder its file lies in.",
        why="It was sent to the wrong term's folder, or its date is wrong: its own term lacks it.",
        do="Move the file to its term's folder, or have the dates corrected.",
    ),
    _none_of_kind(
        "untyped",
        name="dates_and_numbers_are_such",
        means="Every date is one in the contract's format, and every number is one.",
        why="Where day and month have changed places only some rows are refused, and the others "
        "are read as other days.",
        do="Compare the export's format of dates and numbers with the contract's.",
    ),
    _none_of_kind(
        "unknown",
        name="answers_and_codes_are_known",
        means="Every answer is one of its scale, every option one of its list, and every code one "
        "that the contract's value map knows, consent included.",
        why="The form has new answers, or the export codes them another way; rows with the answers "
        "that are still known are not like the others.",
        do="Add the answer to its scale in the registry, or its text to the value map.",
    ),
    _none_of_kind(
        "blank",
        name="required_cells_are_filled",
        means="No row was refused because a cell that the template requires is blank.",
        why="What the row is about, when it was made or what was seen cannot be told.",
        do="Have the cells filled where the record was made.",
    ),
)
