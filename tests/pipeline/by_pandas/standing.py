"""Schools on the last day of a term, and the units of geography that they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.pipeline.districts import District


@dataclass(frozen=True)
class Standing:
    """A school as of a term; what is not assigned is None."""

    name: str
    level: str
    local_district: str | None
    region: str | None
    support: str
    provider: str | None
    supported_from: date | None

    def subgroup(self, kind: str) -> str:
        """The part of a subgroup type in which the school's own attributes put it."""
        stated = {
            "support": self.support,
            "school_level": self.level,
            "support_provider": self.provider,
        }
        return stated[kind] or "not_stated"


@dataclass(frozen=True)
class Unit:
    """A unit of geography with its schools."""

    geography: str
    level: str
    unit_id: str
    unit_name: str
    schools: frozenset[str]


SCHOOL_TYPES = ("support", "school_level", "support_provider")


def standings(districts: Iterable[District], ends_on: date) -> dict[str, Standing]:
    """Every school that is valid on a day: of spells that overlap the one begun last holds."""
    found: dict[str, tuple[date, Standing]] = {}
    for district in districts:
        for row in district.rows("schools"):
            begins = _day(row["valid_from"])
            assert begins is not None
            if begins > ends_on or (_day(row["valid_to"]) or ends_on) < ends_on:
                continue
            if row["school_id"] in found and found[row["school_id"]][0] > begins:
                continue
            supported = (
                row["support_provider"] != ""
                and (_day(row["support_from"]) or begins) <= ends_on
                and (_day(row["support_to"]) or ends_on) >= ends_on
            )
            found[row["school_id"]] = (
                begins,
                Standing(
                    row["school_name"],
                    row["level"],
                    row["local_district"] or None,
                    row["region"] or None,
                    "supported" if supported else "unsupported",
                    row["support_provider"] if supported else None,
                    (_day(row["support_from"]) or begins) if supported else None,
                ),
            )
    return {school_id: standing for school_id, (_, standing) in found.items()}


def units(schools: dict[str, Standing]) -> list[Unit]:
    """The district, its local districts (one may be `unassigned`), regions and schools."""
    parts: dict[tuple[str, str, str, str], set[str]] = {}
    for school_id, one in schools.items():
        district = one.local_district
        places = [
            ("local_district", "district", "district", "All local districts"),
            (
                "local_district",
                "local_district",
                district or "unassigned",
                district or "No local district",
            ),
            ("local_district", "school", school_id, one.name),
        ]
        if one.region is not None:
            places.append(("region", "region", one.region, one.region))
        for place in places:
            parts.setdefault(place, set()).add(school_id)
    return [Unit(*place, frozenset(ids)) for place, ids in parts.items()]


def assigned(schools: dict[str, Standing]) -> dict[str, Standing]:
    """Schools of a local district: of no other does any estimate speak."""
    return {key: one for key, one in schools.items() if one.local_district is not None}


def _day(value: Any) -> date | None:
    if isinstance(value, str):
        return date.fromisoformat(value) if value else None
    return value if isinstance(value, date) else None
