"""Conforming chunks: answers and codes, by value maps and crosswalks."""

from __future__ import annotations

from tests.unit.reading.conforming import MAPS, USUAL, contract, refused, unmapped


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
