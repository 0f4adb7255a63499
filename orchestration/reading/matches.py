"""Matches that a person has decided on: what a text of an export means, as Read applies them.

Nothing is applied that nobody decided. A text is known whatever its case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.reading.columns import Encoded
from orchestration.registry.models import Match

BETWEEN = "\x1f"


@dataclass(frozen=True)
class Matches:
    """The ids of texts, in lower case: of schools, and by school of educators and classrooms.

    An educator's text may also be decided on for every school; then a blank one stands before it.
    """

    schools: Mapping[str, str] = field(default_factory=dict)
    educators: Mapping[str, str] = field(default_factory=dict)
    classrooms: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, decided: Iterable[Match], term: str) -> Matches:
        """Those that hold in a term; one of the term itself goes before one of every term."""
        found: dict[str, dict[str, str]] = {"school": {}, "educator": {}, "classroom": {}}
        for one in sorted(decided, key=lambda one: one.term):
            if one.term in ("", term) and one.id:
                text = one.text.lower()
                key = text if one.kind == "school" else f"{one.school_id}{BETWEEN}{text}"
                found[one.kind][key] = one.id
        return cls(found["school"], found["educator"], found["classroom"])

    @property
    def content(self) -> object:
        """All of it, for a fingerprint."""
        return [
            dict(sorted(one.items())) for one in (self.schools, self.educators, self.classrooms)
        ]

    def school(self, texts: pa.StringArray) -> pa.StringArray:
        """Ids in place of the texts that mean a school."""
        return _meant(texts, pc.utf8_lower(texts), self.schools)

    def educator(self, texts: pa.StringArray, schools: pa.StringArray) -> pa.StringArray:
        """Ids in place of the texts that mean an educator, at the row's school or at every one."""
        everywhere = _meant(texts, _at("", texts), self.educators)
        return _meant(everywhere, _at(schools, texts), self.educators)

    def classroom(self, texts: pa.StringArray, schools: pa.StringArray) -> pa.StringArray:
        """Ids in place of the texts that mean a classroom of the row's school."""
        return _meant(texts, _at(schools, texts), self.classrooms)


def _at(schools: pa.StringArray | str, texts: pa.StringArray) -> pa.StringArray:
    return pc.binary_join_element_wise(schools, pc.utf8_lower(texts), BETWEEN)


def _meant(texts: pa.StringArray, keys: pa.StringArray, ids: Mapping[str, str]) -> pa.StringArray:
    if not ids:
        return texts
    place = pc.index_in(keys, value_set=pa.array(list(ids), pa.string()))
    return pc.coalesce(pa.array(list(ids.values()), pa.string()).take(place), texts)


def plain(column: Encoded | pa.Array) -> pa.StringArray:
    """A field of a chunk as one text a row."""
    return column.array(pa.string()) if isinstance(column, Encoded) else column
