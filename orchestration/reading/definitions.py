"""A Qualtrics survey's definition (.qsf): what the numbers of its export's columns mean.

An export of numeric values has recoded values where the survey's authors gave them, so that only
the definition knows the choices' texts. Columns of one choice each (of a question with several
answers) need none: `chosen` reads them.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.reading.chunks import Chunk, Reader
from orchestration.reading.columns import one_array, trimmed
from orchestration.reading.reads import Codes

LARGEST = 32 << 20
BETWEEN = "; "
"""What stands between the texts of several choices, which numbers have a comma for."""

ONE_ANSWER = ("SingleAnswer", "DL")
"""Matrices of one choice a statement: of scale points, or out of a list."""


class DefinitionError(ValueError):
    """A file that is no survey's definition; a clause for the sentence of the contract's error."""


def definition_codes(path: Path) -> tuple[Codes, ...]:
    """The codes of each column that the survey's exports may have, by each name it may have.

    Names that two questions could have are left out. Raises DefinitionError.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise DefinitionError(f"is larger than {LARGEST >> 20} MiB")
        told = json.loads(path.read_bytes())
        questions = [
            element["Payload"]
            for element in told["SurveyElements"]
            if element.get("Element") == "SQ" and isinstance(element.get("Payload"), dict)
        ]
        found = [codes for question in questions for codes in _of_question(question)]
    except OSError as problem:
        raise DefinitionError(f"cannot be read ({problem.strerror})") from problem
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        if isinstance(problem, DefinitionError):
            raise
        raise DefinitionError("is no Qualtrics survey; export it there as .qsf") from problem
    once = Counter(codes.column for codes in found)
    return tuple(codes for codes in found if once[codes.column] == 1)


def _of_question(question: Mapping[str, Any]) -> Iterator[Codes]:
    tag, number = str(question["DataExportTag"]), str(question["QuestionID"])
    kind, selector = question.get("QuestionType"), str(question.get("Selector"))
    recoded = question.get("RecodeValues") or {}
    if kind == "MC":
        texts = _texts(question.get("Choices"), recoded)
        for name in dict.fromkeys((tag, number)):
            yield Codes(column=name, several=selector.startswith("MA"), texts=texts)
    elif kind == "SBS":
        for place, part in _keyed(question.get("AdditionalQuestions")).items():
            named = {"DataExportTag": f"{tag}#{place}", "QuestionID": f"{number}#{place}"}
            yield from _of_question(named | part)
    elif kind == "Matrix" and question.get("SubSelector") in ONE_ANSWER:
        texts = _texts(question.get("Answers"), recoded)
        tags = question.get("ChoiceDataExportTags") or {}
        for choice in _keyed(question.get("Choices")):
            own = str(tags.get(choice) or choice)
            names = [f"{tag}_{own}", f"{number}-{choice}", f"{number}_{choice}"]
            names += [own] if choice in tags else []
            for name in dict.fromkeys(names):
                yield Codes(column=name, texts=texts)


def _texts(choices: Any, recoded: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The text of each code; a code that two choices have means neither."""
    pairs = [
        (str(recoded.get(choice, choice)), _plain(str(told["Display"])))
        for choice, told in _keyed(choices).items()
    ]
    once = Counter(code for code, _ in pairs)
    return tuple((code, text) for code, text in pairs if once[code] == 1)


def _keyed(choices: Any) -> Mapping[str, Any]:
    """Choices by their number, which a definition may have as a list, counted from 1."""
    if isinstance(choices, list):
        return {str(number): told for number, told in enumerate(choices, start=1)}
    return choices or {}


def _plain(text: str) -> str:
    """A text without its markup, as Qualtrics exports it."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


class Decoded:
    """A Reader whose columns have texts in place of the codes that a definition knows."""

    def __init__(self, reader: Reader, codes: Sequence[Codes]) -> None:
        self._reader = reader
        self._codes = {one.column: one for one in codes}

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names, trimmed, in the file's order."""
        return self._reader.header

    def chunks(self, columns: Sequence[str]) -> Iterator[Chunk]:
        """The file's records, with texts. Raises FileRefused as the reader does."""
        for chunk in self._reader.chunks(columns):
            cells = {
                name: _decoded(one_array(chunk.cells[name]), self._codes.get(name))
                for name in chunk.cells.column_names
            }
            yield replace(chunk, cells=pa.table(cells))


def _decoded(cells: pa.StringArray, codes: Codes | None) -> pa.StringArray:
    if codes is None or not len(cells):
        return cells
    encoded = cells.dictionary_encode()
    numbers = trimmed(encoded.dictionary)
    texts = dict(codes.texts)
    if codes.several:
        parts = [[part.strip() for part in cell.split(",")] for cell in numbers.to_pylist()]
        found = [
            BETWEEN.join(texts[part] for part in own) if set(own) <= set(texts) else None
            for own in parts
        ]
        meant = pa.array(found, pa.string())
    else:
        place = pc.index_in(numbers, value_set=pa.array(list(texts), pa.string()))
        meant = pa.array(list(texts.values()), pa.string()).take(place)
    return pc.coalesce(meant, encoded.dictionary).take(encoded.indices)
