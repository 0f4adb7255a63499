"""Conforming chunks: reasons, pseudonyms, and what becomes of rows; no disk."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from orchestration.reading.chunks import Chunk, Rejects
from orchestration.reading.conform import Conformer
from orchestration.reading.rules import Rules
from tests.unit.reading.conforming import MAPS, SPRING, USUAL, contract, refused


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
