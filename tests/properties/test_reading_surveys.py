"""Any responses, written as each platform writes them, are read back under flat, unique names."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.reading.formats import open_file
from orchestration.reading.reads import Reads
from tests.unit.reading.reading import read

on_disk = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
words = st.text(st.sampled_from("abé ,;/[]"), min_size=1, max_size=8).map(lambda it: f"q{it}?")
cells = st.text(st.sampled_from('abé ,;"/\n'), max_size=6)
questions = st.lists(
    st.tuples(words.map(str.split).map(" ".join), st.integers(1, 3)),
    min_size=1, max_size=4, unique_by=lambda one: one[0],
)  # fmt: skip


def google(asked) -> tuple[list[list[str]], list[str]]:
    names = [
        f"{text} [row {n}]" if several > 1 else text
        for text, several in asked
        for n in range(several)
    ]
    return [["Timestamp", *names]], ["Timestamp", *names]


def surveymonkey(asked) -> tuple[list[list[str]], list[str]]:
    top, below, names = ["Respondent ID"], [""], ["Respondent ID"]
    for text, several in asked:
        top += [text, *[""] * (several - 1)]
        below += [f"o{n}" for n in range(several)] if several > 1 else ["Open-Ended Response"]
        names += [f"{text} | o{n}" for n in range(several)] if several > 1 else [text]
    return [top, below], names


def qualtrics(asked) -> tuple[list[list[str]], list[str]]:
    names = [f"Q{n}_{part}" for n, (_, several) in enumerate(asked) for part in range(several)]
    texts = [f"{text}-{part}" for text, several in asked for part in range(several)]
    ids = [json.dumps({"ImportId": f"QID{n}", "timeZone": "Z"}) for n in range(len(names))]
    first = ["ResponseId", *names]
    return [first, ["Response ID", *texts], ['{"ImportId":"_recordId"}', *ids]], first


def legacy(asked) -> tuple[list[list[str]], list[str]]:
    top, texts, _ = qualtrics(asked)[0]
    return [["V1", *top[1:], ""], ["ResponseID", *texts[1:], ""]], ["ResponseID", *top[1:], ""]


def kobo(asked) -> tuple[list[list[str]], list[str]]:
    names = ["start"]
    for text, several in asked:
        names += [text, *(f"group/{text}/o{n}" for n in range(several if several > 1 else 0))]
    return [names, ["", *["#tag"] * (len(names) - 1)]], names


def microsoft(asked) -> tuple[list[list[str]], list[str]]:
    names = ["ID", "Start time", "Completion time", "Email", "Name"]
    names += [f"{text}\xa0{n}" for text, several in asked for n in range(several)]
    return [names], [" ".join(name.split()) for name in names]


WRITERS = {
    "google_forms": google,
    "surveymonkey": surveymonkey,
    "qualtrics": qualtrics,
    "legacy": legacy,
    "kobo": kobo,
    "microsoft_forms": microsoft,
}


def write(path: Path, rows: list[list[str]], as_workbook: bool, delimiter: str) -> None:
    if not as_workbook:
        buffer = io.StringIO(newline="")
        csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
        path.write_bytes(b"\xef\xbb\xbf" + buffer.getvalue().encode())
        return
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Form Responses 1")
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(at, place, cell)


@pytest.mark.parametrize("kind", list(WRITERS))
@on_disk
@given(data=st.data(), asked=questions)
def test_responses_are_read_back_as_they_were_written(tmp_path, kind, data, asked):
    heading, names = WRITERS[kind](asked)
    width = len(names)
    frame = [
        [f"R_{n}", *data.draw(st.lists(cells, min_size=width - 1, max_size=width - 1))]
        for n in range(data.draw(st.integers(0, 4)))
    ]
    if kind == "legacy":
        frame = [[*row[:-1], ""] for row in frame]
    path = tmp_path / "export"
    write(path, [*heading, *frame], data.draw(st.booleans()), data.draw(st.sampled_from(",;\t")))
    platform = "qualtrics" if kind == "legacy" else kind
    reader = open_file(path, Reads.model_validate({"format": platform}))
    assert list(reader.header)[: len([name for name in names if name])] == [
        name for name in names if name
    ]
    rows, rejects = read(reader)
    assert [list(row) for _, row in rows] == [row[: len(row) - (kind == "legacy")] for row in frame]
    assert not rejects
