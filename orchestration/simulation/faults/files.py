"""Damages to a file as such: how it was written, cut off, sent and sent again."""

from __future__ import annotations

import pandas as pd

from orchestration.simulation.faults.declared import Damage, Elsewhere, Export

AGAIN = "sent again.csv"


def recoded(encoding: str) -> Damage:
    """The file in another encoding; what that lacks is replaced."""

    def damage(export: Export, _: Elsewhere) -> Export:
        return export.as_bytes(export.content.decode().encode(encoding, errors="replace"))

    return damage


def cut_short(export: Export, _: Elsewhere) -> Export:
    """The first three quarters of the file's bytes, to the fourth cell of a row."""
    start = export.content.rfind(b"\n", 0, 3 * len(export.content) // 4) + 1
    cells = export.content[start:].split(b",", 4)[:4]
    return export.as_bytes(export.content[:start] + b",".join(cells))


def header_alone(export: Export, _: Elsewhere) -> Export:
    """The header, and no row."""
    return export.as_bytes(export.content[: export.content.index(b"\n") + 1])


def emptied(export: Export, _: Elsewhere) -> Export:
    """No byte at all."""
    return export.as_bytes(b"")


def redelimited(delimiter: str) -> Damage:
    """The same rows with another delimiter."""

    def damage(export: Export, _: Elsewhere) -> Export:
        text = export.rows.to_csv(index=False, lineterminator="\n", sep=delimiter)
        return export.as_bytes(text.encode())

    return damage


def quote_left_open(export: Export, _: Elsewhere) -> Export:
    """A quote is opened in the second row and never closed."""
    lines = export.content.split(b"\n")
    lines[2] = b'"' + lines[2].replace(b'"', b"")
    tail = [line.replace(b'"', b"") for line in lines[3:]]
    return export.as_bytes(b"\n".join([*lines[:3], *tail]))


def renamed(columns: dict[str, str]) -> Damage:
    """Columns by other names."""
    return lambda export, _: export.of(export.rows.rename(columns=columns))


def dropped(*columns: str) -> Damage:
    """The file without some columns."""
    return lambda export, _: export.of(export.rows.drop(columns=list(columns)))


def added(column: str, value: str) -> Damage:
    """A column more, the same on every row."""
    return lambda export, _: export.of(export.rows.assign(**{column: value}))


def sent_again(column: str, values: dict[str, str]) -> Damage:
    """The file twice; in the second one some values of a column are others."""

    def damage(export: Export, _: Elsewhere) -> Export:
        again = export.rows
        return export.beside(AGAIN, again.assign(**{column: again[column].replace(values)}))

    return damage


def sent_again_anew(key: str) -> Damage:
    """The file twice, the second time with a few rows more and other ids for all of them."""

    def damage(export: Export, _: Elsewhere) -> Export:
        rows = export.rows
        again = pd.concat([rows, rows.tail(20)], ignore_index=True)
        ids = pd.Series([f"again-{number}" for number in range(len(again))])
        return export.beside(AGAIN, again.assign(**{key: ids}))

    return damage


def joined_by_another_term(export: Export, elsewhere: Elsewhere) -> Export:
    """One school's file of the year before lies in this term's folder."""
    before = elsewhere("observations", "last_year")
    school = before["school_id"].mode()[0]
    return export.beside("one school.csv", before[before["school_id"] == school])
