"""A Qualtrics survey's definition gives numeric exports their texts."""

from __future__ import annotations

import json

import pytest
import yaml

from orchestration.reading.contract_files import load_contract
from orchestration.reading.definitions import DefinitionError, definition_codes
from orchestration.reading.errors import ContractError
from orchestration.reading.formats import open_file
from orchestration.reading.reads import Reads
from tests.paths import shared
from tests.unit.reading.reading import read


def decoded(name: str, definition: str) -> list[dict[str, str]]:
    """A real export's rows, with the texts of its definition."""
    codes = definition_codes(shared(f"real/qualtrics/{definition}"))
    reads = Reads(format="qualtrics").model_copy(update={"codes": codes})
    reader = open_file(shared(f"real/qualtrics/{name}"), reads)
    names = [one for one in reader.header if one]
    return [dict(zip(names, cells, strict=True)) for _, cells in read(reader)[0]]


@pytest.mark.parametrize("kind", ["insights_3header", "legacy_2header_bom"])
def test_recoded_answers_become_the_texts_of_their_choices(kind):
    rows = decoded(f"qtools_no_basis_{kind}.csv", "qtools_no_basis.qsf")
    assert [row["Q1"] for row in rows[:3]] == ["Awful", "Awful", "Great"]
    assert [rows[0][f"Q3_{n}"] for n in (1, 2, 3, 4)] == [
        "No Opinion",
        "Dislike",
        "Dislike",
        "Like",
    ]
    assert rows[0]["Q4_2"] == "Never tried it"
    assert rows[0]["Finished"] == "1"


def test_the_columns_of_one_choice_each_stay_as_they_are():
    rows = decoded("qtools_no_basis_insights_3header.csv", "qtools_no_basis.qsf")
    assert {row["Q2_1"] for row in rows} == {"", "1"}


def test_statements_with_export_tags_of_their_own_are_found_by_them():
    rows = decoded("qtools_matrix_insights_3header.csv", "qtools_matrix.qsf")
    assert rows[0]["Q4_1"] == "Click to write Scale point 3"
    assert rows[0]["Q3_question_one"] == "Click to write Scale point 1"
    assert rows[0]["matrix_question_five_question_one"] == "Click to write Scale point 4"


def test_a_name_that_two_questions_have_is_left_as_it_stands():
    rows = decoded("qtools_matrix_legacy_2header_dupcols_bom.csv", "qtools_matrix.qsf")
    assert rows[0]["question_one (2 of 3)"] == "10"
    assert rows[0]["Q4_1"] == "Click to write Scale point 3"


@pytest.fixture
def survey(tmp_path):
    """A definition of one question, and its file."""

    def survey(**question):
        stated = {"DataExportTag": "Q1", "QuestionID": "QID1", "QuestionType": "MC"} | question
        path = tmp_path / "ours.qsf"
        elements = [{"Element": "BL", "Payload": []}, {"Element": "SQ", "Payload": stated}]
        path.write_text(json.dumps({"SurveyElements": elements}))
        return path

    return survey


def test_several_answers_in_one_cell_become_their_texts(survey, tmp_path):
    choices = {"1": {"Display": "Tea,<br>black"}, "2": {"Display": "Milk &amp; sugar"}}
    codes = definition_codes(survey(Selector="MAVR", Choices=choices, RecodeValues={"2": "7"}))
    path = tmp_path / "a.csv"
    path.write_text('V1,Q1\nResponseID,What?\nR_1,"1,7"\nR_2,7\nR_3,"1,2"\nR_4,\n')
    reader = open_file(path, Reads(format="qualtrics").model_copy(update={"codes": codes}))
    assert [cells[1] for _, cells in read(reader)[0]] == [
        "Tea, black; Milk & sugar",
        "Milk & sugar",
        "1,2",
        "",
    ]


def test_matrices_side_by_side_each_have_their_own_answers(survey):
    lessons = {"1": {"Display": "Unit 1"}, "2": {"Display": "Unit 2"}}
    taught = {
        "DataExportTag": "Q8#1",
        "QuestionID": "QID8#1",
        "QuestionType": "Matrix",
        "SubSelector": "SingleAnswer",
        "Choices": lessons,
        "Answers": {"1": {"Display": "Yes"}, "2": {"Display": "No"}},
        "RecodeValues": [],
        "ChoiceDataExportTags": False,
    }
    # a part without names of its own is known by its place
    grade = {
        name: told for name, told in taught.items() if name not in ("DataExportTag", "QuestionID")
    }
    grade |= {
        "SubSelector": "DL",
        "Answers": {"1": {"Display": "Sixth"}, "2": {"Display": "Seventh"}},
        "RecodeValues": {"1": "6", "2": "7"},
    }
    typed = {"QuestionType": "Matrix", "Selector": "TE", "SubSelector": "Long", "Choices": lessons}
    codes = definition_codes(
        survey(
            DataExportTag="Q8",
            QuestionID="QID8",
            QuestionType="SBS",
            Selector="SBSMatrix",
            Choices=lessons,
            AdditionalQuestions={"1": taught, "2": grade, "3": typed},
        )
    )
    told = {one.column: one.texts for one in codes if one.column.startswith("Q8")}
    taught_as, grades = (("1", "Yes"), ("2", "No")), (("6", "Sixth"), ("7", "Seventh"))
    assert told == {"Q8#1_1": taught_as, "Q8#1_2": taught_as, "Q8#2_1": grades, "Q8#2_2": grades}


def test_choices_of_one_code_mean_neither(survey):
    choices = [{"Display": "A"}, {"Display": "B"}, {"Display": "C"}]
    codes = definition_codes(survey(Choices=choices, RecodeValues={"1": 1, "2": 1}))
    assert {one.texts for one in codes} == {(("3", "C"),)}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"SurveyElements": [{}, 3]}', b"\xff"])
def test_what_is_no_definition_says_so(tmp_path, content):
    path = tmp_path / "ours.qsf"
    path.write_bytes(content)
    with pytest.raises(DefinitionError, match="is no Qualtrics survey"):
        definition_codes(path)


def test_a_contract_names_its_definition_beside_it_and_changes_with_it(tmp_path, registry, survey):
    stated = {
        "name": "own",
        "version": 1,
        "source": "roster",
        "description": "",
        "reads": {"format": "qualtrics", "definition": "ours.qsf"},
        "fields": {
            name: {"column": name}
            for name in ("class_id", "school_id", "grade", "course", "subject")
        },
    }
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(stated, sort_keys=False))
    with pytest.raises(ContractError, match=r"line 7: 'ours\.qsf' cannot be read"):
        load_contract(path, registry)
    survey(Choices={"1": {"Display": "A"}})
    first = load_contract(path, registry)
    assert dict(first.reads.codes[0].texts) == {"1": "A"}
    survey(Choices={"1": {"Display": "B"}})
    assert load_contract(path, registry).fingerprint != first.fingerprint
    path.write_text(path.read_text().replace("ours.qsf", "../ours.qsf"))
    with pytest.raises(ContractError, match=r"the name of a \.qsf file beside"):
        load_contract(path, registry)
