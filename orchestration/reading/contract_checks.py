"""What can be wrong with a contract: against its template, and against people's privacy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from orchestration.reading.contract_rules import FieldRule
from orchestration.reading.contracts import Contract
from orchestration.reading.templates import TemplateField, templates

LOOKED_UP_BY_NAME = ("roster", "teacher_id")
"""The one field that `uptake match` knows people by."""

Problem = tuple[tuple[str | int, ...], str]
"""Where in the YAML, and a clause that says what was found and what is expected."""


def problems_of(contract: Contract) -> Iterator[Problem]:
    """What is wrong with a contract against its template, as (path in the YAML, sentence).

    Looks at one contract alone, with its items; the registry's part is in `contract_items`.
    """
    if contract.source not in templates():
        known = ", ".join(templates())
        yield ("source",), f"'{contract.source}' is no known source; expected one of {known}"
        return
    template = contract.template
    for name, rule in contract.fields.items():
        field = template.fields.get(name)
        if field is None:
            known = ", ".join(template.fields)
            yield ("fields", name), f"'{name}' is no field of {contract.source}; it has {known}"
        else:
            yield from _rule_problems(contract, name, rule, field)
    for name, field in template.fields.items():
        if field.must_be_fed and name not in contract.fields:
            yield ("fields",), f"nothing feeds '{name}', which {contract.source} requires"
    if (contract.answers or contract.items) and not template.has_answers:
        yield ("answers" if contract.answers else "items",), f"{contract.source} has no answers"
    if template.has_answers and not contract.answers:
        yield (), "it reads no item; say 'items: registry', or list them under 'answers'"
    for item in template.required_items:
        if item not in contract.answers:
            yield ("answers",), f"nothing answers '{item}', which {contract.source} requires"
    if set(contract.fields) <= set(template.fields):
        if not contract.columns:
            yield ("fields",), "it reads no column, and so would fit any file; name one"
        yield from _unpivoting_problems(contract)
        yield from _privacy_problems(contract)


def _rule_problems(
    contract: Contract, name: str, rule: FieldRule, field: TemplateField
) -> Iterator[Problem]:
    at = ("fields", name)
    if rule.date and field.type != "date":
        yield (*at, "date"), f"'{name}' is of type {field.type}, and takes no date format"
    if rule.timestamp and field.type not in ("timestamp", "date"):
        yield (*at, "timestamp"), f"'{name}' is of type {field.type}, and takes no timestamp format"
    yield from _bound_problems(at, rule, field)
    if rule.origin == "row_hash" and (field.type != "text" or contract.template.key != (name,)):
        yield (
            (*at, "from"),
            f"'{name}' is not the source's one id key; a row's hash stands for that",
        )
    if rule.pseudonym_of is not None:
        yield from _pseudonym_problems(contract, at, rule.pseudonym_of, field)
    for column in rule.sources if field.is_person else ():
        if column not in contract.identifying:
            yield (
                (*at, "column" if rule.column is not None else "columns"),
                f"column '{column}' feeds '{name}', a person; list it under 'identifying'",
            )
    if rule.named_in and (contract.source, name) != LOOKED_UP_BY_NAME:
        yield (*at, "named_in"), "nobody is looked up by name but the 'teacher_id' of a roster"
    for index, column in enumerate(rule.named_in):
        if column not in contract.identifying:
            yield (
                (*at, "named_in", index),
                f"column '{column}' says what people are called; list it under 'identifying'",
            )
    if field.needs_consent is not None and field.needs_consent not in contract.fields:
        yield (
            at,
            f"'{name}' is kept with the consent that '{field.needs_consent}' gives, which nothing "
            "feeds; give it a column or a constant",
        )


def _bound_problems(
    at: tuple[str, ...], rule: FieldRule, field: TemplateField
) -> Iterator[Problem]:
    """Bounds are of numbers for a number, and of days for a day."""
    for bound in ("at_least", "at_most"):
        value = getattr(rule, bound)
        if value is None:
            continue
        if field.type not in ("integer", "decimal", "date"):
            yield (*at, bound), f"'{at[-1]}' is of type {field.type}, and has no range"
        elif isinstance(value, date) != (field.type == "date"):
            expected = "a day, as 2022-01-31" if field.type == "date" else "a number"
            yield (*at, bound), f"'{at[-1]}' is of type {field.type}; expected {expected}"


def _pseudonym_problems(
    contract: Contract, at: tuple[str, ...], person: str, field: TemplateField
) -> Iterator[Problem]:
    known = contract.template.fields.get(person)
    if known is None or not known.is_person or person not in contract.fields:
        yield (*at, "pseudonym_of"), f"'{person}' is no person that the contract feeds"
    if field.type != "text" or field.needs_consent is not None:
        yield (*at, "pseudonym_of"), f"'{at[-1]}' is no text for which a pseudonym could stand"


def _unpivoting_problems(contract: Contract) -> Iterator[Problem]:
    """What a column says of a whole record is not to be taken for cells of rows."""
    unpivoted = contract.reads.unpivoted
    if unpivoted is None:
        return
    at = ("reads", "unpivoted")
    if contract.template.has_answers:
        yield at, f"rows of {contract.source} are told apart by their lines, which these share"
    own = {*contract.columns, *contract.identifying, *contract.secret} - {*unpivoted.made}
    if unpivoted.besides:
        for column in sorted(own - {*unpivoted.besides}):
            yield (*at, "besides"), f"its cells would be rows: list '{column}' here, too"
    for column in sorted(own & {*unpivoted.columns}):
        yield (*at, "columns"), f"'{column}' is read as a column of its own, and so makes no rows"


def _privacy_problems(contract: Contract) -> Iterator[Problem]:
    named_in = {column for rule in contract.fields.values() for column in rule.named_in}
    for index, column in enumerate(contract.secret):
        if column in named_in | {*contract.columns, *contract.reads.made_from}:
            yield ("secret", index), f"column '{column}' is secret, and so may feed nothing"
    for index, column in enumerate(contract.identifying):
        fed = [
            name
            for name in _fed_by(contract, column)
            if name in contract.answers or not contract.template.fields[name].is_person
        ]
        if fed:
            yield (
                ("identifying", index),
                f"column '{column}' identifies people, and so may not feed '{fed[0]}', "
                "which keeps its text",
            )
    for column in dict.fromkeys(contract.withheld_columns):
        fed = _fed_by(contract, column)
        if len(fed) > 1:
            yield (
                ("fields",),
                f"column '{column}' is kept with consent alone, and so may not feed both "
                f"'{fed[0]}' and '{fed[1]}'",
            )


def _fed_by(contract: Contract, column: str) -> list[str]:
    """The fields and items that a column feeds."""
    fields = [name for name, rule in contract.fields.items() if column in rule.sources]
    return fields + [item for item, rule in contract.answers.items() if column in rule.sources]
