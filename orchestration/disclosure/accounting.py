"""Row accounting without its files: a file's name may name a person."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

import pandas as pd

from orchestration.disclosure.kinds import Kind, PublishableTable


def by_source_and_term(table: PublishableTable, frame: pd.DataFrame) -> pd.DataFrame:
    """Sum an account over its files.

    `frame` has a row a file, with the table's own and its folded columns; the result has a row a
    source and term, counts summed and reasons merged.
    """
    counts = [name for name, kind in table.columns.items() if kind is Kind.COUNT]
    groups = frame.groupby(table.keys, sort=True)
    folded = groups[counts].sum().astype("int64")
    folded["reasons"] = groups["reasons"].agg(merged_reasons)
    return folded.reset_index()[list(table.columns)]


def merged_reasons(texts: Iterable[str | None]) -> str:
    """One JSON object from several, `{"<what>: <reason>": rows}`, counts added, keys in order."""
    total: Counter[str] = Counter()
    for text in texts:
        if isinstance(text, str) and text:
            total.update(json.loads(text))
    return json.dumps(dict(sorted(total.items())), ensure_ascii=False)
