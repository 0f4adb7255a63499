"""What a publication cannot be rebuilt from any more is named; the rest is tests/pipeline's."""

from __future__ import annotations

import os
import stat

from click.testing import CliRunner

from orchestration import reproducing
from orchestration.cli import main
from orchestration.outcome import Finished
from orchestration.publishing import publish

FALL, SPRING = "2021-22-fall", "2021-22-spring"


def test_each_file_that_is_gone_from_landing_is_named_by_its_hash(home, release):
    publish(home, release(FALL))
    publish(home, release(SPRING))
    (home.landing / "roster").mkdir()
    (home.landing / "roster" / "anything.csv").write_text("class_id\n", encoding="utf-8")
    done = CliRunner().invoke(
        main, ["reproduce", f"{SPRING}-001"], env={"UPTAKE_HOME": str(home.root)}
    )
    assert done.exit_code == 1
    assert done.stdout == ""
    fall, spring = done.stderr.splitlines()
    assert fall.startswith(f"{FALL}, released in {FALL}-001: not rebuilt. ")
    assert f"Its file of roster, {FALL}, with the SHA-256 roster {FALL} is no longer" in fall
    assert SPRING not in fall
    assert f"Its file of roster, {SPRING}, with the SHA-256 roster {SPRING} is no longer" in spring
    assert not list(home.warehouse.glob("reproduce-*"))


def test_it_is_rebuilt_in_a_private_home_of_exactly_its_files_that_is_gone_afterwards(
    home, release, monkeypatch
):
    """A file here holds what stands for its hash."""
    publish(home, release(FALL))
    for place in (f"kept/{FALL}.csv", f"roster/{FALL}/own.csv", "schools/all.csv", "other/new.csv"):
        path = home.landing / place
        path.parent.mkdir(parents=True)
        source = place.split("/")[0].replace("kept", "observations")
        path.write_text("240" if source == "schools" else f"{source} {FALL}", encoding="utf-8")
    (home.secrets / "hash.key").write_text("key", encoding="utf-8")
    word = home.verdicts / "roster" / "a-b.accepted.json"
    word.parent.mkdir()
    word.write_text("{}", encoding="utf-8")
    seen = {}

    def run(settings, *, terms, as_of):
        own = settings.home
        seen["environment"] = os.environ["UPTAKE_HOME"] == str(own.root)
        seen["as of"] = (terms, as_of.isoformat())
        seen["mode"] = stat.S_IMODE(own.root.stat().st_mode)
        seen["landing"] = sorted(
            path.relative_to(own.landing).as_posix() for path in own.landing.rglob("*.csv")
        )
        seen["simulated"] = (own.landing / ".simulated").read_text(encoding="utf-8").split()
        seen["key"] = (own.secrets / "hash.key").read_text(encoding="utf-8")
        seen["accepted"] = (own.verdicts / "roster" / word.name).is_file()
        return Finished(3, ("A gate held it.",))

    monkeypatch.setattr(reproducing, "run", run)
    monkeypatch.setattr(reproducing, "file_sha256", lambda path: path.read_text(encoding="utf-8"))
    before = os.environ.get("UPTAKE_HOME")
    made = reproducing.reproduce(reproducing.Settings(home), f"{FALL}-001")
    laid = [f"observations/{FALL}/{FALL}.csv", f"roster/{FALL}/own.csv", "schools/all.csv"]
    assert seen == {
        "environment": True,
        "as of": ((), "2021-12-15"),
        "mode": 0o700,
        "landing": laid,
        "simulated": laid,
        "key": "key",
        "accepted": True,
    }
    assert os.environ.get("UPTAKE_HOME") == before
    assert not list(home.warehouse.glob("reproduce-*"))
    (one,) = made.slices
    assert (one.state, one.because) == (
        "not rebuilt", ("Rebuilding it ended with 3. A gate held it.",),
    )  # fmt: skip
