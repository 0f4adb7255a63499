"""The registry: declarations of what is measured and when, shipped and the site's own.

A site's row replaces the shipped row of the same key; every other row is added. The whole is
checked before anything is read, so that SQL, report and docs may trust it.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from orchestration.registry.checks import dangling
from orchestration.registry.derived import derived_measures
from orchestration.registry.instruments import Answer, Construct, Instrument, Item
from orchestration.registry.measures import Measure, MeasureValue, Target
from orchestration.registry.models import (
    TABLES,
    CrosswalkEntry,
    ErasedPerson,
    Match,
    MinimumN,
    Term,
    ValueMapping,
)
from orchestration.registry.rows import Row

SHIPPED = Path(__file__).resolve().parent


class RegistryError(ValueError):
    """A registry table that cannot stand, as a sentence naming file, line and column."""


@dataclass(frozen=True)
class Registry:
    """Shipped and site declarations together; `rows` holds the landed tables by name."""

    rows: Mapping[str, tuple[Row, ...]]
    crosswalks: Mapping[str, Mapping[str, str]]
    erased: frozenset[str]
    matches: tuple[Match, ...] = ()

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
    def instruments(self) -> dict[str, Instrument]:
        """Every instrument by name, in the report's order."""
        rows = cast("tuple[Instrument, ...]", self.rows["instruments"])
        return {row.instrument: row for row in sorted(rows, key=lambda row: row.position)}

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every item by name, in the order of instruments and of items within them."""
        rows = cast("tuple[Item, ...]", self.rows["items"])
        place = {name: at for at, name in enumerate(self.instruments)}
        return {
            row.item: row
            for row in sorted(rows, key=lambda row: (place[row.instrument], row.position, row.item))
        }

    def items_of(self, source: str) -> list[Item]:
        """The items that a source's rows may answer, in order."""
        return [
            item
            for item in self.items.values()
            if self.instruments[item.instrument].source == source
        ]

    @cached_property
    def scales(self) -> dict[str, list[Answer]]:
        """The answers of each scale, in order."""
        scales: dict[str, list[Answer]] = {}
        rows = cast("tuple[Answer, ...]", self.rows["answers"])
        for row in sorted(rows, key=lambda row: row.position):
            scales.setdefault(row.scale, []).append(row)
        return scales

    @cached_property
    def constructs(self) -> dict[str, Construct]:
        """Every construct by name, in the order of its instrument's."""
        rows = cast("tuple[Construct, ...]", self.rows["constructs"])
        return {row.construct_: row for row in sorted(rows, key=lambda row: row.position)}

    @cached_property
    def minimum_n(self) -> dict[str, int]:
        """The fewest units a published figure may rest on, by unit."""
        rows = cast("tuple[MinimumN, ...]", self.rows["minimum_n"])
        return {row.unit: row.minimum_n for row in rows}

    @cached_property
    def value_maps(self) -> dict[str, dict[str, str]]:
        """Each value map, from the export's text to the code.

        A scale's is called `scale:<scale>`: its answers' labels and codes, and whatever other
        texts value_maps.csv has under that name.
        """
        maps: dict[str, dict[str, str]] = {
            f"scale:{scale}": {text: one.code for one in answers for text in (one.label, one.code)}
            for scale, answers in self.scales.items()
        }
        for row in cast("tuple[ValueMapping, ...]", self.rows["value_maps"]):
            maps.setdefault(row.map, {})[row.text] = row.code
        return maps

    def fingerprint(self, *tables: str) -> str:
        """SHA-256 of the named tables' content; of all that are landed when none is named."""
        content = {
            name: [row.model_dump(mode="json", by_alias=True) for row in self.rows[name]]
            for name in (tables or tuple(TABLES))
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


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
    matches = cast("tuple[Match, ...]", _overlaid("matches.csv", Match, folders))
    hashes = frozenset(person.hash for person in erased)
    registry = Registry(tables, crosswalks, hashes, matches)
    _refuse(dangling(registry))
    registry = _with_targets(_with_derived_measures(registry))
    _refuse(dangling(registry))
    return registry


def _with_derived_measures(registry: Registry) -> Registry:
    """The registry with the measures that follow from its instruments; declared ones win."""
    derived = derived_measures(
        registry.instruments,
        list(registry.items.values()),
        list(registry.constructs.values()),
        registry.scales,
    )
    values = cast("tuple[MeasureValue, ...]", registry.rows["measure_values"])
    valued = {value.measure_id for value in values}
    measures: list[Row] = list(registry.measures.values())
    more: list[Row] = list(values)
    for measure, own in derived:
        if measure.measure_id not in registry.measures:
            measures.append(measure)
        if measure.measure_id not in valued:
            more += own
    tables = {
        "measures": tuple(sorted(measures, key=attrgetter("identity"))),
        "measure_values": tuple(sorted(more, key=attrgetter("identity"))),
    }
    return replace(registry, rows={**registry.rows, **tables})


def _with_targets(registry: Registry) -> Registry:
    """The registry with the targets of targets.csv in their measures."""
    measures = dict(registry.measures)
    for row in cast("tuple[Target, ...]", registry.rows["targets"]):
        measure = measures.get(row.measure_id)
        if measure is None:
            raise RegistryError(
                f"targets.csv names measure '{row.measure_id}', which neither measures.csv "
                "declares nor an instrument has; `dim_measure` lists those that there are."
            )
        if not measure.range_min <= row.target <= measure.range_max:
            raise RegistryError(
                f"targets.csv gives measure '{row.measure_id}' the target {row.target:g}, outside "
                f"its range {measure.range_min:g} to {measure.range_max:g}; a share is from 0 to 1."
            )
        measures[row.measure_id] = measure.model_copy(update={"target": row.target})
    ordered = tuple(sorted(measures.values(), key=attrgetter("identity")))
    return replace(registry, rows={**registry.rows, "measures": ordered})


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
            if row.identity in own:
                raise RegistryError(
                    f"{path}, line {line}: its {', '.join(model.key)} are those of line "
                    f"{own[row.identity]}; keep one of them."
                )
            own[row.identity] = line
            rows[row.identity] = row
    return tuple(rows[key] for key in sorted(rows))


def _read(path: Path, model: type[Row]) -> list[tuple[int, Row]]:
    expected = {field.alias or name: field for name, field in model.model_fields.items()}
    needed = {name for name, field in expected.items() if field.is_required()}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        header = reader.fieldnames or []
        if not needed <= set(header) <= set(expected) or len(set(header)) < len(header):
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
                column = ".".join(str(part) for part in first["loc"])
                # of a whole row nothing is shown: a text of matches.csv may name a person
                found = f"{first['msg']} (found {first['input']!r})" if column else first["msg"]
                raise RegistryError(
                    f"{path}, line {reader.line_num}, {column or 'row'}: {found}."
                ) from None
    return rows


def _refuse_unknown_files(site: Path) -> None:
    known = {f"{name}.csv" for name in TABLES} | {"erased.csv", "matches.csv"}
    for path in sorted(site.glob("*.csv")):
        if path.name not in known and not path.name.startswith("crosswalk_"):
            raise RegistryError(
                f"{path}: no registry table has this name; expected one of "
                f"{', '.join(sorted(known))} or crosswalk_<name>.csv."
            )


def _refuse(problems: Iterable[str]) -> None:
    for problem in problems:
        raise RegistryError(problem)
