"""What a publication cannot be rebuilt from any more is named; the rest is tests/pipeline's."""

from __future__ import annotations

from click.testing import CliRunner

from orchestration.cli import main
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
