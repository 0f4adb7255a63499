"""The made-up district's registry: its calendar, schools and measures."""

from __future__ import annotations

import pandas as pd

MINIMUM_N = {"students": 11, "teachers": 5, "classrooms": 5, "educators": 5}
SEASONS = {
    "fall": ("08-01", "11-30", "12-15"),
    "winter": ("12-01", "01-31", "02-15"),
    "spring": ("02-01", "06-30", "07-15"),
}
SCHOOLS = {"Northeast": 76, "West": 74, "Northwest": 70}


def terms(*names: str) -> pd.DataFrame:
    rows = []
    for name in names:
        year, season = name.rsplit("-", 1)
        first = int(year[:4])
        start, end, release = SEASONS[season]
        starts_in = first + (season == "spring")
        ends_in = first + (season != "fall")
        rows.append(
            {
                "term": name,
                "school_year": year,
                "season": season,
                "starts_on": pd.Timestamp(f"{starts_in}-{start}"),
                "ends_on": pd.Timestamp(f"{ends_in}-{end}"),
                "releases_on": pd.Timestamp(f"{ends_in}-{release}"),
            }
        )
    return pd.DataFrame(rows)


CALENDAR = terms(
    "2020-21-spring",
    "2021-22-fall",
    "2021-22-winter",
    "2021-22-spring",
    "2022-23-fall",
    "2022-23-winter",
    "2022-23-spring",
)

MEASURES: dict[str, tuple[str, str, str, str, str]] = {
    "adoption_as_designed": ("mart_adoption", "classrooms", "higher", "", "As designed"),
    "adoption_any": ("mart_adoption", "classrooms", "higher", "", "Uses the curriculum (any use)"),
    "ipg_score": ("mart_instruction", "classrooms", "higher", "0 3", "IPG score"),
    "engagement": ("mart_instruction", "classrooms", "higher", "", "Students stay engaged"),
    "sharing": ("mart_instruction", "classrooms", "higher", "", "Students share their thoughts"),
    "unfinished_within_grade_level": (
        "mart_unfinished_learning",
        "classrooms",
        "higher",
        "",
        "Within grade-level lessons",
    ),
    "confident_use": ("mart_teacher_voice", "teachers", "higher", "", "Feel confident"),
    "confidence": ("mart_teacher_voice", "teachers", "higher", "1 4", "Confidence"),
    "challenge_pacing": ("mart_teacher_voice", "teachers", "lower", "", "Challenges: Pacing"),
    "challenge_other": ("mart_teacher_voice", "teachers", "lower", "", "Challenges: Else"),
    "aspires_and_explores": ("mart_student_voice", "students", "higher", "", "Aspire and explore"),
    "am_mathematician": ("mart_student_voice", "students", "higher", "", "See themselves"),
    "identity": ("mart_student_voice", "students", "higher", "1 4", "Identity"),
}
"""Every measure: its mart, unit, direction, range where it is a mean, and label."""
INSTRUMENTS = {"teachers": "teacher_im", "students": "student_mathematics"}


def dim_measure() -> pd.DataFrame:
    rows = []
    positions = {"adoption_any": 0}
    for at, (name, (mart, unit, direction, scale, label)) in enumerate(MEASURES.items(), start=1):
        low, high = map(float, (scale or "0 1").split())
        rows.append(
            {
                "measure_id": name,
                "position": positions.get(name, at),
                "mart": mart,
                "label": label,
                "definition": f"What is meant by {name}.",
                "numerator": f"Those that count for {name}",
                "denominator": f"All that {name} could be judged of",
                "unit": unit,
                "kind": "mean" if scale else "proportion",
                "range_min": low,
                "range_max": high,
                "direction": direction,
                "target": None,
                "source": f"Where {mart} comes from",
                "instrument": INSTRUMENTS.get(unit, "a_rubric"),
                "missing_rule": "exclude" if mart == "mart_instruction" else None,
            }
        )
    return pd.DataFrame(rows)


def dim_school() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "school_id": f"{name}-{number:03d}",
                "school_name": f"{name} School {number}",
                "level": "middle" if number % 3 else "high",
                "local_district": name,
                "region": "Region North" if number % 2 else "Region South",
                "valid_from": pd.Timestamp("2015-08-01"),
                "valid_to": pd.NaT,
                "support_provider": "LE" if number % 2 else None,
                "support_from": pd.Timestamp("2021-08-01") if number % 2 else pd.NaT,
                "support_to": pd.NaT,
            }
            for name, schools in SCHOOLS.items()
            for number in range(schools)
        ]
    )


DIMENSIONS = {"dim_measure": dim_measure(), "dim_term": CALENDAR, "dim_school": dim_school()}
