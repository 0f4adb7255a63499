"""What observers write down besides the use of materials: ratings, lesson, notes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.simulation.parameters import LADDER, Parameters
from orchestration.simulation.practice import Practice, on_day
from orchestration.simulation.randomness import generator
from orchestration.simulation.terms import Term
from orchestration.simulation.visits import NOT_OBSERVED
from orchestration.simulation.words import notes

COLUMNS = (
    "observation_id",
    "observed_on",
    "school_id",
    "class_id",
    "grade",
    "course",
    "teacher_id",
    "observer_id",
    "observer_role",
    "observer_org",
    "co_observation_id",
    "minutes_observed",
    "materials",
    "unit",
    "lesson",
    "ca1_a",
    "ca1_b",
    "ca1_c",
    "ca2_overall",
    "ca3_overall",
    "col",
    "engagement",
    "sharing",
    "unfinished_learning",
    "adaptation_pack",
    "notes",
)
_YES_OR_NO = {"ca1_a": 0.6, "ca1_b": 0.3, "ca1_c": 0.1}
_ONE_TO_FOUR = {
    "ca2_overall": 0.0,
    "ca3_overall": -0.4,
    "col": 0.5,
    "engagement": 0.2,
    "sharing": -0.1,
}
_CUTS = (-1.2, 0.1, 1.3)
_UNITS, _LESSONS = 9, 18
_SHORTEST, _LONGEST = 15, 55


def write_down(
    p: Parameters,
    sections: pd.DataFrame,
    practice: Practice,
    visits: pd.DataFrame,
    term: Term,
    seed: int,
) -> pd.DataFrame:
    """The `observations` template for the records in `visits`, in their order.

    Ratings grow with the use of materials over the terms, are higher in classrooms whose habit is
    to use them, and agree within a visit and a school better than between them; a blank is "not
    observed". Notes name invented children, so that it can be proved that they are not kept.
    """
    rng = generator(seed, "ratings", term.term)
    size = len(visits)
    section = visits["section"].to_numpy()
    rostered = sections.iloc[section].reset_index(drop=True)
    number = pd.Series(np.strings.mod(f"{term.term}-%05d", np.arange(1, size + 1)), dtype=object)
    pair = pd.Series(np.strings.mod(f"{term.term}-P%05d", visits["visit"] + 1), dtype=object)
    used = visits["materials"].isin(LADDER[2:])
    frame = pd.DataFrame(
        {
            "observation_id": number,
            "observed_on": visits["observed_on"],
            "school_id": rostered["school_id"],
            "class_id": visits["class_id"],
            "grade": _some_blank(rng, rostered["grade"], p.blank_detail),
            "course": _some_blank(rng, rostered["course"], p.blank_detail),
            "teacher_id": _some_blank(rng, rostered["teacher_id"], p.blank_detail),
            "observer_id": visits["observer_id"],
            "observer_role": visits["observer_role"],
            "observer_org": visits["observer_org"],
            "co_observation_id": pair.where(visits["paired"], ""),
            "minutes_observed": _some_blank(
                rng, pd.Series(rng.integers(_SHORTEST, _LONGEST + 1, size)), p.blank_detail
            ),
            "materials": visits["materials"],
            "unit": _text(rng.integers(1, _UNITS + 1, size)).where(used, ""),
            "lesson": _text(rng.integers(1, _LESSONS + 1, size)).where(used, ""),
            **_items(p, rng, practice, visits, term),
            "unfinished_learning": _unfinished(rng, p, size, term),
            "adaptation_pack": _pack(rng, p, used, term),
            "notes": notes(rng, size, p.noted),
        }
    )
    return frame[list(COLUMNS)]


def _items(
    p: Parameters, rng: np.random.Generator, practice: Practice, visits: pd.DataFrame, term: Term
) -> dict[str, pd.Series]:
    """The instrument's items, each cut from one latent scale (standard deviation about 1)."""
    section = visits["section"].to_numpy()
    visit = visits["visit"].to_numpy()
    used = practice.habit[section] >= LADDER.index("departed")
    lesson = rng.normal(0.0, 0.7, size=int(visit.max(initial=0)) + 1)[visit]
    quality = 0.8 * _progress(p, term) + 0.4 * used + 0.4 * practice.school_effect[section] + lesson
    items = {}
    for name, ease in (_YES_OR_NO | _ONE_TO_FOUR).items():
        latent = quality - 0.8 + ease + rng.normal(0.0, 0.6, size=len(section))
        code = (latent > 0).astype(int) if name in _YES_OR_NO else 1 + np.digitize(latent, _CUTS)
        items[name] = _some_blank(rng, pd.Series(code), p.blank_rating)
    return items


def _progress(p: Parameters, term: Term) -> float:
    """How far the rollout is, 0 to 1: the mean of the local districts' process of any use."""
    return float(np.mean([on_day(p, ld.any_use, term.ends_on) for ld in p.local_districts]))


def _unfinished(
    rng: np.random.Generator, p: Parameters, size: int, term: Term
) -> npt.NDArray[np.object_]:
    within = 0.25 + 0.35 * _progress(p, term)
    codes = np.array(["within_grade_level", "remediate_first", "none_needed", NOT_OBSERVED], object)
    shares = np.array([within, 0.7 - within, 0.15, 0.15])
    return rng.choice(codes, size=size, p=shares)


def _pack(
    rng: np.random.Generator, p: Parameters, used: pd.Series, term: Term
) -> npt.NDArray[np.object_]:
    drawn = rng.random(len(used))
    yes = np.where(used, 0.2 + 0.4 * _progress(p, term), 0.05)
    return np.select([drawn < yes, drawn < 0.8], ["yes", "no"], NOT_OBSERVED).astype(object)


def _text(values: npt.NDArray) -> pd.Series:
    return pd.Series(values).astype(str).astype(object)


def _some_blank(rng: np.random.Generator, values: pd.Series, share: float) -> pd.Series:
    """The values as text, a share of them blank."""
    return _text(values.to_numpy()).where(rng.random(len(values)) >= share, "")
