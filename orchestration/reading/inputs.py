"""Everything that a partition's rows follow from, and its fingerprint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from orchestration.fingerprints import text_sha256
from orchestration.reading.accounts import READER_VERSION
from orchestration.reading.contract_files import Contracts
from orchestration.reading.contracts import Contract
from orchestration.reading.errors import ReadingError
from orchestration.reading.landing import LandedFile
from orchestration.reading.matches import Matches
from orchestration.reading.pseudonyms import Key
from orchestration.reading.rules import Rules, TermDates
from orchestration.reading.templates import ALL_TERMS, Template, templates
from orchestration.registry import Registry


@dataclass(frozen=True)
class ReadingInputs:
    """A partition's files, its source's contracts, and what these refer to."""

    source: str
    term: TermDates
    files: tuple[LandedFile, ...]
    contracts: tuple[Contract, ...]
    value_maps: Mapping[str, Mapping[str, str]]
    crosswalks: Mapping[str, Mapping[str, str]]
    key: Key
    erased: frozenset[str]
    matches: Matches = field(default_factory=Matches)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all of it. Descriptions are left out: they change no row."""
        return text_sha256(
            {
                "reader_version": READER_VERSION,
                "source": self.source,
                "term": [self.term.term, str(self.term.starts_on), str(self.term.ends_on)],
                "files": [
                    [one.name, one.sha256, one.simulated, one.unreadable] for one in self.files
                ],
                "template": _template_rows(templates()[self.source]),
                "contracts": [one.content for one in self.contracts],
                "value_maps": {name: dict(codes) for name, codes in self.value_maps.items()},
                "crosswalks": {name: dict(keys) for name, keys in self.crosswalks.items()},
                "key": self.key.key_id,
                "erased": sorted(self.erased),
                "matches": self.matches.content,
            }
        )

    def having(self, files: tuple[LandedFile, ...]) -> ReadingInputs:
        """The same declarations over these files."""
        return replace(self, files=files)

    def rules(self, contract: Contract) -> Rules:
        """What a file of one contract is read by."""
        return Rules(
            contract,
            self.value_maps,
            self.crosswalks,
            self.term,
            self.key,
            self.erased,
            self.matches,
        )


def reading_inputs(
    source: str,
    term: str,
    *,
    registry: Registry,
    contracts: Contracts,
    key: Key,
) -> ReadingInputs:
    """A partition's inputs but for its files, which `having` adds.

    Raises ReadingError, as a sentence, for an unknown source or term.
    """
    template = templates().get(source)
    if template is None:
        raise ReadingError(
            f"'{source}' is no known source; expected one of {', '.join(templates())}."
        )
    own = tuple(contract for contract in contracts.values() if contract.source == source)
    maps = {name for one in own for name in _value_maps(one)}
    walks = {rule.crosswalk for one in own for rule in one.fields.values() if rule.crosswalk}
    return ReadingInputs(
        source,
        _dates(template, term, registry),
        (),
        own,
        {name: registry.value_maps[name] for name in sorted(maps)},
        {name: registry.crosswalks[name] for name in sorted(walks)},
        key,
        registry.erased,
        # schools are what texts are matched to, and so is a roster's own classes and teachers
        Matches() if source == "schools" else Matches.of(registry.matches, term),
    )


def _dates(template: Template, term: str, registry: Registry) -> TermDates:
    if template.terms == ALL_TERMS:
        if term != ALL_TERMS:
            raise ReadingError(
                f"'{term}' is no partition of an effective-dated source; expected {ALL_TERMS}."
            )
        return TermDates(ALL_TERMS)
    declared = registry.terms.get(term)
    if declared is None:
        raise ReadingError(f"'{term}' is no term of the registry: declare it in terms.csv.")
    return TermDates(term, declared.starts_on, declared.ends_on)


def _value_maps(contract: Contract) -> Iterator[str]:
    # an answer's is its scale, so that a scale which changes is read again
    for rule in (*contract.fields.values(), *contract.answers.values()):
        if rule.value_map is not None:
            yield rule.value_map


def _template_rows(template: Template) -> object:
    return [
        template.terms,
        list(template.key),
        [[name, one.model_dump(exclude={"description"})] for name, one in template.fields.items()],
        [
            [name, one.model_dump(exclude={"description"})]
            for name, one in (template.items or {}).items()
        ],
    ]
