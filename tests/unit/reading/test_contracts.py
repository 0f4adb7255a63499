"""Contracts: the shipped ones hold, and a wrong one says where and why."""

import re
import textwrap

import pytest

from orchestration.reading.contract_files import load_contracts, parse_contract
from orchestration.reading.errors import ContractError
from orchestration.reading.templates import raw_schema, templates

ROSTER = """\
    name: ours
    version: 1
    source: roster
    description: A roster of our own.
    fields:
      class_id: {column: Section}
      school_id: {column: Site}
      grade: {constant: "6"}
      course: {column: Course}
      subject: {column: Course, map: subject, unmapped: other}
      teacher_id: {column: Teacher}
    identifying: [Teacher]
    """


@pytest.fixture
def parsed(registry):
    def parsed(text: str, old: str = "", new: str = ""):
        text = textwrap.dedent(text)
        assert old in text
        return parse_contract(text.replace(old, new), "ours.yaml", "ours", registry)

    return parsed


def test_every_source_has_a_shipped_contract_of_exactly_its_template(contracts):
    for source, template in templates().items():
        contract = contracts[source]
        assert set(contract.fields) == set(template.fields)
        assert all(rule.column == name for name, rule in contract.fields.items())
        people = {name for name, field in template.fields.items() if field.is_person}
        assert set(contract.identifying) == people


def test_required_columns_are_those_of_required_fields_and_items(contracts):
    assert set(contracts["observations"].required_columns) == {
        "observation_id",
        "observed_on",
        "school_id",
        "class_id",
        "observer_id",
        "materials",
    }
    assert "local_district" in contracts["schools"].required_columns
    assert "region" not in contracts["schools"].required_columns


def test_observers_notes_are_never_read(contracts):
    assert "notes" in contracts["observations"].secret
    assert "notes" not in contracts["observations"].columns


def test_the_raw_schema_follows_the_template():
    schema = raw_schema("observations")
    assert schema.names[:3] == ["observation_id", "observed_on", "school_id"]
    assert schema.names[-4:] == ["answers", "term", "file_sha256", "line"]
    assert str(schema.field("observed_on").type) == "date32[day]"
    assert str(schema.field("minutes_observed").type) == "int64"
    answer = "struct<item: string, text: string, code: string>"
    assert str(schema.field("answers").type) == f"list<element: {answer}>"
    assert "answers" not in raw_schema("roster").names


def test_a_contract_may_feed_two_fields_from_one_column(parsed):
    contract = parsed(ROSTER)
    assert contract.columns == ("Section", "Site", "Course", "Teacher")
    assert contract.required_columns == ("Section", "Site", "Course")


def test_a_contract_that_reads_no_column_would_fit_any_file(parsed):
    fields = re.sub(r"column: \w+(, map.*)?}", 'constant: "6"}', textwrap.dedent(ROSTER))
    with pytest.raises(ContractError, match="it reads no column, and so would fit any file"):
        parsed(re.sub(r"  teacher_id.*\nidentifying.*\n", "", fields))


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("version: 1", "version: one", 2, "version: Input should be a valid integer"),
        ("source: roster", "source: rosters", 3, "'rosters' is no known source; expected one of"),
        ("course:", "curse:", 9, "'curse' is no field of roster; it has"),
        ("  course: {column: Course}\n", "", 6, "nothing feeds 'course', which roster requires"),
        ("map: subject", "map: topics", 10, r"value_maps\.csv has no map 'topics'"),
        (
            "{column: Site}",
            "{column: Site, crosswalk: sites}",
            7,
            r"the registry has no crosswalk_sites\.csv",
        ),
        (
            '{constant: "6"}',
            '{constant: "6", column: Grade}',
            8,
            "give exactly one of 'column', 'columns', 'constant', 'from' and 'pseudonym_of'",
        ),
        (
            '{constant: "6"}',
            "{column: Grade, unmapped: other}",
            8,
            "'unmapped' says what a value map leaves over",
        ),
        (
            '{constant: "6"}',
            '{column: Grade, date: "%Y"}',
            8,
            "'grade' is of type text, and takes no date format",
        ),
        ("{column: Site}", "{from: row_hash}", 7, "'school_id' is not the source's one id key"),
        ("identifying: [Teacher]", "", 11, "column 'Teacher' feeds 'teacher_id', a person"),
        (
            "identifying: [Teacher]",
            "identifying: [Teacher, Site]",
            12,
            "column 'Site' identifies people, and so may not feed 'school_id'",
        ),
        (
            "identifying: [Teacher]",
            "identifying: [Teacher]\nsecret: [Course]",
            13,
            "column 'Course' is secret, and so may feed nothing",
        ),
        (
            "{column: Teacher}",
            "{column: Teacher, named_in: [First]}",
            11,
            "column 'First' says what people are called; list it under 'identifying'",
        ),
        (
            "{column: Teacher}\nidentifying: [Teacher]",
            "{column: Teacher, named_in: [First]}\nidentifying: [Teacher, First]\nsecret: [First]",
            13,
            "column 'First' is secret, and so may feed nothing",
        ),
        (
            "{column: Site}",
            "{column: Site, named_in: [Site]}",
            7,
            "nobody is looked up by name but",
        ),
        ("name: ours", "name: theirs", 1, "the contract's name is 'theirs', but its file's"),
        ("version: 1", "version: 1\nversion: 2", 3, "'version' stands twice"),
        ("version: 1", "version: [1", 3, "not YAML"),
        ("version: 1", "versions: 1", 1, "version: Field required"),
        (
            "version: 1",
            "version: 1\nreads: {delimiter: tab}",
            3,
            "a delimiter is one ASCII character",
        ),
        (
            "version: 1",
            "version: 1\nversioned_by: {file: {pattern: 'x'}}",
            3,
            "the pattern has 0 groups; expected one",
        ),
    ],
)
def test_a_contract_that_cannot_stand_says_where_and_why(parsed, old, new, line, said):
    with pytest.raises(ContractError, match=said) as raised:
        parsed(ROSTER, old, new)
    assert str(raised.value).startswith(f"ours.yaml, line {line}: ")


def test_a_site_s_contract_of_the_same_name_wins(tmp_path, registry, contracts):
    text = textwrap.dedent(ROSTER).replace("name: ours", "name: roster")
    (tmp_path / "roster.yaml").write_text(text)
    (tmp_path / "ours.yaml").write_text(textwrap.dedent(ROSTER))
    loaded = load_contracts(tmp_path, registry)
    assert set(loaded) == {*contracts, "ours"}
    assert loaded["roster"].description == "A roster of our own."


def test_a_site_without_contracts_has_the_shipped_ones(tmp_path, registry, contracts):
    assert load_contracts(tmp_path / "none", registry) == contracts


def test_a_contract_that_is_not_text_says_so(tmp_path, registry):
    (tmp_path / "bad.yaml").write_bytes(b"\xff")
    with pytest.raises(ContractError, match=r"bad\.yaml: it cannot be read as UTF-8 text"):
        load_contracts(tmp_path, registry)
