"""Whatever is written as delimited text is read back as Python's csv module reads it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orchestration.reading.delimited import DelimitedReader
from orchestration.reading.errors import FileRefused
from orchestration.reading.reads import Reads

cells = st.one_of(
    st.text(st.sampled_from('ab",;\r\n é\t王'), max_size=6),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5),
)
on_disk = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def by_csv_module(text: str, delimiter: str = ",") -> list[tuple[int, list[str]]]:
    """The rows after the header, each with the line on which it starts."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows, before = [], 0
    for row in reader:
        if row:
            rows.append((before + 1, row))
        before = reader.line_num
    return rows[1:]


def by_reader(path: Path, delimiter: str = ",", block: int = 1 << 24):
    reader = DelimitedReader(path, Reads(delimiter=delimiter), block=block)
    rows, rejected = [], []
    for chunk in reader.chunks(reader.header):
        for line, row in zip(chunk.lines.tolist(), chunk.cells.to_pylist(), strict=True):
            rows.append((line, list(row.values())))
        rejected += chunk.rejects.lines.tolist()
    return rows, rejected


@st.composite
def frames(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 4))
    return draw(st.lists(st.lists(cells, min_size=width, max_size=width), max_size=8))


@on_disk
@given(
    frame=frames(),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    delimiter=st.sampled_from(",;\t|"),
    bom=st.booleans(),
    blank=st.lists(st.integers(0, 8), max_size=3),
    block=st.sampled_from([5, 40, 1 << 20]),
)
def test_any_frame_is_read_back_as_it_was_written(
    tmp_path, frame, end, quoting, delimiter, bom, blank, block
):
    width = len(frame[0]) if frame else 2
    if any(set(cell) & set("\r\n") for row in frame for cell in row):
        quoting = csv.QUOTE_ALL  # left to itself, the writer lets a lone CR or LF stand bare
    written = []
    for row in [[f"h{n}" for n in range(width)], *frame]:
        buffer = io.StringIO(newline="")
        csv.writer(buffer, lineterminator=end, quoting=quoting, delimiter=delimiter).writerow(row)
        written.append(buffer.getvalue())
    for at in blank:
        written.insert(at, end)
    text = "".join(written)
    path = tmp_path / "frame.csv"
    path.write_bytes((b"\xef\xbb\xbf" if bom else b"") + text.encode())
    rows, rejected = by_reader(path, delimiter, block)
    assert not rejected
    assert [row for _, row in rows] == frame
    assert rows == by_csv_module(text, delimiter)


@on_disk
@given(
    pieces=st.lists(
        st.sampled_from(
            ["a", "b", '"', '""', ",", "\n", "\r\n", "\r", "é", " ", '"x"', ',"', '",', "\n\n"]
        ),
        max_size=60,
    ),
    block=st.sampled_from([1, 7, 33, 1 << 20]),
)
def test_any_text_is_split_as_the_csv_module_splits_it_or_refused(tmp_path, pieces, block):
    text = "h1,h2\n" + "".join(pieces)
    path = tmp_path / "text.csv"
    path.write_bytes(text.encode())
    try:
        rows, rejected = by_reader(path, block=block)
    except FileRefused as refusal:
        assert "is never closed" in str(refusal)  # noqa: PT017 - refusal is one of two outcomes
        return
    expected = by_csv_module(text)
    assert rows == [(line, row) for line, row in expected if len(row) == 2]
    assert rejected == [line for line, row in expected if len(row) != 2]


@on_disk
@given(
    lines=st.lists(st.binary(max_size=12).filter(lambda it: not set(it) & set(b'\n\r",'))),
    block=st.sampled_from([3, 1 << 20]),
)
@example([b"\xef\xbb\xbf", b"\xef\xbb\xbfa"], 1 << 20)
def test_every_line_of_any_bytes_is_read_or_rejected(tmp_path, lines, block):
    path = tmp_path / "bytes.csv"
    path.write_bytes(b"\n".join([b"h", *lines]))
    rows, rejected = by_reader(path, block=block)
    expected = [(line, bytes_) for line, bytes_ in enumerate(lines, start=2) if bytes_]
    good = [(line, text) for line, bytes_ in expected if (text := decoded(bytes_)) is not None]
    assert rows == [(line, [text]) for line, text in good]
    assert sorted(line for line, _ in expected) == sorted([line for line, _ in rows] + rejected)


def decoded(line: bytes) -> str | None:
    try:
        return None if b"\0" in line else line.decode("utf-8")
    except UnicodeDecodeError:
        return None
