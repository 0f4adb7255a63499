"""What shapes the ratings of a visit, beside the use of materials."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rating:
    """An item that an observer rates; all effects are log odds.

    `ease`: before anyone uses the materials; `growth`: added by the time all do. `habit`: added in
    a classroom whose habit is to use them. `cuts`: between the codes, worst first.
    """

    name: str
    ease: float
    growth: float
    habit: float
    cuts: tuple[float, ...]


_FOUR = (-1.9, 0.2, 2.2)
_TWO = (0.0,)


@dataclass(frozen=True)
class Instruction:
    """Ratings of a visit: latent quality plus logistic noise, cut into codes.

    `scored`: the items of the score; `reported`: those that are measures by themselves. `relation`:
    how much of a classroom's log odds of use is also quality. `class_sd`, `lesson_sd`: of the
    classroom and of the lesson seen. `severity_sd`: of observers, over each local district's pool
    of them, whose mean is 0. `alike`: the chance that a second observer's noise on an item is the
    first's. `not_observed`, `blank`: shares of an item's ratings written down as such. `need`:
    share of visits on which it can be told how unfinished learning is addressed; `pack_seen`: share
    on which use of the adaptation pack can be told.
    """

    ratings: tuple[Rating, ...] = (
        Rating("ca1_a", 0.6, 0.9, 0.5, _TWO),
        Rating("ca1_b", -0.2, 0.9, 0.5, _TWO),
        Rating("ca1_c", -0.5, 0.9, 0.5, _TWO),
        Rating("ca2_overall", -0.7, 1.0, 0.6, _FOUR),
        Rating("ca3_overall", -1.1, 1.0, 0.6, _FOUR),
        Rating("col", 0.2, 0.6, 0.3, _FOUR),
        Rating("engagement", -0.3, 1.0, 0.4, _FOUR),
        Rating("sharing", -0.8, 1.2, 0.5, _FOUR),
    )
    scored: tuple[str, ...] = ("ca1_a", "ca1_b", "ca1_c", "ca2_overall", "ca3_overall", "col")
    reported: tuple[str, ...] = ("ca2_overall", "ca3_overall", "col", "engagement", "sharing")
    within_grade_level: Rating = Rating("unfinished_learning", -1.2, 1.4, 0.6, _TWO)
    pack_used: Rating = Rating("adaptation_pack", -3.2, 1.6, 1.8, _TWO)
    relation: float = 0.5
    class_sd: float = 0.5
    lesson_sd: float = 0.8
    severity_sd: float = 0.35
    alike: float = 0.7
    not_observed: float = 0.02
    blank: float = 0.01
    need: float = 0.7
    pack_seen: float = 0.8
