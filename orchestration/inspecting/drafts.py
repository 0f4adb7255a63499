"""A draft of a contract, and how it is written: YAML that loads, with `# ?` where it asks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from orchestration.inspecting.columns import Column
from orchestration.inspecting.inspection import Inspected
from orchestration.reading.grouping import Grouping
from orchestration.reading.headers import plain_name
from orchestration.reading.templates import templates
from orchestration.reading.unpivoting import Unpivoting

EXCLUDED = (
    ("status", ("Survey Preview", "Survey Test", "Spam", "1", "2", "8"), "a preview"),
    ("finished", ("False", "0"), "not finished"),
)
"""Qualtrics's columns that say of a row that it is no answer: by which values, and why."""

RESERVED: Sequence[str] = ("yes", "no", "on", "off", "true", "false", "null")
"""Words that YAML takes for something else where they stand bare."""


@dataclass
class Draft:
    """A contract in the making: rules as YAML in flow style, and what is asked of each.

    `told` are the columns that a heading told, by field.
    """

    source: str
    fields: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    answers: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    identifying: list[str] = field(default_factory=list)
    stamp: str | None = None
    used: set[str] = field(default_factory=set)
    columns: dict[str, str] = field(default_factory=dict)
    told: dict[str, Column] = field(default_factory=dict)
    grouped: Grouping | None = None
    unpivoted: Unpivoting | None = None


def as_yaml(found: Inspected, draft: Draft) -> str:
    """The draft as a contract's YAML, what is asked behind the rule that it is asked of."""
    name = re.sub(r"\W+", "_", f"{draft.source}_{found.path.stem}".lower()).strip("_")[:60]
    lines = [
        f"name: {name}  # the file's name, without .yaml",
        "version: 1",
        f"source: {draft.source}",
        f"description: {quoted('What this export is, who sends it, and when.')}",
        *_reads(found, draft),
        "fields:",
        *_rules(draft.fields, templates()[draft.source].fields),
    ]
    if draft.answers:
        lines += ["answers:", *_rules(draft.answers, draft.answers)]
    if draft.identifying:
        lines.append(f"identifying: {listed(dict.fromkeys(draft.identifying))}")
    excluded = {
        column.name: f"values: {listed(values)}, because: {because}"
        for called, values, because in EXCLUDED
        for column in found.columns
        if found.recognised.reads.format == "qualtrics" and plain_name(column.name) == called
    }
    read = draft.used | set(excluded)
    secret = [one.name for one in found.columns if one.is_personal and one.name not in read]
    if secret:
        lines += ["secret:  # nothing of these is read", *(f"  - {quoted(one)}" for one in secret)]
    if excluded:
        lines += ["excludes:"]
        lines += [f"  - {{column: {quoted(one)}, {rest}}}" for one, rest in excluded.items()]
    if draft.stamp and draft.fields.get("response_id", ("", None))[0] != "{from: row_hash}":
        lines += ["versioned_by:", f"  {draft.stamp}"]
    return "\n".join(lines) + "\n"


def _rules(rules: Mapping[str, tuple[str, str | None]], order: Iterable[str]) -> list[str]:
    lines = []
    for name in order:
        if name in rules:
            rule, question = rules[name]
            lines.append(f"  {name}: {rule}{f'  # ? {question}' if question else ''}")
    return lines


def _reads(found: Inspected, draft: Draft) -> list[str]:
    reads = found.recognised.reads
    parts = [f"format: {reads.format}"]
    if reads.format == "delimited":
        parts += [f"encoding: {reads.encoding}", f"delimiter: {quoted(reads.delimiter or ',')}"]
    if reads.sheet:
        parts.append(f"sheet: {quoted(reads.sheet)}")
    if reads.header_rows > 1:
        parts.append(f"header_rows: {reads.header_rows}")
    if reads.header_has:
        parts.append(f"header_has: {listed(reads.header_has)}")
    if found.notes:
        parts.append(f"notes_below: {listed(found.notes)}")
    others = found.recognised.other_tables
    asked = f"  # ? other sheets hold a table, too ({others}): is it this one?" if others else ""
    made = _grouped(draft.grouped) if draft.grouped is not None else []
    made += _unpivoted(draft.unpivoted) if draft.unpivoted is not None else []
    if not made:
        return [f"reads: {{{', '.join(parts)}}}{asked}"]
    return [f"reads:{asked}", *(f"  {part}" for part in parts), *made]


def _unpivoted(unpivoted: Unpivoting) -> list[str]:
    lines = [
        "  unpivoted:",
        f"    names: {quoted(unpivoted.names)}",
        f"    values: {quoted(unpivoted.values)}",
        f"    besides: {listed(unpivoted.besides)}  # ? is every other column a session?",
    ]
    if unpivoted.blank is not None:
        asked = "was everybody expected, so that a blank cell is an absence? else leave this out"
        lines.append(f"    blank: {quoted(unpivoted.blank)}  # ? {asked}")
    return lines


def _grouped(grouped: Grouping) -> list[str]:
    lines = [
        "  grouped:",
        f"    by: {listed(grouped.by)}  # ? do records that agree in these make one row?",
    ]
    if grouped.counts:
        lines.append("    counts:")
    for one in grouped.counts:
        where, asked = "", "  # ? is every one enrolled? else say which, as 'where'"
        if one.where is not None:
            values = listed(one.where.values)
            where = f", where: {{column: {quoted(one.where.column)}, values: {values}}}"
            asked = ""
        lines.append(f"      - {{column: {one.column}, of: {quoted(one.of)}{where}}}{asked}")
    if (spreads := grouped.spreads) is not None:
        names, values = quoted(spreads.names), quoted(spreads.values)
        columns = listed(spreads.columns)
        lines.append(f"    spreads: {{names: {names}, values: {values}, columns: {columns}}}")
    return lines


def listed(texts: Iterable[str]) -> str:
    """Texts as a YAML list."""
    return f"[{', '.join(map(quoted, texts))}]"


def quoted(text: str) -> str:
    """A text as YAML has it in any place: bare where it is a plain word, else in double quotes."""
    plain = re.fullmatch(r"[A-Za-z_][\w ]*[\w]", text)
    return text if plain and text.lower() not in RESERVED else json.dumps(text, ensure_ascii=False)
