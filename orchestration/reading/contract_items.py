"""The items of a contract: what the registry declares, bound to the columns of an export."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

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
            # of a multi-select they are always there, so that they tell it from other items
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
    for code in sorted(set(rule.chosen) - codes):
        yield (*at, "chosen", code), _no_code(code, item)
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
    if item.kind == "multi_select" and rule.column is not None:
        texts = registry.value_maps[value_map]
        for text in _ambiguous(texts, rule.separators or SEPARATORS):
            yield (
                (*at, "separators"),
                f"map '{value_map}' has '{text}', which is also several of its other texts with a "
                "separator between them; name other separators",
            )
    for code in sorted(set(registry.value_maps[value_map].values()) - codes):
        yield (*at, "map"), f"map '{value_map}': {_no_code(code, item)}"


def _ambiguous(texts: Collection[str], separators: str) -> Iterator[str]:
    """The options that are made of other options with separators between them."""
    known = {text.strip().lower() for text in texts}
    for text in texts:
        parts = re.split(f"[{re.escape(separators)}]", text.lower())
        if len(parts) > 1 and all(part.strip() in known for part in parts):
            yield text


def _no_code(code: str, item: Item) -> str:
    return f"'{code}' is no code of scale '{item.scale}', on which '{item.item}' is answered"
