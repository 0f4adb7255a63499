"""What observers write down besides the use of materials: ratings, lesson, notes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.simulation.instruction import Instruction
from orchestration.simulation.parameters import LADDER, Parameters
from orchestration.simulation.plan import Block
from orchestration.simulation.randomness import labels
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
_UNITS, _LESSONS = 9, 18
_SHORTEST, _LONGEST = 15, 55
_NONE_NEEDED = 0.5
"""Of the visits on which how unfinished learning is addressed cannot be told, those without any."""


def write_down(
    p: Parameters,
    block: Block,
    sections: pd.DataFrame,
    instruction: Instruction,
    visits: pd.DataFrame,
    term: Term,
    seed: int,
    *,
    earlier: int,
) -> pd.DataFrame:
    """The `observations` template for the records in `visits`, in their order.

    `earlier` records of the term are numbered before these. Notes name invented children, so that
    it can be proved that they are not kept.
    """
    rng = block.generator(seed, "ratings", term.term)
    size = len(visits)
    rostered = sections.iloc[visits["section"]].reset_index(drop=True)
    pair = pd.Series(labels(f"{term.term}-P{block.number:03d}%05d", visits["visit"].to_numpy() + 1))
    used = visits["materials"].isin(LADDER[2:])
    frame = pd.DataFrame(
        {
            "observation_id": labels(f"{term.term}-%05d", np.arange(1, size + 1) + earlier),
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
            **_items(p, rng, instruction, visits),
            "notes": notes(rng, size, p.noted),
        }
    )
    return frame[list(COLUMNS)]


def _items(
    p: Parameters, rng: np.random.Generator, instruction: Instruction, visits: pd.DataFrame
) -> dict[str, npt.NDArray[np.object_]]:
    """The codes of every item that is rated or coded, as text."""
    own = p.instruction
    section, visit = visits["section"].to_numpy(), visits["visit"].to_numpy()
    lesson_of = rng.normal(0.0, own.lesson_sd, size=int(visit.max(initial=0)) + 1)
    lesson = lesson_of[visit]
    severity = visits["severity"].to_numpy()
    is_second = visits["visit"].duplicated().to_numpy()
    items = {}
    for rating in own.ratings:
        quality = instruction.latent(rating, section) + lesson - severity
        noise = rng.logistic(size=len(lesson_of))[visit]
        apart = is_second & (rng.random(len(section)) >= own.alike)
        noise[apart] = rng.logistic(size=int(apart.sum()))
        code = np.digitize(quality + noise, rating.cuts)
        text = (code + (len(rating.cuts) > 1)).astype(str).astype(object)
        drawn = rng.random(len(section))
        text[drawn < own.not_observed + own.blank] = ""
        text[drawn < own.not_observed] = NOT_OBSERVED
        items[rating.name] = text
    for rating, (yes, no), told in (
        (own.within_grade_level, ("within_grade_level", "remediate_first"), own.need),
        (own.pack_used, ("yes", "no"), own.pack_seen),
    ):
        quality = instruction.latent(rating, section) + lesson
        above = quality + rng.logistic(size=len(section)) > rating.cuts[0]
        text = np.where(above, yes, no).astype(object)
        text[rng.random(len(section)) >= told] = NOT_OBSERVED
        items[rating.name] = text
    none_needed = rng.random(len(section)) < _NONE_NEEDED
    untold = items[own.within_grade_level.name] == NOT_OBSERVED
    items[own.within_grade_level.name][untold & none_needed] = "none_needed"
    return items


def _text(values: npt.NDArray) -> pd.Series:
    return pd.Series(values).astype(str).astype(object)


def _some_blank(rng: np.random.Generator, values: pd.Series, share: float) -> pd.Series:
    """The values as text, a share of them blank."""
    return _text(values.to_numpy()).where(rng.random(len(values)) >= share, "")
