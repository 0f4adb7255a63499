"""Real exports, damaged: each is read or refused with a sentence, in any format, and ends."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.reading.errors import FileRefused
from orchestration.reading.formats import FORMATS, open_file
from orchestration.reading.reads import Reads
from tests.paths import shared

on_disk = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
REAL = [
    "google_forms/uva_fa22.xlsx",
    "google_forms/uva_spring25_form_responses_crlf.csv",
    "kobo/kobo_kpi_spanish_labels.csv",
    "nasty/datagov_fy10_edu_title_rows_footnote_crlf.csv",
    "nasty/tiny_utf16le_bom.csv",
    "observations/tntp_metric_templates.xlsx",
    "qualtrics/qtools_matrix_insights_3header.csv",
    "qualtrics/qtools_matrix_legacy_2header_dupcols_bom.csv",
    "surveymonkey/538_steak_risk_2header.csv",
]
PIECES = [
    *(b"<v>1</v>", b' t="e"', b' r="B7"', b"<row>", b"9e999", b"&amp;", b"</c>"),
    b"",
    b'"',
    b"\0",
    b"\xff",
    b"\xe9",
    b"\r",
    b"\n",
    b",;\t|",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
]
damage = st.tuples(
    st.floats(0, 1), st.integers(0, 40), st.one_of(st.sampled_from(PIECES), st.binary(max_size=9))
)


def damaged(content: bytes, damages: list[tuple[float, int, bytes]]) -> bytes:
    changed = bytearray(content)
    for place, gone, put in damages:
        at = int(place * len(changed))
        changed[at : at + gone] = put
    return bytes(changed)


def within(content: bytes, part: int, damages: list[tuple[float, int, bytes]]) -> bytes:
    """A workbook of which one part is damaged, zipped anew."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(made, "w") as after:
        for place, name in enumerate(before.namelist()):
            chosen = place == part % len(before.namelist())
            after.writestr(name, damaged(before.read(name), damages if chosen else []))
    return made.getvalue()


@pytest.mark.parametrize("name", REAL)
@on_disk
@given(data=st.data(), cut=st.floats(0, 1), damages=st.lists(damage, max_size=4))
def test_a_damaged_export_is_read_or_refused(tmp_path: Path, name: str, data, cut, damages):
    content = shared(f"real/{name}").read_bytes()
    if name.endswith("xlsx") and data.draw(st.booleans()):
        content, cut = within(content, data.draw(st.integers(0, 99)), damages), 1
    else:
        content = damaged(content, damages)
    path = tmp_path / "export"
    path.write_bytes(content[: int(cut * len(content))] if cut < 0.5 else content)
    stated = {"format": data.draw(st.sampled_from(list(FORMATS)))}
    if stated["format"] == "delimited":
        stated |= {"encoding": data.draw(st.sampled_from(["any", "utf-8", "utf-16", "mac_roman"]))}
        stated |= {"delimiter": data.draw(st.sampled_from(["any", ",", ";"]))}
    try:
        reader = open_file(path, Reads.model_validate(stated))
        once = [name for name in reader.header if name and reader.header.count(name) == 1]
        lines = [
            line
            for chunk in reader.chunks(once)
            for line in sorted([*chunk.lines.tolist(), *chunk.rejects.lines.tolist()])
        ]
    except FileRefused as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017 - refusal is one of two outcomes
        return
    assert lines == sorted(set(lines))
