"""Loading contracts: the shipped ones, and over them a site's own of the same name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
            for path in contract_paths(folder):
                contract = load_contract(path, registry)
                found[contract.name] = contract
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class Checked:
    """A contract's file: the contract where it can stand, and every problem as a sentence."""

    contract: Contract | None
    problems: tuple[str, ...]

    @property
    def stands(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.contract is not None and not self.problems

    def standing(self) -> Contract:
        """The contract. Raises ContractError, with its first problem, where it cannot stand."""
        if self.contract is None or not self.stands:
            raise ContractError(self.problems[0])
        return self.contract


def contract_paths(folder: Path) -> list[Path]:
    """The files of a folder that hold contracts, in order."""
    return sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])


def load_contract(path: Path, registry: Registry) -> Contract:
    """One contract from its file, checked against its template and the registry.

    Raises ContractError, naming file and line.
    """
    return check_contract(path, registry).standing()


def parse_contract(text: str, file: str, stem: str, registry: Registry) -> Contract:
    """One contract from its text, with its items; `file` is named in errors, `stem` its name.

    Raises ContractError, naming file and line.
    """
    return check_text(text, file, stem, registry).standing()


def check_contract(path: Path, registry: Registry) -> Checked:
    """One contract from its file, with all that is wrong with it. Raises nothing for bad ones."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        return Checked(None, (f"{path}: it cannot be read as UTF-8 text ({problem}).",))
    checked = check_text(text, str(path), path.stem, registry)
    contract = checked.contract
    if contract is None or contract.reads.definition is None:
        return checked
    try:
        codes = definition_codes(path.with_name(contract.reads.definition))
    except DefinitionError as problem:
        said = f"'{contract.reads.definition}' {problem}"
        sentence = _sentence(str(path), load_marked(text), ("reads", "definition"), said)
        return Checked(contract, (*checked.problems, sentence))
    reads = contract.reads.model_copy(update={"codes": codes})
    return Checked(contract.model_copy(update={"reads": reads}), checked.problems)


def check_text(text: str, file: str, stem: str, registry: Registry) -> Checked:
    """One contract from its text, with all that is wrong with it, by line."""
    try:
        marked = load_marked(text)
    except YamlProblem as problem:
        return Checked(None, (f"{file}, line {problem.line}: {problem}.",))
    try:
        stated = Contract.model_validate(marked.content)
    except ValidationError as problem:
        return Checked(None, tuple(_malformed(file, marked, problem)))
    contract = with_items(stated, registry)
    problems = [
        *item_problems(stated, registry),
        *problems_of(contract),
        *_registry_problems(contract, registry),
    ]
    if contract.name != stem:
        said = (
            f"the contract's name is '{contract.name}', but its file's is '{stem}'; make them one"
        )
        problems.append((("name",), said))
    sentences = (_sentence(file, marked, path, said) for path, said in problems)
    return Checked(contract, tuple(dict.fromkeys(sentences)))


def _malformed(file: str, marked: MarkedYaml, problem: ValidationError) -> Iterator[str]:
    """What a contract says that its model does not have, by line."""
    for one in problem.errors():
        path = one["loc"]
        said = one["msg"].removeprefix("Value error, ")
        where = ".".join(str(part) for part in path) or "contract"
        yield _sentence(file, marked, path, f"{where}: {said}")


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
