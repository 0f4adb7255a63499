"""A damage for each expectation on a raw partition: what it must find, and what else finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from orchestration.reading.problems import excluded
from tests.unit.expectations.raw_cases import RawCase, answer, day

Damage = Callable[[RawCase], None]
Found = tuple[Damage, set[str]]
"""A damage, and the other expectations that find it too."""

SOURCES = (
    "schools",
    "roster",
    "observations",
    "student_survey",
    "teacher_survey",
    "pl_sessions",
    "pl_attendance",
)
PLACED = ("roster", "observations", "student_survey", "teacher_survey", "pl_attendance")
SURVEYS = ("student_survey", "teacher_survey")
WITH_ANSWERS = ("observations", *SURVEYS)
ON_ROSTER = {
    "observations": {"nearly_all_classrooms_are_on_the_roster"},
    "student_survey": {"nearly_all_classrooms_are_on_the_roster"},
    "teacher_survey": {"nearly_all_classrooms_are_on_the_roster"},
}


def change(rows: slice, **values: Any) -> Damage:
    """These values in some of the rows."""

    def damage(case: RawCase) -> None:
        for row in case.rows[rows]:
            row.update(values)

    return damage


def refuse_a_file(case: RawCase) -> None:
    case.files.append({**case.files[0], "sha256": "c" * 64, "refused": "It is no text."})
    case.files[-1].update(dict.fromkeys(("rows_read", "rows_accepted"), 0))


def lose_a_row(case: RawCase) -> None:
    case.files[0]["rows_read"] += 1


def quarantine(rows: int, of: int, reason: str = "row: of a kind of its own") -> Damage:
    def damage(case: RawCase) -> None:
        case.files[1].update(rows_read=of, rows_quarantined=rows)
        case.files[1]["rows_superseded"] = of - rows - case.files[1]["rows_accepted"]
        case.files[1]["reasons"] = {f"quarantined: {reason}": rows}

    return damage


def conflicts(rows: int, of: int) -> Damage:
    def damage(case: RawCase) -> None:
        case.files[0].update(rows_read=of, rows_superseded=of - case.files[0]["rows_accepted"])
        case.files[0]["reasons"] = {"superseded: conflict": rows}

    return damage


def an_extra_column(case: RawCase) -> None:
    case.files[0]["extra_columns"] = ["colour"]


def a_missing_item(case: RawCase) -> None:
    case.files[0]["missing_items"] = ["col"]


def unknown_schools(rows: int, of: int) -> Damage:
    def damage(case: RawCase) -> None:
        case.files[1].update(rows_read=of, rows_superseded=of - case.files[1]["rows_accepted"])
        for row in case.from_file(2)[:rows]:
            row["school_id"] = "S9"
        for row in case.beside.get("roster", [])[: 2 * rows]:
            row["school_id"] = "S9" if row["class_id"].endswith(("-1", "-3", "-5")) else "S1"

    return damage


def blank_a_required_column(case: RawCase) -> None:
    column = {
        "schools": "school_name",
        "roster": "course",
        "observations": "observed_on",
        "student_survey": "recorded_on",
        "teacher_survey": "recorded_on",
        "pl_sessions": "held_on",
        "pl_attendance": "role",
    }
    case.rows[0][column[case.source]] = None


def repeat_a_key(case: RawCase) -> None:
    case.add(dict(case.rows[0]))


def contradict_the_account(case: RawCase) -> None:
    case.files[0]["rows_read"] -= 1
    case.files[0]["rows_accepted"] -= 1


def leave_only_headers(case: RawCase) -> None:
    case.rows.clear()
    case.beside.clear()
    for one in case.files:
        one.update(rows_read=0, rows_accepted=0)


def double_in_a_year(case: RawCase) -> None:
    case.beside["last_year"] = case.beside["last_year"][:110]


def date_them_alike(case: RawCase) -> None:
    column = {"observations": "observed_on", "pl_sessions": "held_on"}
    change(slice(0, 125), **{column.get(case.source, "recorded_on"): day(0)})(case)


def rename_classes(rows: int) -> Damage:
    def damage(case: RawCase) -> None:
        for row in case.rows[:rows]:
            row["class_id"] = f"elsewhere {row['class_id']}"

    return damage


def silence_the_south(case: RawCase) -> None:
    case.beside["schools"][3]["local_district"] = "East"
    for row in case.rows:
        if row["school_id"] == "S4":
            row["school_id"] = "S3"
    if "class_id" in case.rows[0]:
        for row in case.rows:
            row["class_id"] = row["class_id"].replace("S4", "S3")


def rename_teachers(column: str) -> Damage:
    def damage(case: RawCase) -> None:
        for row in case.rows[:200]:
            row[column] = f"anew {row[column]}"

    return damage


def answer_alike(item: str, code: str) -> Damage:
    """Everybody gives one answer to an item."""

    def damage(case: RawCase) -> None:
        for row in case.rows:
            row["answers"] = [one for one in row["answers"] if one["item"] != item]
            row["answers"].append(answer(item, code))

    return damage


def leave_blank(item: str) -> Damage:
    """Most leave an item blank."""

    def damage(case: RawCase) -> None:
        for row in case.rows[:125]:
            row["answers"] = [one for one in row["answers"] if one["item"] != item]

    return damage


def recode(codes: Mapping[str, str], *items: str) -> Damage:
    """Answers by other codes: those to some items, or to all on scales of these codes."""

    def damage(case: RawCase) -> None:
        for row in case.rows:
            row["answers"] = [
                answer(one["item"], codes.get(one["code"], one["code"]))
                if one["item"] in items or not items
                else one
                for one in row["answers"]
            ]

    return damage


def favour(case: RawCase) -> None:
    """Both years are large and favourable; then this one is read from the other end."""
    more = [
        {
            **row,
            "response_id": f"{copy}-{row['response_id']}",
            "respondent_id": None,
            "recorded_on": day(number + 7 * copy),
        }
        for copy in range(1, 5)
        for number, row in enumerate(case.rows)
    ]
    case.add(*more)
    case.beside["last_year"] += [dict(row) for row in more]
    for rows in (case.rows, case.beside["last_year"]):
        for row in rows:
            row["answers"] = [
                answer(one["item"], _raised(one)) if one["code"] in "1234" else one
                for one in row["answers"]
            ]
    recode(TURNED)(case)


TURNED = {"1": "4", "2": "3", "3": "2", "4": "1"}


def _raised(one: dict[str, str]) -> str:
    is_negative = one["item"] in ("math_not_for_me", "materials_too_complex")
    moved = {"1": "1", "2": "1", "3": "2", "4": "3"} if is_negative else {"1": "2", "2": "3"}
    return moved.get(one["code"], one["code"])


def move_last_year(case: RawCase) -> None:
    """Last year they kept to the lower half of one item's scale."""
    item = "want_challenge" if case.source == "student_survey" else "pl_useful"
    for row in case.beside["last_year"]:
        row["answers"] = [
            answer(item, "1" if one["code"] in "123" else "2") if one["item"] == item else one
            for one in row["answers"]
        ]


def fill_down(case: RawCase) -> None:
    """Most forms have one answer to everything, another for each."""
    for number, row in enumerate(case.rows[:150]):
        row["answers"] = [
            answer(one["item"], str(1 + number % 4)) if one["code"] in "1234" else one
            for one in row["answers"]
        ]


def send_again(case: RawCase) -> None:
    key = {"observations": "observation_id", "pl_sessions": "session_id"}.get(
        case.source, "response_id"
    )
    case.add(*({**row, key: f"again {row[key]}"} for row in case.rows[:165]))


def answer_again(case: RawCase) -> None:
    """Some answer a second time, otherwise, in their school."""
    case.add(
        *(
            {**row, "response_id": f"again {number}", "recorded_on": day(number + 40)}
            for number, row in enumerate(case.rows[::8])
        )
    )


def answer_elsewhere(case: RawCase) -> None:
    case.rows[0]["respondent_id"] = case.rows[239]["respondent_id"]


def crowd(rows: int) -> Damage:
    """The first school's responses are more than its people, by other respondents each."""

    def damage(case: RawCase) -> None:
        case.beside["roster"] = [
            {**row, "students": 1, "teacher_id": f"teacher {number}"}
            for number, row in enumerate(case.beside["roster"])
        ]
        case.add(
            *(
                {
                    **case.rows[number],
                    "response_id": f"more {number}",
                    "respondent_id": None,
                    "recorded_on": day(number + 7),
                    "answers": case.rows[number]["answers"],
                }
                for number in range(rows)
            )
        )

    return damage


def overlap_spells(case: RawCase) -> None:
    case.rows[0]["valid_to"] = date(2022, 1, 1)
    case.add({**case.rows[0], "valid_from": date(2022, 1, 1), "valid_to": None})


def unassign_a_school(case: RawCase) -> None:
    case.rows[0]["local_district"] = " "


def support_nobody(case: RawCase) -> None:
    for row in case.rows:
        row["support_provider"] = " "


def add_an_unrostered_local_district(case: RawCase) -> None:
    case.beside["schools"].append(
        {**case.beside["schools"][0], "school_id": "S5", "local_district": "East"}
    )


def lose_a_school(case: RawCase) -> None:
    for row in case.rows:
        if row["school_id"] == "S2":
            row["school_id"] = "S1"
            row["class_id"] = f"once {row['class_id']}"


def lose_classes(case: RawCase) -> None:
    """Last year there were half as many again, and one more, in the same schools."""
    then = case.beside["last_year"]
    then += [{**row, "class_id": f"once {row['class_id']}"} for row in then[:121]]


def keep_last_years_classes(case: RawCase) -> None:
    for row, then in zip(case.rows[:130], case.beside["last_year"], strict=False):
        row.update(then)


def shrink_the_roster(case: RawCase) -> None:
    """All visits are to a hundred classes, and there are no others."""
    case.beside["roster"] = case.beside["roster"][:100]
    for number, row in enumerate(case.rows):
        other = case.rows[number % 100]
        row.update({name: other[name] for name in ("school_id", "class_id", "teacher_id")})


def observe_oneself(case: RawCase) -> None:
    case.rows[7]["observer_id"] = case.rows[7]["teacher_id"]


def see_no_materials(rows: int) -> Damage:
    def damage(case: RawCase) -> None:
        for row in case.rows[:rows]:
            row["answers"][0] = answer("materials", "not_observed")

    return damage


def hold_it_elsewhere(case: RawCase) -> None:
    case.rows[0]["local_district"] = "Norht"


def take_a_place_twice(case: RawCase) -> None:
    case.rows[2]["sequence"] = case.rows[0]["sequence"]


def forget_sessions(rows: int) -> Damage:
    def damage(case: RawCase) -> None:
        case.beside["pl_sessions"] = case.beside["pl_sessions"][rows:]

    return damage


def list_one_session_more(case: RawCase) -> None:
    listed = case.beside["pl_sessions"]
    case.beside["pl_sessions"] = [*listed, {**listed[0], "session_id": "one more"}]


def everybody(attended: str) -> Damage:
    return change(slice(None), attended=attended)


ITEM = {"observations": "col", "student_survey": "like_hard", "teacher_survey": "pl_useful"}
NEGATIVE = {"student_survey": "math_not_for_me", "teacher_survey": "materials_too_complex"}
PERSON = {
    "observations": "teacher_id",
    "teacher_survey": "respondent_id",
    "pl_attendance": "educator_id",
}
QUARANTINED = {"no_row_is_quarantined"}
REASONS = {
    "rows_are_text_in_utf8": "row: not UTF-8 text",
    "rows_have_all_their_cells": "row: fewer cells than the header's 9",
    "dates_lie_in_the_term": "held_on: outside the term (2022-02-01 to 2022-06-30)",
    "dates_and_numbers_are_such": "hours: not a number",
    "answers_and_codes_are_known": "role: a code that no value map knows (map role)",
    "required_cells_are_filled": "school_id: required, but blank",
}

CROWDED = {
    "responses_are_no_more_than_those_asked",
    "no_school_has_more_responses_than_people",
}
SENT_AGAIN = {
    "observations": set(),
    "student_survey": {"few_respondents_answer_again"},
    "teacher_survey": {"few_respondents_answer_again"} | CROWDED,
    "pl_sessions": set(),
}

SHARED: Mapping[str, Found] = {
    "every_file_was_read": (refuse_a_file, set()),
    "every_row_is_accounted_for": (lose_a_row, set()),
    "few_rows_are_quarantined": (quarantine(51, 1000), QUARANTINED),
    "no_row_is_quarantined": (quarantine(50, 1000), set()),
    "most_rows_are_responses": (quarantine(501, 1000, excluded("Status", "a preview")), set()),
    "few_versions_were_chosen_by_their_hash": (
        conflicts(101, 1000),
        {"no_version_was_chosen_by_its_hash"},
    ),
    "no_version_was_chosen_by_its_hash": (conflicts(100, 1000), set()),
    "every_column_is_known": (an_extra_column, set()),
    "required_columns_are_filled": (blank_a_required_column, set()),
    "keys_are_unique": (repeat_a_key, set()),
    "account_and_rows_agree": (contradict_the_account, set()),
    "files_are_not_all_empty": (leave_only_headers, set()),
    **{name: (quarantine(50, 1000, reason), QUARANTINED) for name, reason in REASONS.items()},
}
IN_SCHOOLS: Mapping[str, Found] = {
    "few_rows_are_of_unknown_schools": (
        unknown_schools(3, 149),
        {"no_row_is_of_an_unknown_school"},
    ),
    "no_row_is_of_an_unknown_school": (unknown_schools(3, 150), set()),
}


DAMAGES: dict[tuple[str, str], Found] = {
    **{(source, name): found for source in SOURCES for name, found in SHARED.items()},
    **{(source, name): found for source in PLACED for name, found in IN_SCHOOLS.items()},
    **{(source, "volume_is_like_last_years"): (double_in_a_year, set()) for source in SOURCES[1:]},
    **{
        (source, "dates_are_spread_over_the_term"): (date_them_alike, set())
        for source in (*WITH_ANSWERS, "pl_sessions")
    },
    **{
        (source, "most_classrooms_are_on_the_roster"): (rename_classes(121), also)
        for source, also in ON_ROSTER.items()
    },
    **{
        (source, "nearly_all_classrooms_are_on_the_roster"): (rename_classes(13), set())
        for source in ON_ROSTER
    },
    **{
        (source, "every_local_district_has_rows"): (
            silence_the_south,
            CROWDED if source == "teacher_survey" else set(),
        )
        for source in PLACED[1:]
    },
    **{
        (source, "most_teachers_are_on_the_roster"): (rename_teachers(column), set())
        for source, column in PERSON.items()
    },
    **{(source, "every_item_has_its_column"): (a_missing_item, set()) for source in WITH_ANSWERS},
    **{(source, "items_are_answered"): (leave_blank(item), set()) for source, item in ITEM.items()},
    **{
        (source, "answers_differ"): (
            answer_alike(item, "3"),
            {"every_answer_of_a_scale_is_given"},
        )
        for source, item in ITEM.items()
    },
    **{
        (source, "every_answer_of_a_scale_is_given"): (
            recode({"4": "3"}, *ITEM.values()),
            set(),
        )
        for source in WITH_ANSWERS
    },
    ("observations", "items_of_a_form_agree"): (recode({"0": "1", "1": "0"}, "ca1_a"), set()),
    **{
        (source, "items_of_a_form_agree"): (recode(TURNED, item), set())
        for source, item in NEGATIVE.items()
    },
    **{
        (source, "no_scale_is_turned_round"): (
            favour,
            {"answers_are_like_last_years", "every_answer_of_a_scale_is_given"}
            | (CROWDED if source == "teacher_survey" else set()),
        )
        for source in SURVEYS
    },
    **{(source, "answers_are_like_last_years"): (move_last_year, set()) for source in SURVEYS},
    **{
        (source, "forms_are_not_all_alike"): (fill_down, {"items_of_a_form_agree"})
        for source in SURVEYS
    },
    **{
        (source, "responses_have_an_answer"): (change(slice(0, 13), answers=[]), set())
        for source in SURVEYS
    },
    **{
        (source, "few_rows_are_copies_under_other_ids"): (send_again, also)
        for source, also in SENT_AGAIN.items()
    },
    **{(source, "few_respondents_answer_again"): (answer_again, set()) for source in SURVEYS},
    **{
        (source, "respondents_answer_for_one_school"): (answer_elsewhere, set())
        for source in SURVEYS
    },
    **{
        (source, "responses_are_no_more_than_those_asked"): (crowd(80), CROWDED)
        for source in SURVEYS
    },
    **{
        (source, "no_school_has_more_responses_than_people"): (crowd(19), set())
        for source in SURVEYS
    },
    ("schools", "spells_do_not_overlap"): (overlap_spells, set()),
    ("schools", "every_school_has_a_local_district"): (unassign_a_school, set()),
    ("schools", "somebody_supports_a_school"): (support_nobody, set()),
    ("roster", "class_sizes_are_plausible"): (change(slice(0, 6), students=0), set()),
    ("roster", "mathematics_is_taught"): (change(slice(None), subject="other"), set()),
    ("roster", "every_local_district_has_a_roster"): (add_an_unrostered_local_district, set()),
    ("roster", "schools_of_last_year_are_rostered"): (lose_a_school, set()),
    ("roster", "classes_are_no_fewer_than_two_thirds_of_last_years"): (
        lose_classes,
        {"volume_is_like_last_years"},
    ),
    ("roster", "classes_are_not_last_years"): (keep_last_years_classes, set()),
    ("roster", "teachers_are_known_from_last_year"): (rename_teachers("teacher_id"), set()),
    ("observations", "visits_are_in_proportion_to_the_roster"): (shrink_the_roster, set()),
    ("observations", "nobody_observes_their_own_class"): (observe_oneself, set()),
    ("observations", "visits_last_as_long_as_lessons"): (
        change(slice(0, 6), minutes_observed=2700),
        set(),
    ),
    ("observations", "materials_were_looked_at"): (
        see_no_materials(240),
        {"materials_were_seldom_not_observed", "answers_differ"},
    ),
    ("observations", "materials_were_seldom_not_observed"): (see_no_materials(49), set()),
    ("observations", "visits_are_shared_among_observers"): (
        change(slice(0, 80), observer_id="observer 0"),
        set(),
    ),
    ("pl_sessions", "sessions_have_their_hours"): (change(slice(0, 13), hours=None), set()),
    ("pl_sessions", "sessions_last_hours"): (change(slice(0, 1), hours=-2), set()),
    ("pl_sessions", "hours_are_counted_in_hours"): (
        change(slice(0, 121), hours=90),
        {"sessions_last_hours"},
    ),
    ("pl_sessions", "sessions_are_held_for_local_districts"): (hold_it_elsewhere, set()),
    ("pl_sessions", "places_in_a_sequence_are_taken_once"): (take_a_place_twice, set()),
    ("pl_attendance", "few_rows_are_of_unknown_sessions"): (
        forget_sessions(20),
        {"no_row_is_of_an_unknown_session"},
    ),
    ("pl_attendance", "no_row_is_of_an_unknown_session"): (forget_sessions(19), set()),
    ("pl_attendance", "some_come_and_some_do_not"): (everybody("yes"), set()),
    ("pl_attendance", "every_session_has_its_attendance"): (list_one_session_more, set()),
}
