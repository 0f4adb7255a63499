"""Who was seen and who was not: four populations against the roster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from orchestration.disclosure.shown import percent
from orchestration.publishing.figures import address, attributes
from orchestration.publishing.report import words
from orchestration.publishing.report.charts import points, trend
from orchestration.publishing.report.drawing import BESIDE
from orchestration.publishing.report.drawings import Drawing
from orchestration.publishing.report.estimates import NO_DATA
from orchestration.publishing.report.places import Place
from orchestration.publishing.report.series import Axis, Point, Series
from orchestration.publishing.report.tables import UNASSIGNED, Row, Tables

MART = "mart_coverage"
ALL = ("all", "all")
COMPARED = ("support", "school_level", "english_learner", "disability")
"""What the roster and those seen of it are compared by, where the roster knows it."""
SEATS = "seats"
"""What stands at a row whose roster counts seats; it is said once, of the population."""
POST_STRATUM = "school_level"
SHARES = Axis(0, 1)


@dataclass(frozen=True)
class Coverage:
    """A row of coverage; numbers are None where it is suppressed, or no roster tells them."""

    figure: str
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
        """Rostered, and not seen."""
        if self.n_eligible is None or self.n_matched is None:
            return None
        return self.n_eligible - self.n_matched

    @property
    def n_off_roster(self) -> int | None:
        """Seen, and not on the roster."""
        if self.n_seen is None or self.n_matched is None:
            return None
        return self.n_seen - self.n_matched


@dataclass(frozen=True)
class Population:
    """Coverage of one unit: of the page's place, of each place, and by subgroup."""

    unit: str
    title: str
    counts_seats: bool
    is_nobody: bool
    subject: Coverage | None
    rows: tuple[Coverage, ...]
    subgroups: tuple[tuple[str, tuple[Coverage, ...]], ...]


@dataclass(frozen=True)
class CoverageSection:
    """The populations that have data, and the post-strata where no classroom was seen."""

    populations: tuple[Population, ...]
    drawings: tuple[Drawing, ...]
    unseen_groups: tuple[tuple[str, Coverage], ...]
    n_groups: int

    @property
    def classrooms(self) -> Population | None:
        """The classrooms, which are what adoption is of."""
        return next((one for one in self.populations if one.unit == "classrooms"), None)

    @property
    def unseen_rostered(self) -> int:
        """Rostered classrooms in groups of which nobody was seen."""
        return sum(row.n_eligible or 0 for _, row in self.unseen_groups)


def coverage_section(tables: Tables, places: tuple[Place, ...]) -> CoverageSection:
    """Who was seen of those rostered; the first of `places` is the one that the page is about."""
    populations = tuple(_population(tables, unit, places) for unit in words.POPULATIONS)
    strata = list(_post_strata(tables, places))
    return CoverageSection(
        populations=tuple(one for one in populations if one.rows),
        drawings=tuple(_drawings(tables, places)),
        unseen_groups=tuple(
            (name, _coverage(row, _group_name(row)))
            for name, row in strata
            if row["flag"] == "none_seen"
        ),
        n_groups=len(strata),
    )


def _population(tables: Tables, unit: str, places: tuple[Place, ...]) -> Population:
    subject = places[0]
    found = [(place, tables.coverage.get(_key(tables.lead, place, unit))) for place in places]
    rows = [_coverage(row, place.name) for place, row in found if row]
    if subject.is_district:
        unassigned = replace(subject, level="local_district", unit_id=UNASSIGNED)
        if row := tables.coverage.get(_key(tables.lead, unassigned, unit)):
            rows.append(_coverage(row, row["unit_name"]))
    own = found[0][1]
    return Population(
        unit=unit,
        title=words.POPULATIONS[unit],
        counts_seats=any(row["flag"] == SEATS for _, row in found if row),
        is_nobody=not _anybody(tables, tables.lead, unit),
        subject=_coverage(own, subject.name) if own else None,
        rows=tuple(rows),
        subgroups=tuple(_compared(tables, unit, subject)),
    )


def _anybody(tables: Tables, term: str, unit: str) -> bool:
    """Whether anybody of a unit was seen in a term, in the whole district.

    Where nobody was there was no survey, or no session: a coverage of 0% would say otherwise.
    """
    row = tables.coverage.get(_key(term, tables.district, unit))
    return row is not None and row["n_seen"] != 0


def _compared(
    tables: Tables, unit: str, place: Place
) -> Iterator[tuple[str, tuple[Coverage, ...]]]:
    """A place's coverage by each type of subgroup that the roster knows."""
    head = (tables.lead, place.level, place.unit_id, unit)
    for kind in COMPARED:
        codes = [key[5] for key in tables.coverage if key[:5] == (*head, kind)]
        rows = [tables.coverage[(*head, kind, code)] for code in words.in_order(kind, codes)]
        if any(row["n_eligible"] is not None for row in rows):
            yield (
                words.SUBGROUP_TYPES[kind],
                tuple(_coverage(row, _group_name(row)) for row in rows),
            )


def _post_strata(tables: Tables, places: tuple[Place, ...]) -> Iterator[tuple[str, Row]]:
    """The groups that weighting to the roster speaks of: school levels in local districts."""
    for place in places:
        if place.level == "local_district":
            head = (tables.lead, place.level, place.unit_id, "classrooms", POST_STRATUM)
            for key, row in tables.coverage.items():
                if key[:5] == head:
                    yield place.name, row


def _drawings(tables: Tables, places: tuple[Place, ...]) -> Iterator[Drawing]:
    """A panel a population over the terms in which anybody was seen; of one term, its point."""
    subject = places[0]
    beside = [place for place in places[1:] if place.is_district]
    for unit, name in words.POPULATIONS.items():
        terms = [term for term in tables.terms if _anybody(tables, term, unit)]
        lines = {
            place: tuple(_point(tables.coverage.get(_key(term, place, unit))) for term in terms)
            for place in places
        }
        if not any(one.value is not None for one in lines[subject]):
            continue
        key, title = f"coverage-{unit}", f"{name}, share of the roster: {subject.name}"
        if len(terms) == 1:
            rows = [(place.name, line[0]) for place, line in lines.items()]
            yield Drawing(name, points(rows, SHARES, key=key, title=title))
        else:
            series = [Series(subject.name, lines[subject])]
            series += [Series(one.name, lines[one], BESIDE, beside=True) for one in beside]
            named = [tables.calendar.lines(term) for term in terms]
            yield Drawing(name, trend(series, named, SHARES, key=key, title=title))


def _point(row: Row | None) -> Point:
    if row is None:
        return Point(NO_DATA)
    if row["coverage"] is None:
        return Point("none" if row["n_seen"] == 0 else row["shown"])
    keyed = attributes(address(MART, row), column="coverage")
    return Point(percent(row["coverage"]), row["coverage"], keyed=keyed)


def _key(term: str, place: Place, unit: str) -> tuple[str, ...]:
    return (term, place.level, place.unit_id, unit, *ALL)


def _group_name(row: Row) -> str:
    return words.subgroup(row["subgroup_type"], row["subgroup"])


def _coverage(row: Row, label: str) -> Coverage:
    return Coverage(
        figure=address(MART, row),
        label=label,
        shown=row["shown"],
        is_hidden=row["suppression"] != "none",
        n_eligible=row["n_eligible"],
        n_seen=row["n_seen"],
        n_matched=row["n_matched"],
        coverage=row["coverage"],
        note="" if row["flag"] == SEATS else words.FLAGS.get(row["flag"] or "", ""),
    )
