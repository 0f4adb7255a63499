"""How each answer of docs/cookbook.md is found another way: by pandas, from the landed exports."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from tests.pipeline.cookbook.classrooms import CHECKS as OF_CLASSROOMS
from tests.pipeline.cookbook.landed import District, landed_districts
from tests.pipeline.cookbook.people import CHECKS as OF_PEOPLE

__all__ = ["CHECKS", "District", "landed_districts"]

CHECKS: Mapping[int, Callable[[pd.DataFrame, District], None]] = {**OF_CLASSROOMS, **OF_PEOPLE}
"""A check for each recipe, by its number; it raises where the answer is another."""
