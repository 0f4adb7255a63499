"""The benchmarks' harness: what it takes, and what it makes of it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from benchmarks.calibration.rivals import wilson_limits
from benchmarks.measuring import Contender, Measured, in_turn, ratio
from benchmarks.run_stages import stage_of

GRAB = "import sys; held = b'x' * (int(sys.argv[1]) << 20)"
NEST = "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]], check=True)"


def _python(name: str, *arguments: str) -> Contender:
    return Contender(name, [sys.executable, "-c", *arguments])


def test_memory_is_that_of_the_largest_process_a_command_waited_for() -> None:
    small, large, nested = in_turn(
        [
            _python("small", "pass"),
            _python("large", GRAB, "500"),
            _python("nested", NEST, GRAB, "500"),
        ],
        rounds=1,
    )
    # not less than this very process: see the package's docstring
    assert small.median_peak_mib < 400
    assert large.median_peak_mib > 500
    assert nested.median_peak_mib == pytest.approx(large.median_peak_mib, rel=0.1)


def test_every_round_runs_every_command_in_the_other_order_after_one_that_is_not_counted(
    tmp_path: Path,
) -> None:
    order: list[str] = []

    def noting(name: str) -> Contender:
        return Contender(name, [sys.executable, "-c", "pass"], before=lambda: order.append(name))

    measured = in_turn([noting("a"), noting("b")], rounds=2)
    assert order == ["b", "a", "a", "b", "b", "a"]
    assert [(one.name, len(one.seconds)) for one in measured] == [("a", 2), ("b", 2)]


def test_a_command_that_fails_ends_the_run_with_its_words() -> None:
    with pytest.raises(RuntimeError, match=r"(?s)^broken ended with exit code 1:.*no such luck"):
        in_turn([_python("broken", "raise SystemExit('no such luck')")], rounds=1)


def test_a_ratio_is_of_medians_and_tells_the_rounds_extremes() -> None:
    ours = Measured("ours", (3.0, 4.0, 8.0), (300.0, 300.0, 330.0))
    bare = Measured("bare", (1.0, 2.0, 2.0), (100.0, 150.0, 200.0))
    assert ratio(ours, bare) == {
        "seconds": 2.0,
        "seconds_least": 2.0,
        "seconds_most": 4.0,
        "peak_memory": 2.0,
    }


@pytest.mark.parametrize(
    ("step", "stage"),
    [
        ("raw__registry", "read"),
        ("raw__student_survey", "read"),
        ("raw__student_survey_suite", "admit"),
        ("raw__admitted", "admit"),
        ("dbt_build", "build"),
        ("mart_adoption_suite", "judge"),
        ("release__current", "release"),
        ("publishable", "publish"),
        ("publication", "publish"),
    ],
)
def test_every_step_of_a_run_belongs_to_a_stage(step: str, stage: str) -> None:
    assert stage_of(step) == stage


def test_wilsons_limits_are_those_of_statsmodels_and_of_measures() -> None:
    for n in (1, 5, 20, 263):
        counted = np.arange(n + 1)
        low, high = wilson_limits(counted / n, np.full(n + 1, float(n)))
        expected = proportion_confint(counted, n, method="wilson")
        np.testing.assert_allclose((low, high), expected, rtol=0, atol=1e-12)
    low, high = wilson_limits(np.array([81 / 263, 0.0]), np.array([263.0, 20.0]))
    assert [round(one, 4) for one in (low[0], high[0], low[1] + 0, high[1])] == [
        *(0.2553, 0.3662, 0.0, 0.1611)
    ]
