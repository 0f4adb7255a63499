"""The registry: declarations of what is measured and when, shipped and the site's own.

A site's row replaces the shipped row of the same key; every other row is added. The whole is
checked before anything is read, so that SQL, report and docs may trust it.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import pandas as pd
from pydantic import ValidationError

from orchestration.registry.models import (
    TABLES,
    CrosswalkEntry,
    ErasedPerson,
    Measure,
    MeasureValue,
    MinimumN,
    Row,
    Term,
    ValueMapping,
)

SHIPPED = Path(__file__).resolve().parent


class RegistryError(ValueError):
    """A registry table that cannot stand, as a sentence naming file, line and column."""


@dataclass(frozen=True)
class Registry:
    """Shipped and site declarations together; `rows` holds the landed tables by name."""

    rows: Mapping[str, tuple[Row, ...]]
    crosswalks: Mapping[str, Mapping[str, str]]
    erased: frozenset[str]

    @cached_property
    def terms(self) -> dict[str, Term]:
        """Every term by name, in calendar order."""
        rows = cast("tuple[Term, ...]", self.rows["terms"])
        return {row.term: row for row in sorted(rows, key=lambda row: row.starts_on)}

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """Every measure by id, in the report's order."""
        rows = cast("tuple[Measure, ...]", self.rows["measures"])
        return {row.measure_id: row for row in sorted(rows, key=lambda row: row.position)}

    @cached_property
    def minimum_n(self) -> dict[str, int]:
        """The fewest units a published figure may rest on, by unit."""
        rows = cast("tuple[MinimumN, ...]", self.rows["minimum_n"])
        return {row.unit: row.minimum_n for row in rows}

    @cached_property
    def value_maps(self) -> dict[str, dict[str, str]]:
        """Each value map, from the export's text to the code."""
        maps: dict[str, dict[str, str]] = {}
        for row in cast("tuple[ValueMapping, ...]", self.rows["value_maps"]):
            maps.setdefault(row.map, {})[row.text] = row.code
        return maps

    def table(self, name: str) -> pd.DataFrame:
        """The named table, one row a declaration, in key order, columns as its model has them."""
        model = TABLES[name]
        frame = pd.DataFrame([row.model_dump() for row in self.rows[name]])
        return frame.reindex(columns=list(model.model_fields))

    def fingerprint(self, *tables: str) -> str:
        """SHA-256 of the named tables' content; of all that are landed when none is named."""
        content = {
            name: [row.model_dump(mode="json") for row in self.rows[name]]
            for name in (tables or tuple(TABLES))
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def current_term(self, on: date) -> Term | None:
        """The term that has most recently begun on a day, or None before the calendar starts."""
        begun = [term for term in self.terms.values() if term.starts_on <= on]
        return begun[-1] if begun else None


def load_registry(site: Path | None = None) -> Registry:
    """Read the shipped registry and, over it, the tables of the folder `site`.

    Raises RegistryError, as a sentence, for a table that is unknown or malformed, or that names
    something no other table declares.
    """
    folders = [SHIPPED, *([site] if site is not None and site.is_dir() else [])]
    tables = {name: _overlaid(f"{name}.csv", model, folders) for name, model in TABLES.items()}
    crosswalks = {}
    for file in sorted({path.name for folder in folders for path in _crosswalks(folder)}):
        entries = cast("tuple[CrosswalkEntry, ...]", _overlaid(file, CrosswalkEntry, folders))
        name = file.removeprefix("crosswalk_").removesuffix(".csv")
        crosswalks[name] = {entry.key_: entry.value for entry in entries}
    erased = cast("tuple[ErasedPerson, ...]", _overlaid("erased.csv", ErasedPerson, folders))
    if site is not None and site.is_dir():
        _refuse_unknown_files(site)
    registry = Registry(tables, crosswalks, frozenset(person.hash for person in erased))
    _refuse_dangling(registry)
    return registry


def _crosswalks(folder: Path) -> list[Path]:
    return sorted(folder.glob("crosswalk_*.csv"))


def _overlaid(file: str, model: type[Row], folders: list[Path]) -> tuple[Row, ...]:
    rows: dict[tuple[Any, ...], Row] = {}
    for folder in folders:
        path = folder / file
        if not path.is_file():
            continue
        own: dict[tuple[Any, ...], int] = {}
        for line, row in _read(path, model):
            key = tuple(row.model_dump(by_alias=True)[name] for name in model.key)
            if key in own:
                raise RegistryError(
                    f"{path}, line {line}: {', '.join(map(str, key))} stands already on line "
                    f"{own[key]}; keep one of them."
                )
            own[key] = line
            rows[key] = row
    return tuple(rows[key] for key in sorted(rows))


def _read(path: Path, model: type[Row]) -> list[tuple[int, Row]]:
    expected = [field.alias or name for name, field in model.model_fields.items()]
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        header = reader.fieldnames or []
        if sorted(header) != sorted(expected):
            raise RegistryError(
                f"{path}, line 1: the columns are {', '.join(header) or 'none'}; "
                f"expected {', '.join(expected)}."
            )
        rows = []
        for cells in reader:
            try:
                rows.append((reader.line_num, model.model_validate(cells)))
            except ValidationError as problem:
                first = problem.errors()[0]
                column = ".".join(str(part) for part in first["loc"]) or "row"
                raise RegistryError(
                    f"{path}, line {reader.line_num}, {column}: {first['msg']} "
                    f"(found {first['input']!r})."
                ) from problem
    return rows


def _refuse_unknown_files(site: Path) -> None:
    known = {f"{name}.csv" for name in TABLES} | {"erased.csv"}
    for path in sorted(site.glob("*.csv")):
        if path.name not in known and not path.name.startswith("crosswalk_"):
            raise RegistryError(
                f"{path}: no registry table has this name; expected one of "
                f"{', '.join(sorted(known))} or crosswalk_<name>.csv."
            )


def _refuse_dangling(registry: Registry) -> None:
    for row in cast("tuple[MeasureValue, ...]", registry.rows["measure_values"]):
        measure = registry.measures.get(row.measure_id)
        if measure is None:
            raise RegistryError(
                f"measure_values.csv names measure '{row.measure_id}', which measures.csv "
                "does not declare."
            )
        if not measure.range_min <= row.value <= measure.range_max:
            raise RegistryError(
                f"measure_values.csv gives {row.measure_id} / {row.item} / {row.code} the value "
                f"{row.value:g}, outside the measure's range "
                f"{measure.range_min:g} to {measure.range_max:g}."
            )
    for measure in registry.measures.values():
        if measure.unit not in registry.minimum_n:
            raise RegistryError(
                f"measures.csv: measure '{measure.measure_id}' counts {measure.unit}, for which "
                "minimum_n.csv has no row."
            )
