"""Multi-selects as exports have them, and rows that a contract says are no responses."""

from __future__ import annotations

import csv
import io
import json

import pytest
import yaml

from orchestration.reading.contract_files import parse_contract
from orchestration.reading.errors import ContractError
from orchestration.registry import load_registry

COLUMNS = {"pacing": "Q7 | Pacing", "support": "Q7/Support", "other": "Q7_9_TEXT"}
HEADER = ("id", *COLUMNS.values())
STATED = {
    "name": "own",
    "version": 1,
    "source": "teacher_survey",
    "description": "",
    "fields": {
        "response_id": {"column": "id"},
        "recorded_on": {"constant": "2022-03-01"},
        "school_id": {"constant": "s1"},
    },
    "answers": {"challenges": {"chosen": COLUMNS, "written": ["other"]}},
}


@pytest.fixture
def contract(registry):
    def contract(**changed):
        text = yaml.safe_dump(STATED | changed, sort_keys=False)
        return parse_contract(text, "own.yaml", "own", registry)

    return contract


@pytest.fixture
def landed(land, read, contract):
    def landed(rows: list[list[str]], header=HEADER, **changed):
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])
        land("teacher_survey", "a.csv", stream.getvalue())
        return read("teacher_survey", contracts={"own": contract(**changed)})

    return landed


def codes(row: dict) -> list[tuple[str, str]]:
    return [(one["code"], one["text"]) for one in row["answers"]]


def test_one_column_a_choice_becomes_the_answers_of_one_item(landed, rows_of):
    account = landed(
        [
            ["1", "1", "0", ""],
            ["2", "TRUE", "Support", "too little tea"],
            ["3", "pacing", "x", "0"],
            ["4", "", "False", " "],
            ["5", "-99", "no", ""],
        ]
    )
    assert [codes(row) for row in rows_of(account)] == [
        [("pacing", "pacing")],
        [("pacing", "pacing"), ("support", "support"), ("other", "other")],
        [("pacing", "pacing"), ("support", "support")],
        [],
        [],
    ]


def test_a_cell_that_neither_chooses_nor_leaves_out_quarantines_its_row(landed, quarantined):
    account = landed([["1", "perhaps", "", "canary"], ["2", "1", "Pacing", ""]])
    rows = quarantined(account)
    assert [row["reason"] for row in rows] == [
        "challenges: a cell that neither chooses nor leaves out (column Q7 | Pacing)",
        "challenges: a cell that neither chooses nor leaves out (column Q7/Support)",
    ]
    assert all("Q7_9_TEXT" not in json.loads(row["row"]) for row in rows)


def test_what_somebody_typed_is_nowhere_past_landing(home, landed):
    landed([["1", "1", "", "canary"], ["2", "perhaps", "", "canary"]])
    past = [path for path in home.root.rglob("*") if path.is_file()]
    past = [path for path in past if home.landing not in path.parents]
    assert len(past) > 2
    assert not [path for path in past if b"canary" in path.read_bytes()]


def test_a_file_without_one_of_the_columns_reads_the_others_and_says_so(landed, rows_of):
    account = landed([["1", "1"]], header=("id", COLUMNS["pacing"]))
    assert account.files[0].missing_items == ("challenges",)
    assert codes(rows_of(account)[0]) == [("pacing", "pacing")]
    account = landed([["1"]], header=("id",))
    assert rows_of(account)[0]["answers"] == []
    assert landed([], header=HEADER).raw.rows == 0


def test_an_item_of_one_answer_may_be_spread_over_columns_but_has_one(landed, rows_of, quarantined):
    spread = {"4": "Confident | Strongly agree", "3": "Confident | Agree"}
    answers = {"confident_use": {"chosen": spread}}
    account = landed(
        [["1", "Strongly agree", ""], ["2", "", "Agree"], ["3", "Strongly agree", "Agree"]],
        header=("id", *spread.values()),
        answers=answers,
    )
    assert [codes(row) for row in rows_of(account)] == [[("4", "4")], [("3", "3")]]
    assert [row["reason"] for row in quarantined(account)] == [
        "confident_use: several chosen, where one is expected"
    ]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"chosen": {"tea": "Q1"}}, "'tea' is no code of scale 'challenges'"),
        ({"chosen": {"pacing": "Q1", "support": "Q1"}}, "has a column of its own"),
        ({"chosen": {"pacing": "Q1"}, "column": "Q2"}, "give exactly one of"),
        ({"chosen": {"pacing": "Q1"}, "written": ["other"]}, "names codes of 'chosen'"),
        ({"chosen": {"pacing": "Q1"}, "separators": ";"}, "nothing is separated"),
    ],
)
def test_a_contract_s_choices_are_checked(contract, rule, said):
    with pytest.raises(ContractError, match=said):
        contract(answers={"challenges": rule})


@pytest.fixture
def ours(tmp_path):
    """The registry with a value map of a site's own, of which options have commas within them."""

    def ours(**more: str):
        (tmp_path / "registry").mkdir()
        texts = {
            "Time, and rooms": "preparation_time",
            "Time": "pacing",
            "Rooms; buses, and trains": "materials",
            "None, so far": "other",
        }
        with (tmp_path / "registry" / "value_maps.csv").open("w", newline="") as stream:
            rows = [("ours", text, code) for text, code in (texts | more).items()]
            csv.writer(stream).writerows([("map", "text", "code"), *rows])
        return load_registry(tmp_path / "registry")

    return ours


def test_an_option_may_have_separators_within_it(land, read, rows_of, quarantined, ours):
    registry = ours()
    answers = {"challenges": {"column": "Q7", "map": "ours"}}
    text = yaml.safe_dump(STATED | {"answers": answers})
    contract = parse_contract(text, "own.yaml", "own", registry)
    cells = [
        "Time, and rooms, Time",
        "time,None, so far",
        "rooms; buses, and trains; Time",
        " Time , ",
        "Time, and roomsy",
        "",
    ]
    stream = io.StringIO()
    csv.writer(stream).writerows([("id", "Q7"), *enumerate(cells, start=1)])
    land("teacher_survey", "a.csv", stream.getvalue())
    account = read("teacher_survey", contracts={"own": contract}, registry=registry)
    assert [codes(row) for row in rows_of(account)] == [
        [("preparation_time", "Time, and rooms"), ("pacing", "Time")],
        [("pacing", "time"), ("other", "None, so far")],
        [("materials", "rooms; buses, and trains"), ("pacing", "Time")],
        [("pacing", "Time")],
        [],
    ]
    assert [row["line"] for row in quarantined(account)] == [6]


def test_an_option_that_could_be_several_others_is_refused_with_the_contract(ours):
    answers = {"challenges": {"column": "Q7", "map": "ours"}}
    text = yaml.safe_dump(STATED | {"answers": answers})
    registry = ours(**{"Rooms": "other", "Time, rooms": "support"})
    with pytest.raises(
        ContractError, match="has 'Time, rooms', which is also several of its other"
    ):
        parse_contract(text, "own.yaml", "own", registry)
    answers["challenges"]["separators"] = ";"
    text = yaml.safe_dump(STATED | {"answers": answers})
    parse_contract(text, "own.yaml", "own", registry)


def test_rows_that_are_no_responses_are_quarantined_with_the_contract_s_reason(
    landed, rows_of, quarantined
):
    header = ("id", "Status", "Finished", *COLUMNS.values())
    account = landed(
        [
            ["1", "0", "True", "1", "", ""],
            ["2", "Survey Preview", "True", "perhaps", "", ""],
            ["3", "0", "FALSE", "1", "", ""],
        ],
        header=header,
        excludes=[
            {"column": "Status", "values": ["survey preview", "1"], "because": "a preview"},
            {"column": "Finished", "values": ["false", "0"], "because": "not finished"},
        ],
    )
    assert [row["response_id"] for row in rows_of(account)] == ["1"]
    assert [row["reason"] for row in quarantined(account)] == [
        "Status: excluded by the contract (a preview)",
        "Finished: excluded by the contract (not finished)",
    ]
    (one,) = account.files
    assert (one.rows_read, one.rows_quarantined) == (3, 2)
    assert one.extra_columns == ()
