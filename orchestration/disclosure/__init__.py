"""Disclosure control: from restricted marts to publishable tables, frame to frame.

What is here hides cells under the minimum n. Secondary suppression, coding and the audit join it;
until they do, no school rows are published.
"""

from orchestration.disclosure.derived import Standing, beside_cells, cells
from orchestration.disclosure.kinds import ADDED_MEANS, Declared, Kind, PublishableTable
from orchestration.disclosure.suppression import publishable
from orchestration.disclosure.tables import PUBLISHABLE

__all__ = [
    "ADDED_MEANS",
    "PUBLISHABLE",
    "Declared",
    "Kind",
    "PublishableTable",
    "Standing",
    "beside_cells",
    "cells",
    "publishable",
]
