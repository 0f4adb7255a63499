"""Files of kinds that are no table, told by their first bytes, and what to do about each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from orchestration.reading.errors import FileRefused, unreadable

LOOKED_AT = 4096

KINDS: Mapping[bytes, str] = {
    rb"%PDF-": "a PDF, in which a table is only print: export the table itself, as CSV or .xlsx",
    rb"\x1f\x8b|7z\xbc\xaf|Rar!|BZh": "compressed: unpack it, and land what it holds",
    rb"PAR1|ARROW1": "a Parquet or Arrow file: save it as CSV",
    rb"\$FL[23]@": "an SPSS file: save it as CSV, with the labels of its values",
    rb"{\\rtf": "a document of text: export its table as CSV or .xlsx",
    rb"(?i)\s*<(!doctype html|html|head|meta|body|table)\b": (
        "a web page, whatever its name says: open it in a spreadsheet and save it as .xlsx"
    ),
    rb"\s*<\?xml": "XML: open it in a spreadsheet and save it as .xlsx",
    rb'\s*[\[{]\s*(["\[{]|$)': (
        "JSON, as an interface answers; expected a table: export it as CSV or as a workbook"
    ),
}
"""By how a file begins, what it is and what to do; a byte order mark may stand before."""


def refuse_foreign(path: Path) -> None:
    """Raise FileRefused, as a sentence, for a file that is told to be no table of any format."""
    try:
        with path.open("rb") as stream:
            start = stream.read(LOOKED_AT).removeprefix(b"\xef\xbb\xbf")
    except OSError as problem:
        raise unreadable(problem) from problem
    for begins, what in KINDS.items():
        if re.match(begins, start):
            raise FileRefused(f"it is {what}.")
