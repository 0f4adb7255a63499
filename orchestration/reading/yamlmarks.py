"""YAML with the line of every value, so that an error can say where to look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, ten times as fast, which PyYAML has unless it was built without."""


class YamlProblem(ValueError):
    """Text that is no YAML mapping, or that says one key twice; `line` counts from 1."""

    def __init__(self, sentence: str, line: int) -> None:
        super().__init__(sentence)
        self.line = line


@dataclass(frozen=True)
class MarkedYaml:
    """A document's content, and its node tree."""

    content: Any
    root: yaml.Node

    def line(self, path: Sequence[str | int]) -> int:
        """The line, from 1, of the value at a path; of the nearest parent that exists."""
        node = self.root
        for step in path:
            child = _child(node, step)
            if child is None:
                break
            node = child
        return int(node.start_mark.line) + 1


@lru_cache(maxsize=64)
def load_marked(text: str) -> MarkedYaml:
    """Parse one document, once. Raises YamlProblem for text that is not YAML or repeats a key.

    Every stage of a run loads every contract. The content is shared, and not to be changed.
    """
    try:
        root = yaml.compose(text, Loader=PARSER)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        said = getattr(problem, "problem", None) or "it cannot be parsed"
        raise YamlProblem(f"not YAML: {said}", mark.line + 1 if mark else 1) from problem
    if not isinstance(root, yaml.MappingNode):
        raise YamlProblem("expected a mapping of names to values", 1)
    _refuse_repeated(root)
    return MarkedYaml(SafeConstructor().construct_document(root), root)


def _child(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None


def _refuse_repeated(node: yaml.Node) -> None:
    if isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_repeated(value)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise YamlProblem(f"'{key.value}' stands twice", key.start_mark.line + 1)
            seen.add(key.value)
            _refuse_repeated(value)
