"""The formats: one function for each `reads.format` of a contract, from a file to a Reader.

A format joins by being added here and to the contract's model; what its rows mean is the
contract's business, so a reader only splits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from orchestration.reading.chunks import Reader
from orchestration.reading.delimited import DelimitedReader
from orchestration.reading.excel import ExcelReader
from orchestration.reading.reads import Reads
from orchestration.reading.surveys import (
    GOOGLE_FORMS,
    KOBO,
    MICROSOFT_FORMS,
    QUALTRICS,
    SURVEYMONKEY,
    survey,
)

FORMATS: Mapping[str, Callable[[Path, Reads], Reader]] = {
    "delimited": DelimitedReader,
    "excel": ExcelReader,
    "google_forms": survey(GOOGLE_FORMS),
    "qualtrics": survey(QUALTRICS),
    "surveymonkey": survey(SURVEYMONKEY),
    "kobo": survey(KOBO),
    "microsoft_forms": survey(MICROSOFT_FORMS),
}


def open_file(path: Path, reads: Reads) -> Reader:
    """Open a file in a contract's format. Raises FileRefused, as a sentence."""
    return FORMATS[reads.format](path, reads)
