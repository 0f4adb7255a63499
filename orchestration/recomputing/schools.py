"""Schools on the last day of a term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from orchestration.recomputing.rows import Landed, Row

NOT_STATED = "not_stated"


@dataclass(frozen=True)
class School:
    """A school as it stood; what is not assigned is None."""

    school_id: str
    name: str
    local_district: str | None
    region: str | None
    groups: dict[str, str]

    @property
    def post_stratum(self) -> tuple[str | None, str]:
        """What weighting to the roster restores the shares of."""
        return self.local_district, self.groups["school_level"]

    def is_in(self, level: str, unit_id: str) -> bool:
        """Whether a unit of geography holds it; one without a local district is in none."""
        if self.local_district is None:
            return False
        return unit_id == {
            "district": "district",
            "local_district": self.local_district,
            "region": self.region,
            "school": self.school_id,
        }.get(level)


def schools_on(landed: Landed, day: date) -> dict[str, School]:
    """Every school that is valid on a day; of spells that overlap the one begun last holds."""
    valid = [
        row
        for row in landed.rows("schools")
        if row["valid_from"] <= day and (row["valid_to"] is None or row["valid_to"] >= day)
    ]
    newest = {row["school_id"]: row for row in sorted(valid, key=lambda row: row["valid_from"])}
    return {key: _school(row, day) for key, row in newest.items()}


def _school(row: Row, day: date) -> School:
    begun = row["support_from"] or row["valid_from"]
    supported = (
        row["support_provider"] is not None
        and begun <= day
        and (row["support_to"] is None or row["support_to"] >= day)
    )
    return School(
        row["school_id"],
        row["school_name"],
        row["local_district"],
        row["region"],
        {
            "support": "supported" if supported else "unsupported",
            "support_provider": row["support_provider"] if supported else NOT_STATED,
            "school_level": row["level"],
        },
    )
