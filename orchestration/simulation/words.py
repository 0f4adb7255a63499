"""Invented names of schools, and observers' notes about invented children."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

_BEGINNINGS = (
    *("Amber", "Bram", "Cinder", "Copper", "Dapple", "Ember", "Fallow", "Glimmer", "Hazel"),
    *("Indigo", "Juniper", "Kestrel", "Larkin", "Linnet", "Marrow", "Nettle", "Ochre", "Opal"),
    *("Pewter", "Quill", "Russet", "Saffron", "Sorrel", "Tamar", "Thistle", "Umber", "Vesper"),
    *("Willet", "Yarrow", "Zephyr"),
)
_ENDINGS = (
    *("beck", "combe", "croft", "fenn", "gale", "garth", "holt", "howe", "lorn", "mere"),
    *("moss", "quay", "rill", "stead", "strand", "tarn", "thorn", "wick", "wold", "worth"),
)
_CHILDREN = (
    *("Adaeze", "Anahí", "Bao", "Camila", "Darius", "Emiko", "Farid", "Imani", "Itzel"),
    *("Joaquín", "Kwame", "Leilani", "Marisol", "Mei-Lin", "Nayeli", "Omari", "Priya", "Rafa"),
    *("Soledad", "Tavian", "Xóchitl", "Yusuf", "Zora"),
)
_NOTES = (
    "{child} explained a second strategy at the board.",
    "Sat with {child}, who had finished early and helped the next table.",
    '{child} asked: "why does the slope stay the same?"',
    "Warm-up ran long, synthesis was cut; {child} still shared an idea.",
    "Teacher pressed {child} to justify the answer.",
)


def school_names(
    rng: np.random.Generator, titles: npt.NDArray[np.object_]
) -> npt.NDArray[np.object_]:
    """One name a title ("Middle School", …), no two alike; past 600 they are numbered."""
    places = np.array([first + last for first in _BEGINNINGS for last in _ENDINGS], object)
    rng.shuffle(places)
    lap, place = np.divmod(np.arange(len(titles)), len(places))
    number = np.array([f" {lap + 1}" if lap else "" for lap in range(int(lap.max()) + 1)], object)
    return places[place] + " " + titles + number[lap]


def notes(rng: np.random.Generator, size: int, noted: float) -> pd.Series:
    """`size` notes, each naming an invented child; a share of `noted` of them is not blank."""
    every = np.array([note.format(child=child) for note in _NOTES for child in _CHILDREN], object)
    text = every[rng.integers(len(every), size=size)]
    return pd.Series(np.where(rng.random(size) < noted, text, ""), dtype=object)
