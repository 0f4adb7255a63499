"""The page's section on who was not observed."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.publishing import words
from orchestration.publishing.figures import Row, Tables, in_order, known

POPULATION = "classrooms"
POST_STRATUM = "school_level"
COMPARED = ("support", "school_level")
"""What the roster and those seen of it are compared by, district-wide."""


@dataclass(frozen=True)
class Coverage:
    """A row of coverage; numbers are None where it is suppressed."""

    label: str
    shown: str
    is_hidden: bool
    n_eligible: int | None
    n_seen: int | None
    n_matched: int | None
    coverage: float | None
    note: str

    @property
    def n_unseen(self) -> int | None:
        """Rostered, and not observed."""
        if self.n_eligible is None or self.n_matched is None:
            return None
        return self.n_eligible - self.n_matched


@dataclass(frozen=True)
class CoverageSection:
    """Coverage by unit, by subgroup district-wide, and the post-strata where nobody was seen."""

    district: Coverage | None
    units: tuple[Coverage, ...]
    subgroups: tuple[tuple[str, tuple[Coverage, ...]], ...]
    unseen_groups: tuple[tuple[str, Coverage], ...]
    n_groups: int

    @property
    def unseen_rostered(self) -> int:
        """Rostered classrooms in groups of which nobody was seen."""
        return sum(row.n_eligible or 0 for _, row in self.unseen_groups)


def coverage_section(tables: Tables, term: str) -> CoverageSection:
    """Who was observed of those rostered in a term, and who was not."""
    frame = tables.coverage
    rows = frame[(frame["term"] == term) & (frame["population"] == POPULATION)].to_dict("records")
    whole = [row for row in rows if row["subgroup_type"] == "all"]
    district = [_coverage(row, row["unit_name"]) for row in whole if row["level"] == "district"]
    own = sorted(
        (row for row in whole if row["level"] == "local_district"),
        key=lambda row: (row["unit_id"] == "unassigned", row["unit_name"]),
    )
    strata = [
        row
        for row in rows
        if row["level"] == "local_district"
        and row["subgroup_type"] == POST_STRATUM
        and row["unit_id"] != "unassigned"
    ]
    return CoverageSection(
        district=district[0] if district else None,
        units=(*district, *(_coverage(row, row["unit_name"]) for row in own)),
        subgroups=tuple((words.SUBGROUP_TYPES[kind], _compared(rows, kind)) for kind in COMPARED),
        unseen_groups=tuple(
            (row["unit_name"], _coverage(row, words.subgroup(row["subgroup"])))
            for row in strata
            if known(row["flag"]) == "none_seen"
        ),
        n_groups=len(strata),
    )


def _compared(rows: list[Row], subgroup_type: str) -> tuple[Coverage, ...]:
    chosen = {
        row["subgroup"]: row
        for row in rows
        if row["level"] == "district" and row["subgroup_type"] == subgroup_type
    }
    return tuple(_coverage(chosen[code], words.subgroup(code)) for code in in_order(chosen))


def _coverage(row: Row, label: str) -> Coverage:
    return Coverage(
        label=label,
        shown=row["shown"],
        is_hidden=row["suppression"] != "none",
        n_eligible=known(row["n_eligible"]),
        n_seen=known(row["n_seen"]),
        n_matched=known(row["n_matched"]),
        coverage=known(row["coverage"]),
        note=words.FLAGS.get(known(row["flag"]) or "", ""),
    )
