"""`uptake query`: SQL on a database of marts, read-only."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from orchestration.publishing.catalogue import LATEST, latest
from orchestration.publishing.files import DATABASE
from orchestration.settings import Home
from orchestration.spreadsheets import one_escaped
from orchestration.warehouse import read_only


class BadQuery(ValueError):
    """SQL that does not run, or a database that is not there, as a sentence."""


def answer(home: Home, sql: str, where: str | date, form: str) -> str:
    """The result as text: `table`, `csv`, or `json` (a list of objects).

    `where` is `current`, `published` or `unreleased`, or the day whose geography the marts are on.
    Raises BadQuery.
    """
    database = _database(home, where)
    if not database.is_file():
        how = f"uptake run --geography-as-of {where}" if isinstance(where, date) else "uptake run"
        raise BadQuery(f"There are no {where} marts yet ({database}): run `{how}` first.")
    try:
        with read_only(database) as con:
            _refuse_all_but_questions(con, sql)
            relation = con.sql(sql)
            if relation is None:
                raise BadQuery("The query returns nothing: ask with a select.")
            names, rows = _distinct(relation.columns), relation.fetchall()
    except duckdb.Error as problem:
        raise BadQuery(f"The query does not run: {problem}") from problem
    return _formatted(names, [[_plain(value) for value in row] for row in rows], form)


# a pivot creates a temporary type before it selects; of the marts nothing can be created
QUESTIONS = {duckdb.StatementType.SELECT, duckdb.StatementType.CREATE}


def _refuse_all_but_questions(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    """A read-only database does not stop `copy ... to`, which writes any file anywhere."""
    if others := {one.type for one in con.extract_statements(sql)} - QUESTIONS:
        named = ", ".join(sorted(one.name for one in others)).lower()
        raise BadQuery(
            f"The query is not run, since {named} may do more than ask: use a select, and --format "
            "for a file."
        )


def _database(home: Home, where: str | date) -> Path:
    if isinstance(where, date):
        return home.restated(where)
    if where == "published":
        newest = latest(home)
        return (newest.path if newest else home.published / LATEST) / DATABASE
    return {"current": home.current, "unreleased": home.unreleased}[where]


def _distinct(columns: Sequence[str]) -> list[str]:
    """The columns' names; one that stands again has a number behind it."""
    names: list[str] = []
    for name in columns:
        again, number = name, 0
        while again in names:
            number += 1
            again = f"{name}_{number}"
        names.append(again)
    return names


def _plain(value: Any) -> Any:
    """A value as JSON can say it: whole numbers stay whole, and days are days."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (float, Decimal)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return str(value)


def _formatted(names: list[str], rows: list[list[Any]], form: str) -> str:
    if form == "json":
        objects = [dict(zip(names, row, strict=True)) for row in rows]
        return json.dumps(objects, indent=2, ensure_ascii=False) + "\n"
    texts = [[_text(value) for value in row] for row in rows]
    if form == "csv":
        written = io.StringIO()
        # text alone: a negative number is no formula
        safe = [
            [
                one_escaped(text) if isinstance(value, str) else text
                for value, text in zip(*pair, strict=True)
            ]
            for pair in zip(rows, texts, strict=True)
        ]
        csv.writer(written, lineterminator="\n").writerows([map(one_escaped, names), *safe])
        return written.getvalue()
    if not rows:
        return "(no rows)\n"
    shown = [
        [
            f"{value:.6f}" if isinstance(value, float) else text
            for value, text in zip(*pair, strict=True)
        ]
        for pair in zip(rows, texts, strict=True)
    ]
    return pd.DataFrame(shown, columns=names).to_string(index=False) + "\n"


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
