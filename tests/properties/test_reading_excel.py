"""Any frame, written as a workbook by XlsxWriter, is read back as the text that a person sees."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.reading.excel import ExcelReader
from orchestration.reading.reads import Reads
from tests.unit.reading.reading import read

on_disk = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# a workbook's XML knows no lone CR, and no characters that are none
texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=6
).filter(lambda text: not text.startswith("_x"))
moments = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)
decimals = st.decimals(-(10**9), 10**9, places=4, allow_nan=False)


def seen(number) -> str:
    """A number as it is written by hand."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def as_seen(kind: str, value) -> str:
    """What a person sees of a value, days and moments in ISO form."""
    if kind in ("text", "number"):
        return value if kind == "text" else seen(value)
    if kind == "code":
        return f"{value:010}"
    return value.isoformat(" ") if kind == "moment" else value.date().isoformat()


@st.composite
def columns(draw: st.DrawFn) -> tuple[str, list]:
    kind = draw(st.sampled_from(["text", "number", "code", "moment", "day"]))
    values = {
        "text": texts,
        "number": st.one_of(decimals, st.integers(-(10**14), 10**14)),
        "code": st.integers(0, 10**7),
        "moment": moments,
        "day": moments,
    }[kind]
    return kind, draw(st.lists(values, min_size=6, max_size=6))


@on_disk
@given(
    frame=st.lists(columns(), min_size=1, max_size=4), top=st.integers(0, 3), left=st.integers(0, 2)
)
def test_any_frame_is_read_back_as_a_person_sees_it(tmp_path: Path, frame, top: int, left: int):
    path = tmp_path / "frame.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Table")
        shown = {
            "moment": book.add_format({"num_format": "m/d/yyyy h:mm:ss"}),
            "day": book.add_format({"num_format": "d-mmm-yy"}),
            "code": book.add_format({"num_format": "0000000000"}),
        }
        for place, (kind, column) in enumerate(frame):
            sheet.write_string(top, left + place, f"h{place}")
            for row, value in enumerate(column):
                at = (top + 1 + row, left + place)
                if kind == "text":
                    sheet.write_string(*at, value)
                elif kind in ("moment", "day"):
                    sheet.write_datetime(*at, value, shown[kind])
                else:
                    sheet.write_number(*at, float(value), shown.get(kind))
    expected = list(
        zip(*([as_seen(kind, one) for one in column] for kind, column in frame), strict=True)
    )
    reader = ExcelReader(path, Reads(format="excel"))
    assert [name for name in reader.header if name] == [f"h{place}" for place in range(len(frame))]
    rows, rejects = read(reader)
    assert rows == [
        (top + 2 + place, row) for place, row in enumerate(expected) if any(map(str.strip, row))
    ]
    assert not rejects
