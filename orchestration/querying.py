"""`uptake query`: SQL on a database of marts, read-only."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pandas as pd

from orchestration.settings import Home
from orchestration.warehouse import read_only


class BadQuery(ValueError):
    """SQL that does not run, or a database that is not there, as a sentence."""


def answer(home: Home, sql: str, where: str, form: str) -> str:
    """The result as text: `table`, `csv`, or `json` (a list of objects).

    `where` is `current`, `published` or `unreleased`. Raises BadQuery.
    """
    database = _database(home, where)
    if not database.is_file():
        raise BadQuery(f"There are no {where} marts yet ({database}): run `uptake run` first.")
    try:
        with read_only(database) as con:
            relation = con.sql(sql)
            if relation is None:
                raise BadQuery("The query returns nothing: ask with a select.")
            frame = relation.df()
    except duckdb.Error as problem:
        raise BadQuery(f"The query does not run: {problem}") from problem
    return _formatted(frame, form)


def _database(home: Home, where: str) -> Path:
    return {
        "current": home.current,
        "unreleased": home.unreleased,
        "published": home.published / "latest" / "marts.duckdb",
    }[where]


def _formatted(frame: pd.DataFrame, form: str) -> str:
    if form == "csv":
        return frame.to_csv(index=False, lineterminator="\n")
    if form == "json":
        plain = frame.astype(object).where(frame.notna(), None).to_dict("records")
        return json.dumps(plain, indent=2, ensure_ascii=False, default=str) + "\n"
    if frame.empty:
        return "(no rows)\n"
    return frame.to_string(index=False, na_rep="") + "\n"
