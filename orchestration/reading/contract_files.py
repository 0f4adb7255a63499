"""Loading contracts: the shipped ones, and over them a site's own of the same name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from pydantic import ValidationError

from orchestration.reading.contract_checks import Problem, problems_of
from orchestration.reading.contract_items import item_problems, with_items
from orchestration.reading.contracts import Contract
from orchestration.reading.definitions import DefinitionError, definition_codes
from orchestration.reading.errors import ContractError
from orchestration.reading.yamlmarks import MarkedYaml, YamlProblem, load_marked
from orchestration.registry import Registry

SHIPPED = Path(__file__).resolve().parent.parent / "contracts"

Contracts = Mapping[str, Contract]
"""Contracts by name, in name order."""


def load_contracts(site: Path | None, registry: Registry) -> Contracts:
    """Every contract by name: those shipped, and those of the folder `site`, which win.

    Raises ContractError, naming file and line, for one that cannot stand.
    """
    found: dict[str, Contract] = {}
    for folder in (SHIPPED, site):
        if folder is not None and folder.is_dir():
            for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
                contract = load_contract(path, registry)
                found[contract.name] = contract
    return dict(sorted(found.items()))


def load_contract(path: Path, registry: Registry) -> Contract:
    """One contract from its file, checked against its template and the registry.

    Raises ContractError, naming file and line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise ContractError(f"{path}: it cannot be read as UTF-8 text ({problem}).") from problem
    contract = parse_contract(text, str(path), path.stem, registry)
    if contract.reads.definition is None:
        return contract
    try:
        codes = definition_codes(path.with_name(contract.reads.definition))
    except DefinitionError as problem:
        said = f"'{contract.reads.definition}' {problem}"
        at = ("reads", "definition")
        raise ContractError(_sentence(str(path), load_marked(text), at, said)) from problem
    reads = contract.reads.model_copy(update={"codes": codes})
    return contract.model_copy(update={"reads": reads})


def parse_contract(text: str, file: str, stem: str, registry: Registry) -> Contract:
    """One contract from its text, with its items; `file` is named in errors, `stem` its name.

    Raises ContractError, naming file and line.
    """
    try:
        marked = load_marked(text)
    except YamlProblem as problem:
        raise ContractError(f"{file}, line {problem.line}: {problem}.") from problem
    try:
        stated = Contract.model_validate(marked.content)
    except ValidationError as problem:
        first = problem.errors()[0]
        path = first["loc"]
        said = first["msg"].removeprefix("Value error, ")
        where = ".".join(str(part) for part in path) or "contract"
        raise ContractError(_sentence(file, marked, path, f"{where}: {said}")) from problem
    contract = with_items(stated, registry)
    problems = chain(
        item_problems(stated, registry),
        problems_of(contract),
        _registry_problems(contract, registry),
    )
    for path, said in problems:
        raise ContractError(_sentence(file, marked, path, said))
    if contract.name != stem:
        said = (
            f"the contract's name is '{contract.name}', but its file's is '{stem}'; make them one"
        )
        raise ContractError(_sentence(file, marked, ("name",), said))
    return contract


def _sentence(file: str, marked: MarkedYaml, path: tuple[str | int, ...], said: str) -> str:
    return f"{file}, line {marked.line(path)}: {said}."


def _registry_problems(contract: Contract, registry: Registry) -> Iterator[Problem]:
    for name, rule in contract.fields.items():
        if rule.value_map is not None and rule.value_map not in registry.value_maps:
            yield (
                ("fields", name, "map"),
                f"the registry's value_maps.csv has no map '{rule.value_map}'",
            )
        if rule.crosswalk is not None and rule.crosswalk not in registry.crosswalks:
            yield (
                ("fields", name, "crosswalk"),
                f"the registry has no crosswalk_{rule.crosswalk}.csv",
            )
