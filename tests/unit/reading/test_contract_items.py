"""Items of a contract: what the registry declares is read, and what it does not is refused."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.reading.contract_files import load_contracts, parse_contract
from orchestration.reading.contracts import Contract
from orchestration.reading.errors import ContractError
from orchestration.registry import load_registry

OBSERVATIONS = """\
    name: ours
    version: 1
    source: observations
    description: Visits with a form of our own.
    fields:
      observation_id: {column: id}
      observed_on: {column: day}
      school_id: {column: school}
      class_id: {pseudonym_of: teacher_id}
      teacher_id: {columns: [first, last]}
      observer_id: {column: who}
    items: registry
    answers:
      materials: {constant: not_observed}
    identifying: [first, last, who]
    """
TEACHERS = """\
    name: ours
    version: 1
    source: teacher_survey
    description: A survey of our own.
    fields:
      response_id: {column: id}
      recorded_on: {column: day}
      school_id: {column: school}
      comment_consent: {column: may we, map: consent}
      comment: {column: words}
    answers:
      challenges: {column: what, separators: "/"}
      confident_use: {column: sure}
    """


@pytest.fixture
def parsed(registry) -> Callable[..., Contract]:
    def parsed(text: str, old: str = "", new: str = "") -> Contract:
        text = textwrap.dedent(text)
        assert old in text
        return parse_contract(text.replace(old, new), "ours.yaml", "ours", registry)

    return parsed


@pytest.mark.parametrize("source", ["observations", "student_survey", "teacher_survey"])
def test_canonical_contracts_read_every_item_of_their_source_by_its_name(
    contracts, registry, source
):
    answers = contracts[source].answers
    items = registry.items_of(source)
    assert list(answers) == [item.item for item in items]
    for item in items:
        rule = answers[item.item]
        assert (rule.column, rule.value_map) == (item.item, f"scale:{item.scale}")
        assert (rule.separators is not None) == (item.kind == "multi_select")


def test_the_shipped_observation_items_are_those_of_the_template(contracts):
    assert list(contracts["observations"].answers) == [
        "materials",
        *("ca1_a", "ca1_b", "ca1_c", "ca2_overall", "ca3_overall", "col"),
        *("engagement", "sharing", "unfinished_learning", "adaptation_pack"),
    ]


def test_what_answers_states_goes_before_a_column_of_the_item_s_name(parsed):
    contract = parsed(OBSERVATIONS)
    assert contract.answers["materials"].constant == "not_observed"
    assert contract.answers["col"].column == "col"
    assert "materials" not in contract.columns
    assert set(contract.required_columns) == {"id", "day", "school", "first", "last", "who"}


def test_an_item_may_be_found_elsewhere_without_naming_the_others(parsed):
    contract = parsed(OBSERVATIONS, "materials: {constant: not_observed}", "col: {column: culture}")
    assert contract.answers["col"].column == "culture"
    assert contract.answers["materials"].column == "materials"


def test_without_the_registry_only_the_answers_listed_are_read_in_the_registry_s_order(parsed):
    contract = parsed(TEACHERS)
    assert list(contract.answers) == ["confident_use", "challenges"]
    assert contract.answers["confident_use"].value_map == "scale:agreement"
    assert contract.answers["challenges"].separators == "/"


def test_a_contract_may_name_another_map_for_an_item(parsed):
    contract = parsed(TEACHERS, "column: sure", 'column: sure, map: "scale:agreement"')
    assert contract.answers["confident_use"].value_map == "scale:agreement"


def test_an_item_without_its_column_is_missing_and_a_constant_one_is_not(parsed):
    contract = parsed(OBSERVATIONS)
    header = ["id", "day", "school", "who", "ca1_a", "ca1_b", "ca1_c", "col", "sharing"]
    assert contract.missing_items(header) == (
        "ca2_overall",
        "ca3_overall",
        "engagement",
        "unfinished_learning",
        "adaptation_pack",
    )


@pytest.mark.parametrize(
    ("text", "old", "new", "line", "said"),
    [
        (
            OBSERVATIONS,
            "materials: {constant: not_observed}",
            "materials: {constant: not_observed}\n  rigour: {column: r}",
            15,
            r"no instrument of observations has an item 'rigour'; see items\.csv",
        ),
        (
            TEACHERS,
            "confident_use:",
            "want_mathematician:",
            13,
            "no instrument of teacher_survey has an item 'want_mathematician'",
        ),
        (OBSERVATIONS, "not_observed", "unseen", 14, "'unseen' is no code of scale 'use_of_mat"),
        (
            OBSERVATIONS,
            "constant: not_observed",
            "column: m, map: role",
            14,
            "map 'role': 'teacher' is no code of scale 'use_of_materials'",
        ),
        (
            OBSERVATIONS,
            "constant: not_observed",
            "column: m, map: nowhere",
            14,
            r"value_maps\.csv has no map 'nowhere'",
        ),
        (
            OBSERVATIONS,
            "constant: not_observed",
            'column: m, map: "scale:use_of_materials", unmapped: keep',
            14,
            "'keep' is no code of scale 'use_of_materials'",
        ),
        (
            OBSERVATIONS,
            "constant: not_observed",
            "constant: none, map: yes_no",
            14,
            "a constant is one code as it stands",
        ),
        (
            OBSERVATIONS,
            "constant: not_observed",
            "constant: none, column: m",
            14,
            "give exactly one of 'column', 'chosen' and 'constant'",
        ),
        (OBSERVATIONS, "items: registry", "items: all", 12, "Input should be 'registry'"),
        (
            OBSERVATIONS,
            "items: registry\nanswers:\n  materials: {constant: not_observed}\n",
            "",
            1,
            "it reads no item; say 'items: registry', or list them under 'answers'",
        ),
        (
            OBSERVATIONS,
            "pseudonym_of: teacher_id",
            "pseudonym_of: grade",
            9,
            "'grade' is no person that the contract feeds",
        ),
        (
            OBSERVATIONS,
            "pseudonym_of: teacher_id",
            "pseudonym_of: teacher_id, map: role",
            9,
            "a pseudonym is no text that a map could know",
        ),
        (
            OBSERVATIONS,
            "observer_id: {column: who}",
            "observer_id: {pseudonym_of: teacher_id}",
            11,
            "'observer_id' is no text for which a pseudonym could stand",
        ),
        (
            OBSERVATIONS,
            "identifying: [first, last, who]",
            "identifying: [first, who]",
            10,
            "column 'last' feeds 'teacher_id', a person; list it under 'identifying'",
        ),
        (
            OBSERVATIONS,
            "{column: day}",
            "{columns: [day, last]}",
            15,
            "column 'last' identifies people, and so may not feed 'observed_on'",
        ),
        (TEACHERS, '"/"', '" "', 12, "separators are characters such as ; or ,"),
        (TEACHERS, '"/"', '"and"', 12, "separators are characters such as ; or ,"),
        (
            TEACHERS,
            "column: sure",
            'column: sure, separators: ";"',
            13,
            "'confident_use' takes one answer, so nothing separates several",
        ),
        (
            TEACHERS,
            "  comment_consent: {column: may we, map: consent}\n",
            "",
            9,
            "'comment' is kept with the consent that 'comment_consent' gives, which nothing feeds",
        ),
        (
            TEACHERS,
            "column: sure",
            "column: words",
            6,
            "column 'words' is kept with consent alone, and so may not feed both 'comment' and",
        ),
    ],
)
def test_answers_that_cannot_stand_say_where_and_why(parsed, text, old, new, line, said):
    with pytest.raises(ContractError, match=said) as raised:
        parsed(text, old, new)
    assert str(raised.value).startswith(f"ours.yaml, line {line}: ")


def test_only_sources_with_answers_read_items(parsed):
    roster = (
        "name: ours\nversion: 1\nsource: roster\ndescription: ''\nfields: {}\nitems: registry\n"
    )
    with pytest.raises(ContractError, match=r"nothing feeds 'class_id'"):
        parsed(roster)
    fields = ", ".join(f"{one}: {{column: a}}" for one in ("class_id", "school_id", "grade"))
    fields += ", course: {column: a}, subject: {column: a}"
    with pytest.raises(ContractError, match=r"line 6: roster has no answers"):
        parsed(roster.replace("{}", f"{{{fields}}}"))


def test_an_item_may_not_have_the_name_of_a_field_that_is_read_already(tmp_path: Path):
    (tmp_path / "items.csv").write_text(
        "item,instrument,position,kind,scale,text,label\n"
        "grade,visit_ratings,3,ordinal,four_point_rating,A grade?,A grade\n"
    )
    with pytest.raises(ContractError, match="has an item 'grade', whose column feeds a field"):
        load_contracts(None, load_registry(tmp_path))


def test_a_scale_that_gives_a_code_it_does_not_have_is_refused(tmp_path: Path):
    (tmp_path / "value_maps.csv").write_text(
        "map,text,code\nscale:agreement,No opinion,no_opinion\n"
    )
    said = "map 'scale:agreement': 'no_opinion' is no code of scale 'agreement'"
    with pytest.raises(ContractError, match=said):
        load_contracts(None, load_registry(tmp_path))
