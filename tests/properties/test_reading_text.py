"""Any frame, written as text in any declared dialect, is read back equal."""

from __future__ import annotations

import csv
import io

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orchestration.reading.delimited import DelimitedReader
from orchestration.reading.errors import FileRefused
from orchestration.reading.reads import Reads
from tests.unit.reading.reading import read

on_disk = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CODECS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16",
    "cp1252": "windows-1252",
    "mac_roman": "mac_roman",
}


@st.composite
def frames(draw: st.DrawFn, codec: str) -> list[list[str]]:
    width = draw(st.integers(2, 4))
    characters = st.characters(codec=codec, exclude_categories=["Cs"], exclude_characters="\0")
    cell = st.one_of(
        st.text(characters, max_size=6), st.text(st.sampled_from('a",;|\t\r\n é'), max_size=6)
    )
    return draw(st.lists(st.lists(cell, min_size=width, max_size=width), max_size=8))


def written(frame: list[list[str]], delimiter: str, end: str) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=end, quoting=csv.QUOTE_ALL, delimiter=delimiter).writerows(
        frame
    )
    return buffer.getvalue()


@on_disk
@given(data=st.data(), codec=st.sampled_from(list(CODECS)))
def test_any_frame_in_any_declared_encoding_is_read_back_as_it_was_written(tmp_path, data, codec):
    frame = data.draw(frames("utf-8" if codec.startswith("utf") else codec))
    delimiter = data.draw(st.sampled_from(",;\t|"))
    end = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    block = data.draw(st.sampled_from([3, 50, 1 << 20]))
    titled = data.draw(st.booleans())
    header = [f"h{n}" for n in range(len(frame[0]) if frame else 2)]
    titles = [["A report"], ["for", "all"]] if titled else []
    path = tmp_path / "frame.csv"
    path.write_bytes(written([*titles, header, *frame], delimiter, end).encode(codec))
    reads = Reads.model_validate(
        {
            "encoding": CODECS[codec],
            "delimiter": delimiter,
            "header_has": header if titled else (),
        }
    )
    reader = DelimitedReader(path, reads, block=block)
    assert reader.header == tuple(header)
    rows, rejects = read(reader)
    assert [list(cells) for _, cells in rows] == frame
    assert not rejects


ONE_BYTE = ["cp1252", "mac_roman"]
NAMES = [
    *("José", "Núñez", "Zoë", "François", "Jürgen Groß", "Søren", "Åse", "García", "Óscar", "É"),
    *("D’Angelo", "don’t", "“math”", "it’s – so", "¿Qué?", "año", "café", "piñata", "£", "ÉCOLE"),
    *("we’ll", "6–8", "• uno", "país", "aquí", "Solís", "sí, tú", "maní", "ñandú", "así está"),
]


@on_disk
@given(names=st.lists(st.sampled_from(NAMES), min_size=1), codec=st.sampled_from(ONE_BYTE))
@example(names=["Núñez", "Núñez"], codec="cp1252")  # which charset-normalizer takes for Mac Roman
def test_names_in_an_encoding_not_declared_are_read_right_or_refused(tmp_path, names, codec):
    path = tmp_path / "names.csv"
    rows = [["id", "name"], *([str(place), name] for place, name in enumerate(names))]
    path.write_bytes(written(rows, ",", "\n").encode(codec))
    try:
        reader = DelimitedReader(path, Reads(encoding="any"))
    except FileRefused as refusal:
        assert "nothing in the file tells" in str(refusal)  # noqa: PT017 - one of two outcomes
        return
    assert [cells[1] for _, cells in read(reader)[0]] == names


@on_disk
@given(data=st.data(), codec=st.sampled_from(list(CODECS)))
def test_with_nothing_declared_a_frame_is_read_back_equal_or_refused(tmp_path, data, codec):
    frame = data.draw(frames("utf-8" if codec.startswith("utf") else codec))
    header = [f"h{n}" for n in range(len(frame[0]) if frame else 2)]
    path = tmp_path / "frame.csv"
    path.write_bytes(
        written([header, *frame], data.draw(st.sampled_from(",;\t|")), "\n").encode(codec)
    )
    try:
        reader = DelimitedReader(path, Reads(encoding="any", delimiter="any"))
    except FileRefused as refusal:
        assert "nothing in the file tells" in str(refusal)  # noqa: PT017 - one of two outcomes
        return
    if codec.startswith("utf"):  # what is in UTF cannot be taken for something else
        assert [list(cells) for _, cells in read(reader)[0]] == frame
    assert reader.header == tuple(header)
