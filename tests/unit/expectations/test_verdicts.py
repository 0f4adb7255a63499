"""A verdict belongs to exactly the content it judged, and nobody else's word is taken for it."""

import json
import shutil
import stat
from dataclasses import replace

import duckdb
import pytest

from expectations import (
    SUITES,
    find_mart_verdict,
    find_raw_verdict,
    judging,
    mart_verdict,
    raw_verdict,
    suites,
    verdicts,
)
from expectations.declared import BETWEEN, Frame
from orchestration.reading.pseudonyms import Key, load_key

TERM = "2021-22-spring"
CANARY = "canary-4711"


class Ran:
    """How often a suite has run."""

    def __init__(self, run):
        self.run, self.times = run, 0

    def __call__(self, *arguments):
        self.times += 1
        return self.run(*arguments)


@pytest.fixture
def ran(monkeypatch):
    counted = Ran(judging.run_suite)
    monkeypatch.setattr(judging, "run_suite", counted)
    return counted


def stored(home):
    return sorted(home.verdicts.glob("*/*.json"))


def rewrite(path, key, **values):
    """Edit a stored verdict and seal it with a key."""
    body = json.loads(path.read_text()) | values
    del body["seal"]
    path.write_text(json.dumps({**body, "seal": key.seal(body)}))


def faulty_roster(raw_case, tmp_path):
    case = raw_case("roster")
    case.files[0].update(rows_read=100, rows_quarantined=40)
    return case.write(tmp_path)


def test_a_verdict_is_computed_once_and_found_again(home, raw_case, tmp_path, ran):
    partition, admitted = raw_case("observations").write(tmp_path)
    assert find_raw_verdict(home, partition, admitted) is None
    verdict = raw_verdict(home, partition, admitted)
    assert (verdict.outcome, verdict.blocks) == ("passed", False)
    assert raw_verdict(home, partition, admitted) == verdict
    assert find_raw_verdict(home, partition, admitted) == verdict
    assert ran.times == 1


def test_a_verdict_names_all_that_it_looked_at(home, raw_case, tmp_path):
    partition, admitted = raw_case("observations").write(tmp_path)
    verdict = raw_verdict(home, partition, admitted)
    assert verdict.fingerprint == partition.account["raw"]["sha256"]
    assert set(verdict.compared) == {
        "account",
        "ends_on",
        "items",
        "schools",
        "roster",
        "last_year",
    }
    assert verdict.compared["roster"] == admitted["roster"][0]
    assert verdict.compared["ends_on"] == "2022-06-30"
    [path] = stored(home)
    assert path.parent.name == "raw_observations"
    assert path.name.startswith(verdict.fingerprint)
    assert path.name.endswith(f"-{verdict.suite}.json")


def test_the_group_may_read_verdicts(home, raw_case, tmp_path):
    raw_verdict(home, *raw_case("schools").write(tmp_path))
    [path] = stored(home)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o750


def test_a_verdict_leaves_nothing_but_itself(home, raw_case, tmp_path):
    raw_verdict(home, *raw_case("schools").write(tmp_path))
    assert [path.suffix for path in home.verdicts.glob("*/*")] == [".json"]


@pytest.mark.parametrize(
    "change", ["rows", "account", "roster", "no roster", "schools", "calendar"]
)
def test_another_content_has_another_verdict(change, home, raw_case, tmp_path, ran):
    case = raw_case("observations")
    raw_verdict(home, *case.write(tmp_path / "before"))
    if change == "rows":
        case.rows[0]["unit"] = "another"
    elif change == "account":
        case.files[0].update(rows_read=61, rows_superseded=1)
    elif change == "no roster":
        del case.beside["roster"]
    elif change == "calendar":
        home.registry.mkdir()
        home.registry.joinpath("terms.csv").write_text(
            "term,school_year,season,starts_on,ends_on,releases_on\n"
            f"{TERM},2021-22,spring,2022-02-01,2022-06-29,2022-07-15\n"
        )
    else:
        case.beside[change].append({**case.beside[change][0], "school_id": "S7"})
    partition, admitted = case.write(tmp_path / "after")
    assert find_raw_verdict(home, partition, admitted) is None
    raw_verdict(home, partition, admitted)
    assert ran.times == 2
    assert len(stored(home)) == 2


def test_file_names_are_no_part_of_the_content(home, raw_case, tmp_path, ran):
    case = raw_case("roster")
    raw_verdict(home, *case.write(tmp_path / "before"))
    case.files[0].update(file="renamed.csv", contract="another", extra_columns=[])
    raw_verdict(home, *case.write(tmp_path / "after"))
    assert ran.times == 1


def test_what_a_suite_does_not_compare_is_no_part_of_the_content(home, raw_case, tmp_path, ran):
    partition, _ = raw_case("schools").write(tmp_path)
    raw_verdict(home, partition, {})
    raw_verdict(home, partition, {"roster": ("f" * 64, partition.raw)})
    assert ran.times == 1


def test_a_suite_made_laxer_and_strict_again_finds_the_strict_verdict(
    home, raw_case, tmp_path, monkeypatch
):
    case = raw_case("roster")
    case.files.append({**case.files[0], "sha256": "c" * 64, "refused": "It is no text."})
    case.files[-1].update(rows_read=0, rows_accepted=0)
    partition, admitted = case.write(tmp_path)
    strict = raw_verdict(home, partition, admitted)
    suite = SUITES["raw_roster"]
    refused = replace(suite.expectations[0], severity="warning")
    laxer = replace(suite, expectations=(refused, *suite.expectations[1:]))
    with monkeypatch.context() as patched:
        patched.setitem(suites.SUITES, "raw_roster", laxer)
        assert find_raw_verdict(home, partition, admitted) is None
        assert raw_verdict(home, partition, admitted).outcome == "warned"
    assert strict.blocks
    assert find_raw_verdict(home, partition, admitted) == strict


def test_what_a_suite_once_let_pass_it_knows_again_whatever_lies_beside_it_now(
    home, raw_case, tmp_path, monkeypatch
):
    case = raw_case("observations")
    verdict = raw_verdict(home, *case.write(tmp_path))
    suite = SUITES["raw_observations"]
    assert verdicts.has_ever_passed(home, suite, TERM, verdict.fingerprint)
    assert not verdicts.has_ever_passed(home, suite, "2020-21-spring", verdict.fingerprint)
    assert not verdicts.has_ever_passed(home, suite, TERM, "0" * 64)
    assert not verdicts.has_ever_passed(
        home, replace(suite, expectations=suite.expectations[1:]), TERM, verdict.fingerprint
    )
    [path] = stored(home)
    rewrite(path, Key(b"another's"))
    assert not verdicts.has_ever_passed(home, suite, TERM, verdict.fingerprint)


def test_what_a_suite_never_let_pass_it_does_not_know(home, raw_case, tmp_path):
    verdict = raw_verdict(home, *faulty_roster(raw_case, tmp_path))
    assert verdict.blocks
    assert not verdicts.has_ever_passed(home, SUITES["raw_roster"], TERM, verdict.fingerprint)


@pytest.mark.parametrize(
    "forge",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: "[]",
        lambda text: "null",
        lambda text: text.replace('"failed"', '"passed"'),
        lambda text: text.replace('"passed": false', '"passed": true'),
        lambda text: text.replace("40", "0"),
    ],
    ids=["cut", "empty", "list", "null", "outcome", "expectation", "number"],
)
def test_an_edited_verdict_is_not_believed(forge, home, raw_case, tmp_path):
    partition, admitted = faulty_roster(raw_case, tmp_path)
    verdict = raw_verdict(home, partition, admitted)
    [path] = stored(home)
    whole = path.read_text()
    path.write_text(forge(whole))
    assert path.read_text() != whole
    assert find_raw_verdict(home, partition, admitted) is None
    assert raw_verdict(home, partition, admitted) == verdict
    assert path.read_text() == whole


@pytest.mark.parametrize(
    "values",
    [
        {"outcome": "passed"},
        {"expectations": [], "outcome": "passed"},
        {"term": "2020-21-spring"},
        {"fingerprint": "0" * 64},
        {"suite": "0" * 16},
        {"compared": {}},
        {"table": "raw_schools"},
        {"signed_by": "nobody"},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_verdict_that_contradicts_itself_or_its_name_is_not_believed_though_its_seal_fits(
    values, home, raw_case, tmp_path
):
    partition, admitted = faulty_roster(raw_case, tmp_path)
    verdict = raw_verdict(home, partition, admitted)
    rewrite(stored(home)[0], load_key(home), **values)
    assert find_raw_verdict(home, partition, admitted) is None
    assert raw_verdict(home, partition, admitted) == verdict


def test_a_forged_verdict_is_not_believed_though_all_of_it_fits(home, raw_case, tmp_path):
    partition, admitted = faulty_roster(raw_case, tmp_path)
    verdict = raw_verdict(home, partition, admitted)
    [path] = stored(home)
    written = json.loads(path.read_text())["expectations"]
    forged = {"outcome": "passed", "expectations": [{**one, "passed": True} for one in written]}
    rewrite(path, Key(b"of somebody else"), **forged)
    assert find_raw_verdict(home, partition, admitted) is None
    assert raw_verdict(home, partition, admitted) == verdict
    rewrite(path, load_key(home), **forged)  # so that it is the key that tells
    assert not raw_verdict(home, partition, admitted).blocks


def test_a_verdict_under_anothers_name_is_not_believed(home, raw_case, tmp_path):
    raw_verdict(home, *raw_case("roster").write(tmp_path / "sound"))
    [sound] = stored(home)
    partition, admitted = faulty_roster(raw_case, tmp_path / "faulty")
    raw_verdict(home, partition, admitted)
    [faulty] = set(stored(home)) - {sound}
    shutil.copy(sound, faulty)
    assert find_raw_verdict(home, partition, admitted) is None
    assert raw_verdict(home, partition, admitted).blocks


def test_a_deleted_verdict_is_computed_again(home, raw_case, tmp_path, ran):
    partition, admitted = raw_case("schools").write(tmp_path)
    verdict = raw_verdict(home, partition, admitted)
    stored(home)[0].unlink()
    assert raw_verdict(home, partition, admitted) == verdict
    assert ran.times == 2


def test_what_could_not_be_judged_blocks_and_is_tried_again(
    home, raw_case, tmp_path, ran, monkeypatch
):
    suite = SUITES["raw_schools"]
    broken = Frame("select 'a' as label, 'text' as refused", is_profile=True)
    first = replace(suite.expectations[0], kwargs={"column": "refused", "max_value": 0})
    only = replace(suite, frames={"files": broken}, expectations=(first,))
    monkeypatch.setitem(suites.SUITES, "raw_schools", only)
    partition, admitted = raw_case("schools").write(tmp_path)
    assert raw_verdict(home, partition, admitted).blocks
    assert find_raw_verdict(home, partition, admitted) is None
    raw_verdict(home, partition, admitted)
    assert (ran.times, first.expectation) == (2, BETWEEN)


def test_rows_other_than_the_accounts_are_not_judged(home, raw_case, tmp_path):
    partition, admitted = raw_case("schools").write(tmp_path)
    partition.raw.write_bytes(b"something else")
    with pytest.raises(ValueError, match="so that the partition is read again"):
        raw_verdict(home, partition, admitted)
    assert stored(home) == []


def test_a_term_that_the_calendar_lacks_is_named(home, raw_case, tmp_path):
    case = raw_case("roster")
    case.term = "1999-00-fall"
    with pytest.raises(ValueError, match="'1999-00-fall' is no term"):
        raw_verdict(home, *case.write(tmp_path))


def test_a_raw_verdict_carries_no_value_of_a_row(home, raw_case, tmp_path):
    case = raw_case("observations")
    for number, row in enumerate(case.rows):
        for column in ("school_id", "class_id", "observer_id", "unit", "lesson"):
            row[column] = f"{CANARY}-{column}"
        row["observation_id"] = f"{CANARY}-{number // 2}"
        row["answers"] = [{"item": "materials", "text": CANARY, "code": "not_observed"}]
    case.files[0].update(
        file=f"{CANARY}.csv",
        refused=f"{CANARY} is no text.",
        rows_quarantined=40,
        reasons={f"superseded: conflict {CANARY}": 3, f"quarantined: {CANARY}": 40},
        extra_columns=[CANARY],
    )
    verdict = raw_verdict(home, *case.write(tmp_path))
    assert len([one for one in verdict.expectations if not one.passed]) > 10
    assert CANARY not in stored(home)[0].read_text()


def test_a_mart_verdict_is_found_again_by_its_content(home, build, tmp_path, opened, ran):
    for name in ("first", "second"):
        path = build.write(tmp_path / f"{name}.duckdb")
        with opened(path) as con:
            verdict = mart_verdict(home, con, "mart_adoption", TERM)
            assert find_mart_verdict(home, con, "mart_adoption", TERM) == verdict
    assert (ran.times, verdict.outcome) == (1, "passed")
    assert set(verdict.compared) == {"mart_coverage", "dim_measure", "raw.measure_values"}


def test_looking_up_never_computes(home, build, tmp_path, opened, ran):
    with opened(build.write(tmp_path / "build.duckdb")) as con:
        assert find_mart_verdict(home, con, "mart_adoption", TERM) is None
    assert (ran.times, stored(home)) == (0, [])


@pytest.mark.parametrize("table", ["mart_adoption", "mart_coverage"])
def test_a_mart_that_moved_on_has_no_verdict_yet(table, home, build, tmp_path, opened):
    with opened(build.write(tmp_path / "before.duckdb")) as con:
        mart_verdict(home, con, "mart_adoption", TERM)
    getattr(build, table)[0]["n_eligible"] += 1
    with opened(build.write(tmp_path / "after.duckdb")) as con:
        assert find_mart_verdict(home, con, "mart_adoption", TERM) is None


def test_another_terms_rows_do_not_unsettle_a_terms_verdict(home, build, tmp_path, opened):
    with opened(build.write(tmp_path / "before.duckdb")) as con:
        verdict = mart_verdict(home, con, "mart_coverage", TERM)
    build.mart_coverage += [{**row, "term": "2020-21-spring"} for row in build.mart_coverage]
    with opened(build.write(tmp_path / "after.duckdb")) as con:
        assert find_mart_verdict(home, con, "mart_coverage", TERM) == verdict


def test_terms_without_rows_keep_a_verdict_each(home, build, tmp_path, opened, ran):
    with opened(build.write(tmp_path / "build.duckdb")) as con:
        for term in ("2019-20-fall", "2019-20-winter"):
            mart_verdict(home, con, "mart_coverage", term)
        for term in ("2019-20-fall", "2019-20-winter"):
            assert find_mart_verdict(home, con, "mart_coverage", term).term == term
    assert ran.times == 2


def test_a_mart_verdict_blocks_on_an_impossible_figure(home, build, tmp_path, opened):
    build.row("mart_adoption", level="school")["ci_low"] = 0.95
    with opened(build.write(tmp_path / "build.duckdb")) as con:
        verdict = mart_verdict(home, con, "mart_adoption", TERM)
    assert (verdict.outcome, verdict.blocks) == ("failed", True)


def test_a_mart_verdict_carries_no_value_of_a_row(home, build, tmp_path, opened):
    for row in build.mart_adoption:
        row.update(unit_id=CANARY, unit_name=CANARY, subgroup=CANARY, presentation=CANARY)
        row.update(estimate=0.987654321, n=123456, ci_low=0.9912345)
    with opened(build.write(tmp_path / "build.duckdb")) as con:
        verdict = mart_verdict(home, con, "mart_adoption", TERM)
    assert len([one for one in verdict.expectations if not one.passed]) > 5
    text = stored(home)[0].read_text()
    for value in (CANARY, "987654", "123456", "123,456", "9912345"):
        assert value not in text


def test_judging_leaves_the_callers_connection_as_it_was(home, build, tmp_path, opened):
    with opened(build.write(tmp_path / "build.duckdb")) as con:
        mart_verdict(home, con, "mart_adoption", TERM)
        with pytest.raises(duckdb.CatalogException):
            con.execute("select * from judged")


def test_a_build_without_the_table_is_an_error_and_no_verdict(home):
    with duckdb.connect() as con, pytest.raises(duckdb.CatalogException):
        mart_verdict(home, con, "mart_adoption", TERM)
    assert stored(home) == []


def test_an_outcome_must_follow_from_its_expectations(home, raw_case, tmp_path):
    verdict = raw_verdict(home, *faulty_roster(raw_case, tmp_path))
    with pytest.raises(ValueError, match="does not follow"):
        verdicts.Verdict.model_validate(verdict.model_dump() | {"outcome": "passed"})
