"""What can be wrong with a contract: against its template, and against people's privacy."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.reading.contracts import Contract, FieldRule
from orchestration.reading.templates import TemplateField, templates

Problem = tuple[tuple[str | int, ...], str]
"""Where in the YAML, and a clause that says what was found and what is expected."""


def problems_of(contract: Contract) -> Iterator[Problem]:
    """What is wrong with a contract against its template, as (path in the YAML, sentence).

    Looks at one contract alone; the registry's part is checked where contracts are loaded.
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
    if contract.answers and not template.has_answers:
        yield ("answers",), f"{contract.source} has no answers"
    for item in template.required_items:
        if item not in contract.answers:
            yield ("answers",), f"nothing answers '{item}', which {contract.source} requires"
    yield from _privacy_problems(contract)


def _rule_problems(
    contract: Contract, name: str, rule: FieldRule, field: TemplateField
) -> Iterator[Problem]:
    at = ("fields", name)
    if rule.date and field.type != "date":
        yield (*at, "date"), f"'{name}' is of type {field.type}, and takes no date format"
    if rule.timestamp and field.type not in ("timestamp", "date"):
        yield (*at, "timestamp"), f"'{name}' is of type {field.type}, and takes no timestamp format"
    if rule.origin == "row_hash" and (field.type != "text" or contract.template.key != (name,)):
        yield (
            (*at, "from"),
            f"'{name}' is not the source's one id key; a row's hash stands for that",
        )
    if field.is_person and rule.column is not None and rule.column not in contract.identifying:
        yield (
            (*at, "column"),
            f"column '{rule.column}' feeds '{name}', a person; list it under 'identifying'",
        )


def _privacy_problems(contract: Contract) -> Iterator[Problem]:
    for index, column in enumerate(contract.secret):
        if column in contract.columns:
            yield ("secret", index), f"column '{column}' is secret, and so may feed nothing"
    for index, column in enumerate(contract.identifying):
        fed = [
            name
            for name, rule in contract.fields.items()
            if rule.column == column and not contract.template.fields[name].is_person
        ]
        fed += [item for item, answer in contract.answers.items() if answer.column == column]
        if fed:
            yield (
                ("identifying", index),
                f"column '{column}' identifies people, and so may not feed '{fed[0]}', "
                "which keeps its text",
            )
