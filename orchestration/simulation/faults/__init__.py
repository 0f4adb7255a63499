"""Named faults, planted into simulated exports: what a district does wrong, and what must say so.

    landed export ── a fault's damage ── the export as it would come ── the expectation that is
                                                                        about it

`table` declares them; `rows` and `files` have the damages, functions of an export; `planting`
reads and writes landing.
"""

from orchestration.simulation.faults.declared import Fault, PlantedFault
from orchestration.simulation.faults.planting import plant
from orchestration.simulation.faults.table import FAULTS

__all__ = ["FAULTS", "Fault", "PlantedFault", "plant"]
