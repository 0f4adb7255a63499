"""What holds data back is explained the same everywhere, by the names of its files alone."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from expectations.acceptances import Acceptance
from expectations.suites import suite_for
from expectations.verdicts import Outcome, Verdict, outcome_of
from orchestration.assets.verdicts import as_check_result
from orchestration.explaining import as_markdown, explain, held_sentence
from orchestration.reading.accounts import Account

TERM = "2021-22-spring"
FEWER = "classes_are_no_fewer_than_two_thirds_of_last_years"
COMMAND = f'uptake run --accept {FEWER} --term {TERM} --because "…" --by NAME'


def account(*names: str, refused: str | None = None, term: str = TERM) -> Account:
    none = dict.fromkeys(
        ("rows_read", "rows_accepted", "rows_quarantined", "rows_superseded", "rows_erased"), 0
    )
    stored = {"path": "raw/a.parquet", "sha256": "a" * 64, "rows": 0}
    files: list[dict[str, Any]] = [
        {
            "file": name, "sha256": "b" * 64, "bytes": 1, "contract": "canonical",
            "refused": refused, "reasons": {}, "extra_columns": [], "missing_items": [], **none,
        }
        for name in names
    ]  # fmt: skip
    return Account.model_validate(
        {
            "source": "schools" if term == "all" else "roster", "term": term, "inputs": "i",
            "reader_version": 1, "key_id": "k", "raw": stored, "quarantine": stored,
            "files": files,
        }
    )  # fmt: skip


def verdict(table: str = "raw_roster", term: str = TERM, **observed: str) -> Verdict:
    """A verdict by which these expectations fail with what they observed; the others hold."""
    outcomes = tuple(
        Outcome(
            name=one.name,
            severity=one.severity,
            passed=one.name not in observed,
            observed=observed.get(one.name, "0"),
            expected="at most 5%",
            rows=1200 if one.name in observed else 0,
            means=one.means,
            why=one.why,
            do=one.do,
        )
        for one in suite_for(table).expectations
    )
    return Verdict(
        table=table, term=term, fingerprint="f", compared={}, suite="s",
        outcome=outcome_of(outcomes), expectations=outcomes,
    )  # fmt: skip


def accepted(one: Verdict, name: str) -> Verdict:
    word = Acceptance(expectation=name, by="A. Judge", because="It is so.", on=date(2022, 7, 1))
    return one.model_copy(update={"accepted": (word,)})


def test_what_holds_a_partition_back_is_told_whole() -> None:
    (one,) = explain(verdict(few_rows_are_quarantined="file 2: 12%"), account("a.csv", "b.csv"))
    lines = held_sentence(one).splitlines()
    assert lines[0] == (
        f"roster, {TERM} is not admitted. few_rows_are_quarantined: found b.csv: 12%, expected "
        "at most 5% (1,200 rows)."
    )
    assert lines[1].strip().startswith("It means: At most a small share of each file's rows")
    assert lines[2].strip() == f"Files: landing/roster/{TERM}/b.csv"
    assert lines[3].strip().startswith("What to do: Read the reasons in quarantine")
    assert len(lines) == 4


def test_where_a_person_may_judge_the_command_is_told_and_nowhere_else() -> None:
    held = verdict(**{FEWER: "0.5 times", "few_rows_are_quarantined": "file 1: 9%"})
    told = {one.expectation: one for one in explain(held, account("a.csv"))}
    assert told[FEWER].accept == COMMAND
    assert COMMAND in held_sentence(told[FEWER])
    assert told["few_rows_are_quarantined"].accept is None
    assert "--accept" not in held_sentence(told["few_rows_are_quarantined"])


def test_schools_are_of_no_term_that_a_command_could_name() -> None:
    name = "few_versions_were_chosen_by_their_hash"
    held = verdict("raw_schools", "all", **{name: "file 1: 30%"})
    (one,) = explain(held, account("schools.csv", term="all"))
    assert one.accept == f'uptake run --accept {name} --because "…" --by NAME'
    assert one.files == ("landing/schools/schools.csv",)


def test_what_could_not_be_judged_nobody_may_accept() -> None:
    held = verdict(**{FEWER: "could not be judged (TypeError)"})
    outcomes = tuple(
        one.model_copy(update={"judged": False}) if one.name == FEWER else one
        for one in held.expectations
    )
    (one,) = explain(held.model_copy(update={"expectations": outcomes}), account("a.csv"))
    assert (one.state, one.accept) == ("held", None)


def test_where_no_file_is_named_all_of_the_partition_are() -> None:
    (one,) = explain(verdict(**{FEWER: "0.5 times"}), account("a.csv", "b.csv", "c.csv", "d.csv"))
    assert len(one.files) == 4
    assert any(line.endswith("c.csv and 1 more") for line in one.details())


def test_a_refused_file_is_told_with_its_reason() -> None:
    held = verdict(every_file_was_read="file 1: 1")
    (one,) = explain(held, account("a.csv", refused="a.csv is no text."))
    assert "Refused: a.csv is no text." in one.details()


def test_a_name_of_a_file_does_nothing_to_a_terminal() -> None:
    held = verdict(few_rows_are_quarantined="file 1: 9%")
    (one,) = explain(held, account("a\x1b[2J\n.csv"))
    assert "\x1b" not in held_sentence(one)
    assert held_sentence(one).startswith(
        f"roster, {TERM} is not admitted. few_rows_are_quarantined: found a\ufffd[2J\ufffd.csv: 9%"
    )


def test_what_holds_comes_before_what_was_accepted_and_that_before_what_only_warns() -> None:
    failing = verdict(
        **{
            FEWER: "0.5 times",
            "no_row_is_quarantined": "file 1: 60",
            "few_rows_are_quarantined": "file 1: 9%",
        }
    )
    told = explain(accepted(failing, FEWER), account("a.csv"))
    assert [(one.expectation, one.state) for one in told] == [
        ("few_rows_are_quarantined", "held"),
        (FEWER, "accepted"),
        ("no_row_is_quarantined", "warned"),
    ]
    assert told[1].judged == "Accepted by A. Judge on 2022-07-01: It is so."
    assert told[1].accept is None


def test_a_mart_has_no_file_and_is_not_released() -> None:
    (one,) = explain(verdict("mart_coverage", counts_are_not_negative="3 of 36 rows"))
    assert one.files == ()
    assert held_sentence(one).startswith(f"mart_coverage, {TERM} is not released. counts_are_not")


def test_for_programs_it_is_plain_data() -> None:
    failing = accepted(verdict(**{FEWER: "0.5 times"}), FEWER)
    (one,) = explain(failing, account("a.csv"))
    told = json.loads(json.dumps(one.as_object()))
    assert told["files"] == [f"landing/roster/{TERM}/a.csv"]
    assert (told["state"], told["observed"], told["rows"]) == ("accepted", "0.5 times", 1200)
    assert told["accepted"] == {
        "expectation": FEWER, "by": "A. Judge", "because": "It is so.", "on": "2022-07-01",
    }  # fmt: skip


def test_as_a_table_every_row_has_its_cells_whatever_a_file_is_called() -> None:
    told = explain(verdict(few_rows_are_quarantined="file 1: 9%"), account("a|b.csv"))
    lines = as_markdown(told).splitlines()
    assert len(lines) == 3
    assert len({line.count("|") for line in lines}) == 1
    assert as_markdown([]) == "Every expectation holds."


@pytest.mark.parametrize(
    ("is_accepted", "severity", "said"),
    [
        (False, "ERROR", f"Blocked: {TERM}, {FEWER}: found 0.5"),
        (True, "WARN", "0 warning(s), 1 fai"),
    ],
)
def test_a_dagster_check_tells_what_blocks_and_what_was_accepted(
    is_accepted: bool, severity: str, said: str
) -> None:
    one = verdict(**{FEWER: "0.5 times"})
    one = accepted(one, FEWER) if is_accepted else one
    result = as_check_result([one], explain(one, account("a.csv")))
    assert (result.passed, result.severity.value) == (False, severity)
    assert result.description is not None
    assert result.description.startswith(said)
    told = str(result.metadata["not passed"].value)
    assert f"landing/roster/{TERM}/a.csv" in told
    assert (COMMAND in told) == (not is_accepted)
    assert ("A. Judge" in str(result.metadata["accepted"].value)) == is_accepted
