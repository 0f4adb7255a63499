"""The exports of random districts made otherwise: untidy, in another order, cut, or with regions.

Each function makes a new district of another and changes none.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from orchestration.reading.templates import templates
from tests.pipeline.districts import District
from tests.pipeline.responses import Row

Files = dict[str, list[Row]]

COMMENTS = ("", "Harder than before.", "Write to me: somebody@example.org", "More time!")


def untidied(district: District, rng: random.Random) -> District:
    """With comments, and with rows that Read does not keep.

    Every file has records sent twice, alike and in two versions, and records without a key. What
    is said of one record lies in one file: of two files with the same row the one whose hash comes
    first keeps it, and so their accounts depend on all that is in them. Schools have one version
    each: their content decides between several, and a region is content.
    """

    def untidy(source: str, name: str, rows: list[Row]) -> Files:
        key = templates()[source].key
        some = -(-len(rows) // 10)
        said = [_with_comment(row, rng) for row in rows]
        alike = rng.sample(said, some)
        versions = [
            rng.choice(said) | {one: row[one] for one in key}
            for row in rng.sample(said, some if source != "schools" else 0)
        ]
        refused = [row | dict.fromkeys(key, "") for row in rng.sample(said, some)]
        return {name: [*said, *alike, *versions, *refused]}

    return _each_file(district, untidy)


def permuted(district: District, rng: random.Random) -> District:
    """With the rows of each file in another order."""
    return _each_file(district, lambda _, name, rows: {name: rng.sample(rows, len(rows))})


def cut_in_two(district: District, rng: random.Random) -> District:
    """With `<name>-1` and `<name>-2` for each file that has rows enough for two."""

    def cut(_: str, name: str, rows: list[Row]) -> Files:
        if len(rows) < 2:
            return {name: rows}
        at = rng.randint(1, len(rows) - 1)
        return {f"{name}-1": rows[:at], f"{name}-2": rows[at:]}

    return _each_file(district, cut)


def with_regions(district: District, region: Callable[[Row], str]) -> District:
    """With the region of each school that `region` makes of its row; blank is none."""
    placed = {
        name: [row | {"region": region(row)} for row in rows]
        for name, rows in district.files["schools"].items()
    }
    return replace(district, files=district.files | {"schools": placed})


def _with_comment(row: Row, rng: random.Random) -> Row:
    if "comment" not in row:
        return row
    return row | {"comment": rng.choice(COMMENTS), "comment_consent": rng.choice(("yes", "no"))}


def _each_file(district: District, change: Callable[[str, str, list[Row]], Files]) -> District:
    """A district of the files that `change` makes of each source, name and rows."""
    files: dict[str, Files] = {}
    for source, named in district.files.items():
        files[source] = {}
        for name, rows in named.items():
            files[source] |= change(source, name, rows)
    return replace(district, files=files)
