"""Every fault by its name."""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.simulation.faults.declared import Fault
from orchestration.simulation.faults.of_files import OF_FILES
from orchestration.simulation.faults.of_learning import OF_PROFESSIONAL_LEARNING
from orchestration.simulation.faults.of_rosters import OF_ROSTERS, OF_SCHOOLS
from orchestration.simulation.faults.of_surveys import OF_STUDENT_SURVEYS, OF_TEACHER_SURVEYS
from orchestration.simulation.faults.of_walkthroughs import OF_WALKTHROUGHS

FAULTS: Mapping[str, Fault] = {
    fault.name: fault
    for fault in (
        *OF_SCHOOLS,
        *OF_ROSTERS,
        *OF_FILES,
        *OF_WALKTHROUGHS,
        *OF_STUDENT_SURVEYS,
        *OF_TEACHER_SURVEYS,
        *OF_PROFESSIONAL_LEARNING,
    )
}
