"""The survey platforms' exports: what the first records of each are.

Each platform exports text or a workbook; which one a file is, its first bytes say. See `layouts`
for the names that a contract sees.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from orchestration.reading.chunks import Reader
from orchestration.reading.definitions import Decoded
from orchestration.reading.delimited import DelimitedReader
from orchestration.reading.errors import FileRefused
from orchestration.reading.excel import ExcelReader
from orchestration.reading.files import File
from orchestration.reading.layouts import Header, Layout, Row, told_apart
from orchestration.reading.reads import Reads
from orchestration.reading.zipped import is_workbook

LEGACY_NAME = re.compile(r"V\d+")
IMPORT_ID = "ImportId"
RESPONSE_ID = "responseid"
HXL_TAG = re.compile(r"#[A-Za-z][\w+ ]*")


def survey(layout: Layout) -> Callable[[File, Reads], Reader]:
    """What opens a platform's exports, text or workbook. It raises FileRefused."""

    def opened(path: File, reads: Reads) -> Reader:
        reader = READERS[is_workbook(path)](path, reads, layout)
        return Decoded(reader, reads.codes) if reads.codes else reader

    return opened


READERS: dict[bool, Callable[[File, Reads, Layout], Reader]] = {
    False: DelimitedReader,
    True: ExcelReader,
}


def _first_record(rows: Sequence[Row]) -> Header:
    return Header(told_apart(rows[0]), 1)


def _google_forms(rows: Sequence[Row]) -> Header:
    """One row of questions; those of a grid are `stem [row]`."""
    return _first_record(rows)


def _microsoft_forms(rows: Sequence[Row]) -> Header:
    """One row: the form's own columns, then the questions."""
    return _first_record(rows)


def _kobo(rows: Sequence[Row]) -> Header:
    """One row of questions, with their groups and options; HXL tags may stand below it."""
    tags = [cell.strip() for cell in rows[1] if cell.strip()] if len(rows) > 1 else []
    tagged = bool(tags) and all(HXL_TAG.fullmatch(tag) for tag in tags)
    return Header(told_apart(rows[0]), 1 + tagged)


def _surveymonkey(rows: Sequence[Row]) -> Header:
    """Questions, each above its first column; below them, what each column holds of it.

    A question of one column is named by itself, the columns of several as `Question | Option`.
    """
    if len(rows) < 2 or not rows[1] or rows[1][0].strip() or not rows[0][0].strip():
        raise FileRefused(
            "its first rows are not SurveyMonkey's: expected questions above their options, and "
            "nothing below the respondent's id. Export it again as SurveyMonkey makes it."
        )
    width = max(map(len, rows))
    questions, options = ([*row, *[""] * (width - len(row))] for row in rows)
    # the last columns of a question may have lost their own blank headings to a spreadsheet
    names: list[str] = []
    for question, columns in _continued(questions):
        several = len(columns) > 1
        for column in columns:
            option = options[column].strip()
            names.append(f"{question} | {option}" if several and option else question)
    return Header(told_apart(names), 2)


def _continued(questions: Sequence[str]) -> Iterator[tuple[str, list[int]]]:
    """Each question and its columns: blank headings continue it, as does a merged one's text."""
    texts: list[str] = []
    for question in questions:
        texts.append(" ".join(question.split()) or (texts[-1] if texts else ""))
    for text, columns in groupby(range(len(texts)), texts.__getitem__):
        yield text, list(columns)


def _qualtrics(rows: Sequence[Row]) -> Header:
    """Three header rows, of which the last has ImportIds; or two, of a workbook or the legacy kind.

    A column's name is that of the first row where it is the only one of it, else its ImportId. The
    legacy V1 to V10 are named by the second row, since a number says nothing.
    """
    if len(rows) > 2 and (ids := _import_ids(rows[2])):
        own = [" ".join(name.split()) for name in rows[0]]
        ids += [""] * (len(own) - len(ids))
        once = {name for name in own if own.count(name) == 1}
        names = [name if name in once else one or name for name, one in zip(own, ids, strict=False)]
        return Header(told_apart(names), 3)
    if len(rows) > 1 and _has_labels(rows[0], rows[1]):
        return Header(told_apart(rows[0]), 2)
    if len(rows) > 1 and rows[0] and LEGACY_NAME.fullmatch(rows[0][0].strip()):
        second = [*rows[1], *[""] * len(rows[0])]
        legacy = [
            second[place] if LEGACY_NAME.fullmatch(name.strip()) and second[place].strip() else name
            for place, name in enumerate(rows[0])
        ]
        return Header(told_apart(legacy), 2)
    raise FileRefused(
        "its first rows are not Qualtrics's: expected names, questions and ImportIds in three "
        "rows, or the legacy export's V1, V2 and so on above the questions. Export it again as "
        "Qualtrics makes it."
    )


def _has_labels(names: Row, labels: Row) -> bool:
    """Whether the second row says of the response's id again that it is that."""
    plain = [["".join(cell.split()).lower() for cell in row] for row in (names, labels)]
    return any(one == two == RESPONSE_ID for one, two in zip(*plain, strict=False))


def _import_ids(cells: Row) -> list[str]:
    """The ImportId of each cell that has one; none at all where most have some other text.

    Some do: pandas and R save a table with a column more, of its rows' numbers.
    """
    ids = [_import_id(cell) for cell in cells]
    return ids if 2 * sum(map(bool, ids)) > sum(bool(cell.strip()) for cell in cells) else []


def _import_id(cell: str) -> str:
    """The ImportId of a cell such as {"ImportId":"QID1"}, or with single quotes; blank if none."""
    text = cell.strip()
    if not (text.startswith("{") and IMPORT_ID in text):
        return ""
    try:
        told = json.loads(text)
    except ValueError:
        try:
            told = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return ""
    found = told.get(IMPORT_ID) if isinstance(told, dict) else None
    return found.strip() if isinstance(found, str) else ""


GOOGLE_FORMS = Layout(1, _google_forms)
MICROSOFT_FORMS = Layout(1, _microsoft_forms)
KOBO = Layout(2, _kobo)
SURVEYMONKEY = Layout(2, _surveymonkey)
QUALTRICS = Layout(3, _qualtrics)
