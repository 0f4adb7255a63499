"""Conforming chunks: types, maps, reasons, pseudonyms; no disk."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest

from orchestration.reading.chunks import Chunk, Rejects
from orchestration.reading.conform import Conformed, Conformer
from orchestration.reading.contracts import Contract
from orchestration.reading.errors import FileRefused
from orchestration.reading.rules import Rules, TermDates

SPRING = TermDates("2021-22-spring", date(2022, 2, 1), date(2022, 6, 30))
MAPS = {"materials": {"yes": "as_designed", "no": "none"}, "yn": {"Y": "yes", "N": "no"}}
USUAL = {
    "observation_id": "o1",
    "observed_on": "2022-03-01",
    "school_id": "s1",
    "class_id": "c1",
    "observer_id": "coach",
    "materials": "yes",
}


def contract(**changes) -> Contract:
    fields = {name: {"column": name} for name in USUAL if name != "materials"}
    fields |= {
        "minutes_observed": {"column": "minutes_observed"},
        "teacher_id": {"column": "teacher_id"},
        "grade": {"column": "grade"},
    }
    told = {
        "name": "ours",
        "version": 1,
        "source": "observations",
        "description": "",
        "fields": fields | changes.pop("fields", {}),
        "answers": {"materials": {"column": "materials", "map": "materials"}},
        "identifying": ["teacher_id", "observer_id"],
    }
    return Contract.model_validate(told | changes)


def unmapped(source: str, columns: Iterable[str]) -> Contract:
    """A contract by which each field is the column of its name."""
    told = {"name": "ours", "version": 1, "source": source, "description": ""}
    return Contract.model_validate(told | {"fields": {name: {"column": name} for name in columns}})


@pytest.fixture
def conform(con, key) -> Callable[..., Conformed]:
    def conform(
        *rows: dict[str, str],
        contract: Contract,
        crosswalks: dict[str, dict[str, str]] | None = None,
        erased: frozenset[str] = frozenset(),
        term: TermDates = SPRING,
        file: str = "visits.csv",
        rejects: Rejects | None = None,
    ) -> Conformed:
        columns = {name: None for row in rows for name in row} or USUAL
        cells = pa.table(
            {name: pa.array([row.get(name, "") for row in rows], pa.string()) for name in columns}
        )
        rules = Rules(contract, MAPS, crosswalks or {}, term, key, erased)
        conformer = Conformer(con, rules, file=file, sha256="f" * 64, header=tuple(columns))
        lines = np.arange(2, 2 + len(rows))
        chunk = Chunk(cells.select(conformer.columns), lines, rejects or Rejects.none())
        return conformer.conform(chunk)

    return conform


def refused(conformed: Conformed) -> list[tuple[int, str]]:
    table = conformed.refused
    return list(zip(table["line"].to_pylist(), table["reason"].to_pylist(), strict=True))


def test_cells_are_trimmed_and_typed_and_people_hashed(conform, key):
    row = USUAL | {
        "school_id": " 0012 ",
        "minutes_observed": "45",
        "teacher_id": " T-Smith\t",
        "grade": "",
    }
    made = conform(row, contract=contract())
    assert made.accepted.to_pylist() == [
        {
            "observation_id": "o1",
            "observed_on": date(2022, 3, 1),
            "school_id": "0012",
            "class_id": "c1",
            "grade": None,
            "course": None,
            "teacher_id": key.pseudonym("educator", "t-smith"),
            "observer_id": key.pseudonym("educator", "coach"),
            "observer_role": None,
            "observer_org": None,
            "co_observation_id": None,
            "minutes_observed": 45,
            "unit": None,
            "lesson": None,
            "answers": [{"item": "materials", "text": "yes", "code": "as_designed"}],
            "term": "2021-22-spring",
            "file_sha256": "f" * 64,
            "line": 2,
        }
    ]
    assert not refused(made)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"class_id": "  "}, "class_id: required, but blank"),
        ({"observer_id": ""}, "observer_id: required, but blank"),
        ({"observation_id": ""}, "observation_id: required, but blank"),
        ({"observed_on": ""}, "observed_on: required, but blank"),
        ({"observed_on": "2022-02-29"}, "observed_on: not a date (expected YYYY-MM-DD)"),
        ({"observed_on": "03/01/2022"}, "observed_on: not a date (expected YYYY-MM-DD)"),
        ({"observed_on": "infinity"}, "observed_on: not a date (expected YYYY-MM-DD)"),
        ({"observed_on": "22-03-01"}, "observed_on: not a date (expected YYYY-MM-DD)"),
        (
            {"observed_on": "2022-01-31"},
            "observed_on: outside the term (2022-02-01 to 2022-06-30)",
        ),
        (
            {"observed_on": "2022-07-01"},
            "observed_on: outside the term (2022-02-01 to 2022-06-30)",
        ),
        ({"materials": ""}, "materials: required, but blank"),
        ({"materials": "?"}, "materials: a code that no value map knows (map materials)"),
        ({"minutes_observed": "45.5"}, "minutes_observed: not a whole number"),
        ({"minutes_observed": "x", "materials": "?"}, "minutes_observed: not a whole number"),
        ({"minutes_observed": "x", "class_id": ""}, "class_id: required, but blank"),
    ],
)
def test_a_refused_row_has_its_first_problem_in_the_template_s_order(conform, changed, reason):
    made = conform(USUAL, USUAL | changed, contract=contract())
    assert refused(made) == [(3, reason)]
    assert made.reasons == {reason: 1}
    assert made.accepted["line"].to_pylist() == [2]


@pytest.mark.parametrize("day", ["2022-02-01", "2022-06-30"])
def test_a_term_includes_its_first_and_last_day(conform, day):
    assert conform(USUAL | {"observed_on": day}, contract=contract()).accepted.num_rows == 1


def test_a_refused_row_is_kept_as_it_stood(conform):
    row = USUAL | {"materials": ' "odd"\n', "grade": "é"}
    made = conform(row, contract=contract())
    kept = json.loads(made.refused["row"][0].as_py())
    assert kept == row


def test_columns_that_differ_in_case_alone_are_two(conform):
    ours = contract(fields={"school_id": {"column": "ID"}, "class_id": {"column": "id"}})
    row = USUAL | {"ID": "s", "id": "c", "materials": "?"}
    kept = json.loads(conform(row, contract=ours).refused["row"][0].as_py())
    assert (kept["ID"], kept["id"]) == ("s", "c")


def test_reasons_name_the_column_where_it_is_not_the_field(conform):
    ours = contract(fields={"class_id": {"column": "Section"}})
    made = conform(USUAL | {"Section": ""}, contract=ours)
    assert refused(made) == [(2, "class_id (column Section): required, but blank")]


def test_nothing_of_a_refused_row_remains_beside_those_that_stand(conform, key):
    bad = USUAL | {"teacher_id": "gone", "materials": "canary", "school_id": "canary-school"}
    made = conform(USUAL, bad, contract=contract())
    dictionaries = [
        column.chunk(0).dictionary.to_pylist()
        for column in made.accepted.columns
        if pa.types.is_dictionary(column.type)
    ]
    answers = made.accepted["answers"].chunk(0).flatten()
    dictionaries += [answers.field(name).dictionary.to_pylist() for name in ("text", "code")]
    held = {value for values in dictionaries for value in values}
    assert not held & {"canary", "canary-school", key.pseudonym("educator", "gone")}


def test_dates_are_read_as_the_contract_declares(conform):
    ours = contract(fields={"observed_on": {"column": "observed_on", "date": "%m/%d/%Y"}})
    made = conform(
        USUAL | {"observed_on": "3/4/2022"}, USUAL | {"observed_on": "31/3/2022"}, contract=ours
    )
    assert made.accepted["observed_on"].to_pylist() == [date(2022, 3, 4)]
    assert refused(made) == [(3, "observed_on: not a date (expected MM/DD/YYYY)")]


def test_several_formats_are_tried_in_order(conform):
    formats = ["%Y-%m-%d", "%d.%m.%Y"]
    ours = contract(fields={"observed_on": {"column": "observed_on", "date": formats}})
    rows = [USUAL | {"observed_on": text} for text in ("2022-03-04", "04.03.2022", "?")]
    made = conform(*rows, contract=ours)
    assert made.accepted["observed_on"].to_pylist() == [date(2022, 3, 4)] * 2
    assert refused(made)[0][1] == "observed_on: not a date (expected YYYY-MM-DD or DD.MM.YYYY)"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("%Y-%m-%dT%H:%M:%S.%f%z", "2022-03-04T20:10:00.000-08:00"),
        ("%Y-%m-%dT%H:%M:%S%z", "2022-03-04T20:10:00Z"),
        ("%Y/%m/%d %I:%M:%S %p %Z", "2022/03/04 8:10:00 PM PST"),
        ("%Y/%m/%d %I:%M:%S %p %Z", "2022/03/04 8:10:00 PM GMT-8"),
        ("%m/%d/%Y %H:%M %Z", "3/4/2022 20:10 GMT+5:30"),
    ],
)
def test_a_day_is_the_one_where_the_time_was_written(conform, written, text):
    ours = contract(fields={"observed_on": {"column": "observed_on", "date": written}})
    made = conform(USUAL | {"observed_on": text}, contract=ours)
    assert made.accepted["observed_on"].to_pylist() == [date(2022, 3, 4)]


@pytest.mark.parametrize("text", ["2022-03-04 20:10", "2022-03-04 8:10 PM", "2022-03-04 20:10 ?"])
def test_a_zone_that_is_declared_has_to_stand_there(conform, text):
    formats = ["%Y-%m-%d", "%Y-%m-%d %H:%M %Z"]
    ours = contract(fields={"observed_on": {"column": "observed_on", "date": formats}})
    made = conform(USUAL | {"observed_on": text}, contract=ours)
    expected = "observed_on: not a date (expected YYYY-MM-DD or YYYY-MM-DD HH:MM zone)"
    assert refused(made) == [(2, expected)]


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("+7", 7), ("-7", -7), ("7.0", 7), ("007", 7), ("", None)]
)
def test_whole_numbers_may_look_as_spreadsheets_write_them(conform, text, number):
    made = conform(USUAL | {"minutes_observed": text}, contract=contract())
    assert made.accepted["minutes_observed"].to_pylist() == [number]


@pytest.mark.parametrize("text", ["7,5", "1e3", "٧", "9" * 20, "0x7", "7.5"])
def test_what_is_no_whole_number_is_refused(conform, text):
    made = conform(USUAL | {"minutes_observed": text}, contract=contract())
    assert refused(made) == [(2, "minutes_observed: not a whole number")]


def test_answers_keep_their_text_and_order_and_blanks_are_none(conform):
    ours = contract(
        answers={
            "pack": {"column": "pack", "map": "yn"},
            "materials": {"column": "materials", "map": "materials"},
            "free": {"column": "free"},
            "absent": {"column": "not in the file"},
        }
    )
    made = conform(
        USUAL | {"pack": "Y", "free": ""},
        USUAL | {"pack": "", "free": " as is ", "materials": "no"},
        contract=ours,
    )
    assert [
        [(one["item"], one["text"], one["code"]) for one in answers]
        for answers in made.accepted["answers"].to_pylist()
    ] == [
        [("pack", "Y", "yes"), ("materials", "yes", "as_designed")],
        [("materials", "no", "none"), ("free", "as is", "as is")],
    ]


def test_an_unknown_code_quarantines_in_an_optional_item_too(conform):
    answers = {"materials": {"column": "materials"}, "pack": {"column": "pack", "map": "yn"}}
    made = conform(USUAL | {"pack": "perhaps"}, contract=contract(answers=answers))
    assert refused(made) == [(2, "pack: a code that no value map knows (map yn)")]


def test_a_contract_may_give_unmapped_values_a_code(conform):
    grade = {"grade": {"column": "grade", "map": "yn", "unmapped": "other"}}
    rows = [USUAL | {"grade": text} for text in ("Y", "?", "")]
    made = conform(*rows, contract=contract(fields=grade))
    assert made.accepted["grade"].to_pylist() == ["yes", "other", None]


def test_a_contract_may_keep_texts_that_a_map_does_not_know(conform):
    grade = {"grade": {"column": "grade", "map": "yn", "unmapped": "keep"}}
    rows = [USUAL | {"grade": text} for text in ("y", " Perhaps ", "")]
    made = conform(*rows, contract=contract(fields=grade))
    assert made.accepted["grade"].to_pylist() == ["yes", "Perhaps", None]


def test_an_answer_may_be_one_code_for_every_row(conform):
    ours = contract(answers={"materials": {"constant": "none"}, "pack": {"column": "pack"}})
    made = conform(USUAL | {"pack": "x"}, USUAL | {"pack": ""}, contract=ours)
    assert [
        [(one["item"], one["text"], one["code"]) for one in answers]
        for answers in made.accepted["answers"].to_pylist()
    ] == [[("materials", "none", "none"), ("pack", "x", "x")], [("materials", "none", "none")]]


def test_a_person_s_id_may_be_joined_from_several_columns(conform, key):
    ours = contract(
        fields={"teacher_id": {"columns": ["first", "middle", "last"]}},
        identifying=["first", "middle", "last", "observer_id"],
    )
    rows = [
        USUAL | {"first": " Ada ", "middle": "", "last": "Byron"},
        USUAL | {"first": "", "middle": " ", "last": "Byron"},
        USUAL | {"first": "", "middle": "", "last": ""},
    ]
    made = conform(*rows, contract=ours)
    assert made.accepted["teacher_id"].to_pylist() == [
        key.pseudonym("educator", "ada byron"),
        key.pseudonym("educator", "byron"),
        None,
    ]


def test_an_optional_field_joined_from_columns_that_are_not_all_there_is_blank(conform):
    ours = contract(fields={"teacher_id": {"columns": ["first", "last"]}})
    assert conform(USUAL | {"first": "Ada"}, contract=ours).accepted["teacher_id"].null_count == 1


def test_reasons_name_every_column_of_a_field(conform):
    ours = contract(fields={"observer_id": {"columns": ["first", "last"]}})
    made = conform(USUAL | {"first": "", "last": " "}, contract=ours)
    assert refused(made) == [(2, "observer_id (columns first, last): required, but blank")]


def test_a_class_may_stand_under_its_teacher_s_pseudonym(conform, key):
    ours = contract(fields={"class_id": {"pseudonym_of": "teacher_id"}})
    made = conform(USUAL | {"teacher_id": "T1"}, USUAL | {"teacher_id": ""}, contract=ours)
    assert made.accepted["class_id"].to_pylist() == [key.pseudonym("educator", "t1")]
    assert made.accepted["teacher_id"].to_pylist() == [key.pseudonym("educator", "t1")]
    assert refused(made) == [(3, "class_id: required, but blank")]


def test_a_text_that_was_kept_from_a_spreadsheet_is_what_the_spreadsheet_shows(conform, key):
    guarded = USUAL | {"school_id": ' ="007" ', "teacher_id": '="0042"', "grade": '="7"x'}
    made = conform(guarded, USUAL | {"school_id": '=""'}, contract=contract())
    assert made.accepted["school_id"].to_pylist() == ["007"]
    assert made.accepted["teacher_id"].to_pylist() == [key.pseudonym("educator", "0042")]
    assert made.accepted["grade"].to_pylist() == ['="7"x']
    assert refused(made) == [(3, "school_id: required, but blank")]
    kept = json.loads(made.refused["row"][0].as_py())
    assert kept["school_id"] == '=""'


def test_a_field_with_codes_has_one_of_them_whether_a_map_gave_it_or_not(conform):
    row = {"session_id": "p1", "educator_id": "e1", "school_id": "s1", "role": "coach"}
    rows = [row | {"attended": text} for text in ("yes", "Yes", "")]
    made = conform(*rows, contract=unmapped("pl_attendance", rows[0]))
    assert made.accepted["attended"].to_pylist() == ["yes"]
    assert refused(made) == [
        (3, "attended: none of the codes yes, no"),
        (4, "attended: required, but blank"),
    ]


def test_a_school_s_level_is_one_of_those_that_strata_are_made_of(conform):
    row = {"school_id": "1", "school_name": "A", "local_district": "", "valid_from": "2020-07-01"}
    rows = [row | {"level": text} for text in ("span", "K-12")]
    made = conform(*rows, contract=unmapped("schools", rows[0]))
    assert made.accepted["level"].to_pylist() == ["span"]
    assert refused(made) == [(3, "level: none of the codes elementary, middle, high, span")]


def test_a_value_map_knows_a_text_in_another_case_unless_case_tells_two_apart(conform):
    MAPS["cased"] = {"M": "male", "m": "metre", "Kg": "kilogram"}
    grade = {"grade": {"column": "grade", "map": "cased", "unmapped": "?"}}
    rows = [USUAL | {"grade": text} for text in ("M", "m", "KG", "kg", "g")]
    made = conform(*rows, contract=contract(fields=grade))
    assert made.accepted["grade"].to_pylist() == ["male", "metre", "kilogram", "kilogram", "?"]


def test_constants_the_folder_and_the_file_s_name_fill_fields(conform):
    ours = contract(
        fields={
            "class_id": {"constant": " c9 "},
            "unit": {"from": "landing_term"},
            "lesson": {"from": "file_name"},
        }
    )
    made = conform(USUAL, contract=ours).accepted
    assert (made["class_id"][0].as_py(), made["unit"][0].as_py()) == ("c9", "2021-22-spring")
    assert made["lesson"][0].as_py() == "visits.csv"


def test_a_crosswalk_fills_a_field_and_leaves_it_blank_where_it_knows_nothing(conform):
    ours = contract(
        fields={
            "school_id": {"column": "Name", "crosswalk": "names"},
            "grade": {"column": "Name", "crosswalk": "grades"},
        }
    )
    walks = {"names": {"North": "s7"}, "grades": {}}
    made = conform(
        USUAL | {"Name": " North "}, USUAL | {"Name": "South"}, contract=ours, crosswalks=walks
    )
    assert made.accepted["school_id"].to_pylist() == ["s7"]
    assert made.accepted["grade"].to_pylist() == [None]
    assert refused(made) == [(3, "school_id (column Name): required, but blank")]


def test_rows_of_erased_people_are_dropped_whether_good_or_bad(conform, key):
    rows = [
        USUAL,
        USUAL | {"teacher_id": "T1"},
        USUAL | {"observer_id": " t1", "class_id": ""},
        USUAL | {"class_id": ""},
    ]
    made = conform(*rows, contract=contract(), erased=frozenset({key.pseudonym("educator", "t1")}))
    assert made.erased == 2
    assert made.accepted["line"].to_pylist() == [2]
    assert refused(made) == [(5, "class_id: required, but blank")]


def test_rejected_records_join_the_refused_in_line_order_without_their_text(conform):
    rejects = Rejects(np.array([1, 9]), pa.array(["row: x", "row: y"]))
    made = conform(USUAL | {"class_id": ""}, contract=contract(), rejects=rejects)
    assert [line for line, _ in refused(made)] == [1, 2, 9]
    assert made.refused["row"].null_count == 2


def test_a_row_s_own_time_and_its_file_s_are_told_apart(conform):
    ours = contract(
        versioned_by={
            "row": {"column": "changed", "timestamp": "%Y-%m-%d %H:%M"},
            "file": {"pattern": r"_(\d{8})\.", "timestamp": "%Y%m%d"},
        }
    )
    rows = [USUAL | {"changed": "2022-03-02 10:30"}, USUAL | {"changed": "lately"}]
    made = conform(*rows, contract=ours, file="visits_20220401.csv")
    assert made.stamps.to_pylist() == [
        {"row_time": datetime(2022, 3, 2, 10, 30), "file_time": datetime(2022, 4, 1)}
    ]
    assert refused(made) == [(3, "changed: not a date and time (expected YYYY-MM-DD HH:MM)")]
    with pytest.raises(FileRefused, match="its name carries no export time as contract ours"):
        conform(USUAL | {"changed": ""}, contract=ours, file="visits.csv")


def test_a_file_s_time_may_stand_in_a_column(conform):
    ours = contract(versioned_by={"file": {"column": "exported"}})
    made = conform(USUAL | {"exported": "2022-04-01T00:00:00"}, contract=ours)
    assert made.stamps["file_time"].to_pylist() == [datetime(2022, 4, 1)]
    assert made.stamps["row_time"].null_count == 1


def test_rows_without_an_id_are_told_apart_by_their_hash_and_ordinal(con, key):
    ours = contract(fields={"observation_id": {"from": "row_hash"}})
    rules = Rules(ours, MAPS, {}, SPRING, key)

    def ids(*chunks: list[str]) -> list[str]:
        conformer = Conformer(con, rules, file="a", sha256="f" * 64, header=tuple(USUAL))
        found = []
        for classes in chunks:
            rows = {name: [value] * len(classes) for name, value in USUAL.items()}
            rows["class_id"] = classes
            cells = pa.table(
                {name: pa.array(rows[name], pa.string()) for name in conformer.columns}
            )
            chunk = Chunk(cells, np.arange(len(classes)), Rejects.none())
            found += conformer.conform(chunk).accepted["observation_id"].to_pylist()
        return found

    whole = ids(["a", "b", "a", "a", "c"])
    assert len(set(whole)) == 5
    assert whole[2:4] == [f"{whole[0]}-2", f"{whole[0]}-3"]
    assert ids(["a", "b"], ["a"], [], ["a", "c"]) == whole
    assert ids(["a ", "b"]) == whole[:2]


def test_a_chunk_without_rows_conforms_to_none(conform):
    made = conform(contract=contract())
    assert (made.accepted.num_rows, made.refused.num_rows, made.erased) == (0, 0, 0)
