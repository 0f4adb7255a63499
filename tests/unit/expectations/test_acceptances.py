"""A person's word passes one failing expectation of one verdict, and of no other."""

import json
import shutil
import stat
from dataclasses import replace
from datetime import date

import pytest

from expectations import SUITES, find_raw_verdict, raw_verdict, suites
from expectations.acceptances import Acceptance, acceptances_path
from expectations.verdicts import accept, verdict_path
from orchestration.reading.pseudonyms import Key, load_key
from tests.unit.expectations.raw_damages import conflicts, lose_classes, refuse_a_file

FEWER = "classes_are_no_fewer_than_two_thirds_of_last_years"
WORD = Acceptance(
    expectation=FEWER, by="A. Judge", because="Half of it has closed.", on=date(2022, 7, 1)
)


@pytest.fixture
def shrunk(raw_case):
    """A roster that has lost more than a third of its classes in a year."""
    case = raw_case("roster")
    lose_classes(case)
    return case


@pytest.fixture
def partition(shrunk, tmp_path):
    return shrunk.write(tmp_path / "shrunk")


def suite():
    return SUITES["raw_roster"]


def accepted(home, partition, word=WORD):
    return accept(home, suite(), raw_verdict(home, *partition), word)


def path_of(home, verdict):
    where = verdict_path(home, suite(), verdict.term, verdict.fingerprint, verdict.compared)
    return acceptances_path(where)


def rewrite(path, key, **values):
    """Edit an acceptance file, or a verdict's, and seal it with a key."""
    body = json.loads(path.read_text()) | values
    del body["seal"]
    path.write_text(json.dumps({**body, "seal": key.seal(body)}))


def test_what_a_person_accepts_no_longer_blocks_and_is_found_by_whoever_asks(home, partition):
    before = raw_verdict(home, *partition)
    assert (before.outcome, before.blocks, before.accepted) == ("failed", True, ())
    assert [one.name for one in before.holding] == [FEWER]
    after = accepted(home, partition)
    assert (after.outcome, after.blocks, after.accepted) == ("failed", False, (WORD,))
    assert find_raw_verdict(home, *partition) == raw_verdict(home, *partition) == after


def test_the_verdict_stays_as_it_was_judged(home, partition):
    verdict = raw_verdict(home, *partition)
    (kept,) = home.verdicts.glob("*/*.json")
    before = kept.read_bytes()
    accepted(home, partition)
    assert kept.read_bytes() == before
    assert set(home.verdicts.glob("*/*")) == {kept, path_of(home, verdict)}
    assert path_of(home, verdict).name == kept.name.replace(".json", ".accepted.json")


def test_the_group_may_read_acceptances(home, partition):
    verdict = accepted(home, partition)
    assert stat.S_IMODE(path_of(home, verdict).stat().st_mode) == 0o640


def test_a_verdict_that_is_lost_and_judged_again_finds_what_was_accepted_of_it(home, partition):
    accepted(home, partition)
    for path in home.verdicts.glob("*/*.json"):
        if ".accepted." not in path.name:
            path.unlink()
    assert not raw_verdict(home, *partition).blocks


def test_a_second_word_stands_in_place_of_the_first(home, partition):
    accepted(home, partition)
    other = WORD.model_copy(update={"by": "B. Judge"})
    assert accepted(home, partition, other).accepted == (other,)


def test_two_expectations_are_accepted_one_by_one(home, shrunk, tmp_path):
    conflicts(101, 1000)(shrunk)
    partition = shrunk.write(tmp_path)
    first = accepted(home, partition)
    assert [one.name for one in first.holding] == ["few_versions_were_chosen_by_their_hash"]
    other = WORD.model_copy(update={"expectation": "few_versions_were_chosen_by_their_hash"})
    second = accepted(home, partition, other)
    assert (second.blocks, second.accepted) == (False, (WORD, other))


def test_what_else_fails_still_blocks(home, shrunk, tmp_path):
    refuse_a_file(shrunk)
    verdict = accepted(home, shrunk.write(tmp_path))
    assert [one.name for one in verdict.holding] == ["every_file_was_read"]
    assert verdict.blocks


@pytest.mark.parametrize("change", ["rows", "account", "schools", "last year"])
def test_an_acceptance_dies_with_the_content_and_with_what_it_was_compared_with(
    change, home, shrunk, partition, tmp_path
):
    accepted(home, partition)
    if change == "rows":
        shrunk.rows[0]["course"] = "another"
    elif change == "account":
        first, *others = shrunk.files
        shrunk.files = [{**first, "rows_read": 121, "rows_superseded": 1}, *others]
    elif change == "schools":
        shrunk.beside["schools"].append({**shrunk.beside["schools"][0], "school_id": "S7"})
    else:
        shrunk.beside["last_year"].append({**shrunk.rows[0], "class_id": "one more"})
    moved_on = raw_verdict(home, *shrunk.write(tmp_path / "after"))
    assert (moved_on.blocks, moved_on.accepted) == (True, ())
    assert not raw_verdict(home, *partition).blocks


def test_an_acceptance_dies_with_the_suite(home, partition, monkeypatch):
    accepted(home, partition)
    first, *others = suite().expectations
    other = replace(suite(), expectations=(replace(first, do="Do something else."), *others))
    with monkeypatch.context() as patched:
        patched.setitem(suites.SUITES, "raw_roster", other)
        assert raw_verdict(home, *partition).blocks
    assert not raw_verdict(home, *partition).blocks


def test_nobody_accepts_what_no_person_may_judge(home, shrunk, tmp_path):
    refuse_a_file(shrunk)
    word = WORD.model_copy(update={"expectation": "every_file_was_read"})
    with pytest.raises(ValueError, match="none that a person may judge"):
        accepted(home, shrunk.write(tmp_path), word)


def test_nobody_accepts_what_did_not_fail(home, raw_case, tmp_path):
    with pytest.raises(ValueError, match="did not fail"):
        accepted(home, raw_case("roster").write(tmp_path))
    assert [path for path in home.verdicts.glob("*/*") if ".accepted." in path.name] == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: "[]",
        lambda text: "null",
        lambda text: "{}",
        lambda text: text.replace("A. Judge", "B. Judge"),
    ],
    ids=["cut", "empty", "list", "null", "nothing", "edited"],
)
def test_a_damaged_acceptance_is_none(damage, home, partition):
    path = path_of(home, accepted(home, partition))
    path.write_text(damage(path.read_text()))
    assert raw_verdict(home, *partition).blocks


def word(**values):
    return {"accepted": [WORD.model_dump(mode="json") | values]}


@pytest.mark.parametrize(
    "values",
    [
        {"term": "2020-21-spring"},
        {"fingerprint": "0" * 64},
        {"suite": "0" * 16},
        {"compared": {}},
        {"table": "raw_schools"},
        {"signed_by": "nobody"},
        word(expectation="every_file_was_read"),
        word(expectation="keys_are_unique"),
        word(expectation="volume_is_like_last_years"),
        word(expectation="classes_are_not_last_years"),
        word(because=" "),
        word(by=""),
        word(on="some day"),
        {"accepted": 2 * word()["accepted"]},
    ],
    ids=lambda values: json.dumps(values)[:60],
)
def test_an_acceptance_of_what_it_may_not_is_none_though_its_seal_fits(values, home, partition):
    path = path_of(home, accepted(home, partition))
    rewrite(path, load_key(home), **values)
    assert raw_verdict(home, *partition).accepted == ()
    assert raw_verdict(home, *partition).blocks


def test_a_forged_acceptance_is_none_though_all_of_it_fits(home, partition):
    path = path_of(home, accepted(home, partition))
    rewrite(path, Key(b"of somebody else"))
    assert raw_verdict(home, *partition).accepted == ()
    assert raw_verdict(home, *partition).blocks
    rewrite(path, load_key(home))  # so that it is the key that tells
    assert not raw_verdict(home, *partition).blocks


def test_one_that_nobody_may_judge_spoils_the_file_that_it_was_slipped_into(home, shrunk, tmp_path):
    refuse_a_file(shrunk)
    partition = shrunk.write(tmp_path)
    path = path_of(home, accepted(home, partition))
    slipped = WORD.model_dump(mode="json") | {"expectation": "every_file_was_read"}
    rewrite(path, load_key(home), accepted=[WORD.model_dump(mode="json"), slipped])
    assert len(raw_verdict(home, *partition).holding) == 2


def test_an_acceptance_under_anothers_name_is_none(home, shrunk, partition, tmp_path):
    path = path_of(home, accepted(home, partition))
    shrunk.rows[0]["course"] = "another"
    other = shrunk.write(tmp_path / "other")
    shutil.copy(path, path_of(home, raw_verdict(home, *other)))
    assert raw_verdict(home, *other).blocks


def test_a_verdict_that_accepts_itself_is_no_verdict(home, partition):
    raw_verdict(home, *partition)
    (kept,) = home.verdicts.glob("*/*.json")
    rewrite(kept, load_key(home), accepted=word()["accepted"])
    assert find_raw_verdict(home, *partition) is None
    assert raw_verdict(home, *partition).blocks
