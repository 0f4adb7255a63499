"""Which contract a file fits."""

from types import SimpleNamespace

import pytest

from orchestration.reading.contract_rules import FieldRule
from orchestration.reading.contracts import Contract
from orchestration.reading.errors import FileRefused
from orchestration.reading.fitting import fitting_contract
from orchestration.reading.reads import Reads

FIELDS = ("class_id", "school_id", "grade", "course", "subject")


def roster(name: str, *columns: str, delimiter: str = ",") -> Contract:
    rules = {field: {"constant": "x"} for field in FIELDS}
    for field, column in zip(FIELDS, columns, strict=False):
        rules[field] = {"column": column}
    return Contract.model_validate(
        {
            "name": name,
            "version": 1,
            "source": "roster",
            "description": "",
            "fields": rules,
            "reads": {"delimiter": delimiter},
        }
    )


def fit(contracts: list[Contract], *header: str) -> str:
    return fitting_contract(contracts, lambda _: SimpleNamespace(header=header))[0].name


def test_a_file_fits_the_contract_whose_columns_it_has():
    assert fit([roster("a", "x", "y"), roster("b", "x", "z")], "z", "x", "more") == "b"


def test_the_more_specific_of_two_fits():
    assert fit([roster("a", "x", "y", "z"), roster("b", "x", "y")], "x", "y", "z") == "a"
    assert fit([roster("a", "x", "y", "z"), roster("b", "x", "y")], "x", "y") == "b"


def test_between_two_nothing_is_guessed():
    with pytest.raises(FileRefused, match="it fits the contracts a and b, and which one is meant"):
        fit([roster("a", "x", "y"), roster("b", "x", "z")], "x", "y", "z")
    with pytest.raises(FileRefused, match="it fits the contracts a and b"):
        fit([roster("a", "x"), roster("b", "x")], "x")


def test_the_nearest_contract_and_what_it_misses_are_named_and_the_header_is_not():
    contracts = [roster("far", "x", "y", "z"), roster("near", "x", "w")]
    with pytest.raises(FileRefused, match="the nearest, near, needs the column w") as raised:
        fit(contracts, "x", "Mary Smith")
    assert "Mary" not in str(raised.value)


def test_of_a_contract_that_requires_no_column_some_has_to_be_there():
    rules = {"students": FieldRule(column="seats")}
    contract = roster("a").model_copy(update={"fields": roster("a").fields | rules})
    assert contract.required_columns == ()
    assert fit([contract], "more", "seats") == "a"
    with pytest.raises(FileRefused, match="the nearest, a, needs the column seats"):
        fit([contract], "more")


def test_order_spacing_and_case_of_a_header_are_no_matter():
    contract, reader = fitting_contract(
        [roster("a", "School Name", "Grade")],
        lambda _: SimpleNamespace(header=("more", "GRADE", "school  name")),
    )
    assert contract.name == "a"
    assert reader.header == ("more", "Grade", "School Name")


def test_a_column_of_the_very_name_is_never_taken_for_another():
    _, reader = fitting_contract(
        [roster("a", "Grade")], lambda _: SimpleNamespace(header=("grade", "Grade"))
    )
    assert reader.header == ("grade", "Grade")


def test_two_contracts_that_differ_in_case_alone_both_fit_and_none_is_guessed():
    with pytest.raises(FileRefused, match="it fits the contracts a and b"):
        fit([roster("a", "x", "Y"), roster("b", "X", "y")], "x", "y")
    assert fit([roster("a", "x", "Y"), roster("b", "X")], "x", "y") == "a"


def test_each_contract_sees_the_file_in_its_own_format():
    headers = {",": ("a;b",), ";": ("a", "b")}

    def opened(reads: Reads):
        return SimpleNamespace(header=headers[reads.delimiter])

    contracts = [roster("commas", "a", "b"), roster("semicolons", "a", "b", delimiter=";")]
    assert fitting_contract(contracts, opened)[0].name == "semicolons"


def test_a_file_that_no_format_can_open_is_refused_with_its_reason():
    def opened(reads: Reads):
        raise FileRefused("the file is empty.")

    with pytest.raises(FileRefused, match="the file is empty"):
        fitting_contract([roster("a", "x")], opened)


def test_a_source_without_contracts_says_so():
    with pytest.raises(FileRefused, match="there is no contract for its source"):
        fit([], "x")
