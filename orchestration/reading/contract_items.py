"""The items of a contract: what the registry declares, bound to the columns of an export."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.reading.contract_checks import Problem
from orchestration.reading.contract_rules import QUARANTINE, SEPARATORS, AnswerRule
from orchestration.reading.contracts import Contract
from orchestration.reading.templates import templates
from orchestration.registry import Registry
from orchestration.registry.instruments import Item


def with_items(contract: Contract, registry: Registry) -> Contract:
    """The contract with a whole rule for each item it reads, in the registry's order.

    An item that the registry does not declare for the source is left out, and `item_problems`
    says so.
    """
    answers = {}
    for item in registry.items_of(contract.source):
        stated = contract.answers.get(item.item)
        if stated is None and contract.items == "registry":
            stated = AnswerRule(column=item.item)
        if stated is not None:
            answers[item.item] = _whole(stated, item)
    return contract.model_copy(update={"answers": answers})


def _whole(rule: AnswerRule, item: Item) -> AnswerRule:
    if rule.constant is not None:
        return rule
    several = item.kind == "multi_select"
    return rule.model_copy(
        update={
            "value_map": rule.value_map or scale_map(item),
            "separators": (rule.separators or SEPARATORS) if several else rule.separators,
        }
    )


def scale_map(item: Item) -> str:
    """The value map of an item's scale."""
    return f"scale:{item.scale}"


def item_problems(contract: Contract, registry: Registry) -> Iterator[Problem]:
    """What is wrong with a contract's answers, as it states them, against the registry."""
    template = templates().get(contract.source)
    if template is None or not template.has_answers:
        return
    declared = {item.item: item for item in registry.items_of(contract.source)}
    for name, rule in contract.answers.items():
        at = ("answers", name)
        item = declared.get(name)
        if item is None:
            yield at, f"no instrument of {contract.source} has an item '{name}'; see items.csv"
        else:
            yield from _rule_problems(at, rule, item, registry)
    if contract.items == "registry":
        for name, item in declared.items():
            if name in contract.answers:
                continue
            if any(name in rule.sources for rule in contract.fields.values()):
                yield (
                    ("items",),
                    f"items.csv has an item '{name}', whose column feeds a field already; give "
                    "it another name, or its own column under 'answers'",
                )
            yield from _rule_problems(("items",), AnswerRule(column=name), item, registry)


def _rule_problems(
    at: tuple[str, ...], rule: AnswerRule, item: Item, registry: Registry
) -> Iterator[Problem]:
    codes = {answer.code for answer in registry.scales[item.scale]}
    if rule.separators is not None and item.kind != "multi_select":
        yield (*at, "separators"), f"'{item.item}' takes one answer, so nothing separates several"
    if rule.constant is not None and rule.constant not in codes:
        yield (*at, "constant"), _no_code(rule.constant, item)
    if rule.unmapped != QUARANTINE and rule.unmapped not in codes:
        yield (*at, "unmapped"), _no_code(rule.unmapped, item)
    if rule.constant is not None:
        return
    value_map = rule.value_map or scale_map(item)
    if value_map not in registry.value_maps:
        yield (*at, "map"), f"the registry's value_maps.csv has no map '{value_map}'"
        return
    for code in sorted(set(registry.value_maps[value_map].values()) - codes):
        yield (*at, "map"), f"map '{value_map}': {_no_code(code, item)}"


def _no_code(code: str, item: Item) -> str:
    return f"'{code}' is no code of scale '{item.scale}', on which '{item.item}' is answered"
