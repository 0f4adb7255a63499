"""How a gate that holds is told from something that is broken."""

from __future__ import annotations

import dagster as dg

GATE = "uptake/gate"


def blocked(sentence: str) -> dg.Failure:
    """A step's failure because the data is not fit: `uptake run` then exits 3, not 1."""
    return dg.Failure(sentence, metadata={GATE: True}, allow_retries=False)
