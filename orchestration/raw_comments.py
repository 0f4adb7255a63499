"""Comments on what the builder leaves in a build: each column's words are where it is declared.

A source's columns are the template's, and are told there; the registry's and the builder's own are
told where dbt is told of its sources, as every raw table is. Models and seeds are dbt's to comment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import duckdb
import yaml

from orchestration.reading.templates import templates
from orchestration.settings import DBT_PROJECT

SOURCES = [
    DBT_PROJECT / "models" / "staging" / name for name in ("_sources.yml", "_not_modelled.yml")
]
OF_EVERY_SOURCE = {
    "answers": "What the row answers: each item, the text that stood there, and its code.",
    "term": "The term in whose folder of landing the row lay.",
    "file_sha256": "SHA-256 of the file that the row was read from.",
    "line": "The line on which it began there.",
}
"""What Read adds to the columns of a template."""


@dataclass(frozen=True)
class Commented:
    """What a raw table is, and what each of its columns."""

    table: str
    columns: Mapping[str, str]


@cache
def raw_comments() -> Mapping[str, Commented]:
    """The comments of every raw table, by name."""
    told = [yaml.safe_load(path.read_text(encoding="utf-8"))["sources"] for path in SOURCES]
    found = {}
    for one in (table for (raw,) in told for table in raw["tables"]):
        columns = {column["name"]: column["description"] for column in one.get("columns", ())}
        if one["name"] in templates():
            fields = templates()[one["name"]].fields
            columns = {name: field.description for name, field in fields.items()} | OF_EVERY_SOURCE
        found[one["name"]] = Commented(one["description"], columns)
    return found


def comment(con: duckdb.DuckDBPyConnection) -> None:
    """Leave the comments on the raw tables and views of a build."""
    there = con.execute(
        """
        select table_name, view_name is not null, list(column_name)
        from duckdb_columns()
        left join duckdb_views() as views
            on duckdb_columns.schema_name = views.schema_name and table_name = view_name
        where duckdb_columns.schema_name = 'raw'
        group by all
        """
    ).fetchall()
    known = raw_comments()
    statements = []
    for name, is_view, columns in there:
        words = known[name]
        kind = "view" if is_view else "table"
        statements.append(f'comment on {kind} raw."{name}" is {_quoted(words.table)}')
        statements += [
            f'comment on column raw."{name}"."{column}" is {_quoted(words.columns[column])}'
            for column in columns
        ]
    # one transaction: each comment by itself would be written to the disk by itself
    con.execute(";".join(["begin", *statements, "commit"]))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
