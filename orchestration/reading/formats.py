"""The formats: one function for each `reads.format` of a contract, from a file to a Reader.

A format joins by being added here and to the contract's model; what its rows mean is the
contract's business, so a reader only splits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from orchestration.reading.bundles import is_bundle
from orchestration.reading.chunks import Reader
from orchestration.reading.delimited import DelimitedReader
from orchestration.reading.errors import WrongFormat
from orchestration.reading.excel import ExcelReader
from orchestration.reading.files import File
from orchestration.reading.foreign import refuse_foreign
from orchestration.reading.grouped import Grouped
from orchestration.reading.oneroster import OneRosterReader
from orchestration.reading.reads import Reads
from orchestration.reading.surveys import (
    GOOGLE_FORMS,
    KOBO,
    MICROSOFT_FORMS,
    QUALTRICS,
    SURVEYMONKEY,
    survey,
)
from orchestration.reading.unpivoted import Unpivoted
from orchestration.reading.unzipped import opened

ONEROSTER = "oneroster"

FORMATS: Mapping[str, Callable[[File, Reads], Reader]] = {
    "delimited": DelimitedReader,
    "excel": ExcelReader,
    "google_forms": survey(GOOGLE_FORMS),
    "qualtrics": survey(QUALTRICS),
    "surveymonkey": survey(SURVEYMONKEY),
    "kobo": survey(KOBO),
    "microsoft_forms": survey(MICROSOFT_FORMS),
}


def open_file(path: Path, reads: Reads, beside: Sequence[Path] = ()) -> Reader:
    """Open a file in a contract's format. Raises FileRefused, as a sentence.

    `beside` are the partition's other files, without which a bundle of changes means nothing.
    """
    if reads.format == ONEROSTER:
        return OneRosterReader(path, beside, reads.text_encoding)
    if is_bundle(path):
        raise WrongFormat(f"it is a OneRoster bundle, and the contract reads {reads.format}.")
    refuse_foreign(path)
    reader = opened(path, lambda export: FORMATS[reads.format](export, reads))
    if reads.unpivoted is not None:
        return Unpivoted(reader, reads.unpivoted)
    return Grouped(reader, reads.grouped) if reads.grouped is not None else reader
