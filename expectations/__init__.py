"""The suites: what is expected of each table, one module a table, and verdicts on what is found.

`declared` says what a suite is; `raw_*` and `mart_*` are the suites, on `profile` (a raw partition
counted) and `estimate_rows` (a mart's rows related to each other). `frames` makes those by DuckDB,
`running` judges them with Great Expectations, which is imported only then, `verdicts` keeps what
was said, `acceptances` what a person lets pass all the same, and `judging` finds a verdict or
computes it.
"""

from expectations.judging import (
    Partition,
    find_mart_verdict,
    find_raw_verdict,
    mart_verdict,
    raw_verdict,
)
from expectations.suites import SUITES, describe, suite_for
from expectations.verdicts import Outcome, Verdict

__all__ = [
    "SUITES",
    "Outcome",
    "Partition",
    "Verdict",
    "describe",
    "find_mart_verdict",
    "find_raw_verdict",
    "mart_verdict",
    "raw_verdict",
    "suite_for",
]
