"""Each expectation on a raw partition holds on clean rows and fails on the fault it is about."""

from datetime import date, timedelta

import pytest

from expectations.frames import raw_frames
from expectations.running import run_suite
from expectations.suites import SUITES, suite_for

SOURCES = ("schools", "roster", "observations")
PLACED = ("roster", "observations")


def judged(case, folder):
    partition, admitted = case.write(folder)
    suite = suite_for(f"raw_{case.source}")
    paths = {name: path for name, (_, path) in admitted.items()}
    frames = raw_frames(suite, partition, paths, case.ends_on, folder)
    return {one.name: one for one in run_suite(suite, frames)}


def failing(case, folder):
    return {name for name, one in judged(case, folder).items() if not one.passed}


def refuse_a_file(case):
    case.files.append({**case.files[0], "sha256": "c" * 64, "refused": "It is no text."})
    case.files[-1].update(dict.fromkeys(("rows_read", "rows_accepted"), 0))


def lose_a_row(case):
    case.files[0]["rows_read"] += 1


def quarantine(rows, of):
    def damage(case):
        case.files[1].update(rows_read=of, rows_quarantined=rows)
        case.files[1]["rows_superseded"] = of - rows - case.files[1]["rows_accepted"]

    return damage


def conflict(case):
    case.files[0]["rows_read"] += 1
    case.files[0]["rows_superseded"] += 1
    case.files[0]["reasons"] = {"superseded: conflict": 1}


def unknown_schools(rows, of):
    def damage(case):
        case.files[1].update(rows_read=of, rows_superseded=of - case.files[1]["rows_accepted"])
        for row in case.from_file(2)[:rows]:
            row["school_id"] = "S9"
        if case.source == "observations":
            case.beside["roster"] += [
                {
                    **case.beside["roster"][0],
                    "school_id": row["school_id"],
                    "class_id": row["class_id"],
                }
                for row in case.from_file(2)[:rows]
            ]

    return damage


def blank_a_required_column(case):
    column = {"schools": "school_name", "roster": "course", "observations": "observed_on"}
    case.rows[0][column[case.source]] = None


def repeat_a_key(case):
    case.rows.append(dict(case.rows[0]))
    case.files[0]["rows_read"] += 1
    case.files[0]["rows_accepted"] += 1


def contradict_the_account(case):
    case.files[0]["rows_read"] -= 1
    case.files[0]["rows_accepted"] -= 1


def leave_only_headers(case):
    case.rows.clear()
    case.beside.pop("last_year", None)
    case.beside.pop("schools", None)
    for one in case.files:
        one.update(rows_read=0, rows_accepted=0)


def triple_in_a_year(case):
    case.beside["last_year"] = case.beside["last_year"] * 3


def overlap_spells(case):
    case.rows[0]["valid_to"] = date(2022, 1, 1)
    case.rows.append({**case.rows[0], "valid_from": date(2022, 1, 1), "valid_to": None})
    case.files[0]["rows_read"] += 1
    case.files[0]["rows_accepted"] += 1


def unassign_a_school(case):
    case.rows[0]["local_district"] = " "


def empty_classes(case):
    for row in case.rows[:3]:
        row["students"] = 0


def add_an_unrostered_local_district(case):
    case.beside["schools"].append(
        {**case.beside["schools"][0], "school_id": "S5", "local_district": "East"}
    )


def visit_off_the_roster(rows):
    def damage(case):
        for row in case.rows[:rows]:
            row["class_id"] = f"elsewhere {row['class_id']}"

    return damage


def shrink_the_roster(case):
    case.beside["roster"] = case.beside["roster"][:100]
    kept = [(row["school_id"], row["class_id"]) for row in case.beside["roster"]]
    for number, row in enumerate(case.rows):
        row["school_id"], row["class_id"] = kept[number % len(kept)]
    for again in (1, 2):
        case.rows += [
            {**row, "observation_id": f"{row['observation_id']}-{again}"} for row in case.rows[:60]
        ]
    for one in case.files:
        one["rows_read"] = one["rows_accepted"] = len(case.rows) // 2


def see_no_materials(rows):
    def damage(case):
        for row in case.rows[:rows]:
            row["answers"] = [{"item": "materials", "text": "", "code": "not_observed"}]

    return damage


def let_one_observe(case):
    for row in case.rows[:60]:
        row["observer_id"] = "observer 0"


DAMAGES = {
    **{
        (source, name): (damage, also)
        for source in SOURCES
        for name, (damage, also) in {
            "every_file_was_read": (refuse_a_file, set()),
            "every_row_is_accounted_for": (lose_a_row, set()),
            "few_rows_are_quarantined": (quarantine(51, 1000), {"no_row_is_quarantined"}),
            "no_row_is_quarantined": (quarantine(50, 1000), set()),
            "no_version_was_chosen_by_its_hash": (conflict, set()),
            "required_columns_are_filled": (blank_a_required_column, set()),
            "keys_are_unique": (repeat_a_key, set()),
            "account_and_rows_agree": (contradict_the_account, set()),
            "files_are_not_all_empty": (leave_only_headers, set()),
        }.items()
    },
    **{
        (source, name): (damage, also)
        for source in PLACED
        for name, (damage, also) in {
            "few_rows_are_of_unknown_schools": (
                unknown_schools(3, 149),
                {"no_row_is_of_an_unknown_school"},
            ),
            "no_row_is_of_an_unknown_school": (unknown_schools(3, 150), set()),
            "volume_is_like_last_years": (triple_in_a_year, set()),
        }.items()
    },
    ("schools", "spells_do_not_overlap"): (overlap_spells, set()),
    ("schools", "every_school_has_a_local_district"): (unassign_a_school, set()),
    ("roster", "class_sizes_are_plausible"): (empty_classes, set()),
    ("roster", "every_local_district_has_a_roster"): (add_an_unrostered_local_district, set()),
    ("observations", "most_classrooms_are_on_the_roster"): (
        visit_off_the_roster(61),
        {"nearly_all_classrooms_are_on_the_roster"},
    ),
    ("observations", "nearly_all_classrooms_are_on_the_roster"): (visit_off_the_roster(7), set()),
    ("observations", "visits_are_in_proportion_to_the_roster"): (shrink_the_roster, set()),
    ("observations", "materials_were_looked_at"): (
        see_no_materials(120),
        {"materials_were_seldom_not_observed"},
    ),
    ("observations", "materials_were_seldom_not_observed"): (see_no_materials(25), set()),
    ("observations", "visits_are_shared_among_observers"): (let_one_observe, set()),
}


def test_every_expectation_on_a_raw_partition_has_a_damage():
    declared = {
        (table.removeprefix("raw_"), one.name)
        for table, suite in SUITES.items()
        if table.startswith("raw_")
        for one in suite.expectations
    }
    assert declared == set(DAMAGES)


@pytest.mark.parametrize("source", SOURCES)
def test_a_clean_partition_passes_everything(source, raw_case, tmp_path):
    assert failing(raw_case(source), tmp_path) == set()


@pytest.mark.parametrize(("source", "name"), DAMAGES)
def test_a_damage_fails_the_expectation_that_is_about_it(source, name, raw_case, tmp_path):
    damage, also = DAMAGES[source, name]
    case = raw_case(source)
    damage(case)
    assert failing(case, tmp_path) == {name} | also


@pytest.mark.parametrize("source", PLACED)
def test_a_partition_with_nothing_beside_it_is_judged_for_itself(source, raw_case, tmp_path):
    case = raw_case(source)
    case.beside = {"schools": case.beside["schools"]}
    assert failing(case, tmp_path) == set()


@pytest.mark.parametrize("source", PLACED)
def test_without_admitted_schools_every_row_is_of_an_unknown_one(source, raw_case, tmp_path):
    case = raw_case(source)
    del case.beside["schools"]
    outcome = judged(case, tmp_path)["few_rows_are_of_unknown_schools"]
    assert (outcome.passed, outcome.rows) == (False, 120)


def test_a_school_is_known_up_to_its_last_day(raw_case, tmp_path):
    case = raw_case("roster")
    case.beside["schools"][0]["valid_to"] = case.ends_on
    assert failing(case, tmp_path / "on it") == set()
    case.beside["schools"][0]["valid_to"] = case.ends_on - timedelta(days=1)
    assert "few_rows_are_of_unknown_schools" in failing(case, tmp_path / "before it")


def test_spells_that_meet_do_not_overlap(raw_case, tmp_path):
    case = raw_case("schools")
    overlap_spells(case)
    case.rows[0]["valid_to"] -= timedelta(days=1)
    assert failing(case, tmp_path) == set()


def test_a_partition_whose_files_were_removed_passes(raw_case, tmp_path):
    case = raw_case("observations")
    case.rows, case.files, case.beside = [], [], {}
    assert failing(case, tmp_path) == set()


def test_erased_rows_alone_do_not_keep_a_partition_out(raw_case, tmp_path):
    case = raw_case("observations")
    leave_only_headers(case)
    case.files[0].update(rows_read=3, rows_erased=3)
    assert failing(case, tmp_path) == set()


def test_a_few_visits_are_not_judged_by_shares(raw_case, tmp_path):
    case = raw_case("observations")
    case.rows, case.files = case.rows[:2], case.files[:1]
    case.files[0].update(rows_read=2, rows_accepted=2)
    del case.beside["last_year"]
    case.rows[0]["class_id"] = "not on the roster"
    see_no_materials(2)(case)
    assert failing(case, tmp_path) == set()


def test_an_outcome_names_the_file_and_counts_the_rows(raw_case, tmp_path):
    case = raw_case("roster")
    quarantine(120, 1000)(case)
    outcome = judged(case, tmp_path)["few_rows_are_quarantined"]
    assert (outcome.observed, outcome.expected) == ("file 2: 12%", "at most 5%")
    assert outcome.rows == 120


def test_an_outcome_that_holds_says_how_near_it_came(raw_case, tmp_path):
    case = raw_case("roster")
    quarantine(30, 1000)(case)
    assert judged(case, tmp_path)["few_rows_are_quarantined"].observed == "3%"
    assert judged(case, tmp_path)["volume_is_like_last_years"].observed == "1 times"
