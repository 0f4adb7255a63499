"""The rows that a build was made of: raw rows of each source, and the registry's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

Row = dict[str, Any]


@dataclass
class Landed:
    """What lies under the marts of an open build, each table read once."""

    con: duckdb.DuckDBPyConnection
    _read: dict[tuple[str, str | None], list[Row]] = field(default_factory=dict)

    def rows(self, source: str, term: str | None = None) -> list[Row]:
        """The admitted rows of a source, or a table of the registry; of one term, or of all."""
        if (source, term) not in self._read:
            where, given = ("", {}) if term is None else (" where term = $term", {"term": term})
            asked = self.con.execute(f'select * from raw."{source}"{where}', given)
            names = [column[0] for column in asked.description or ()]
            self._read[source, term] = [
                dict(zip(names, row, strict=True)) for row in asked.fetchall()
            ]
        return self._read[source, term]

    def file(self, sha256: str, source: str, term: str) -> str:
        """The path in landing of a file, by its content."""
        names = {
            row["sha256"]: f"landing/{row['source']}/{row['term']}/{row['file']}"
            for row in self.rows("files")
            if (row["source"], row["term"]) == (source, term)
        }
        return names.get(sha256, f"a file of {source}, {term}, with the SHA-256 {sha256}")


def answers(row: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a row answers: the codes of each item, several of a multi-select."""
    found: dict[str, list[str]] = {}
    for one in row["answers"] or ():
        found.setdefault(one["item"], []).append(one["code"])
    return found
