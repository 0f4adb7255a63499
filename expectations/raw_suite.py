"""The suite of a raw source, put together from what it shares with others and what is its own."""

from __future__ import annotations

from expectations.declared import Expectation, Frame, Suite
from expectations.profile import REASONS, Part, columns_frame, files_frame, relation_frame
from expectations.raw_partition import (
    FILE_EXPECTATIONS,
    PARTITION_EXPECTATIONS,
    SCHOOL_EXPECTATIONS,
)
from expectations.raw_reasons import REASON_EXPECTATIONS


def raw_suite(
    source: str,
    *parts: Part,
    compares: tuple[str, ...] = (),
    in_schools: bool = False,
    frame: tuple[str, Frame, tuple[Expectation, ...]] | None = None,
) -> Suite:
    """A source's suite: files, reasons, columns and key as for all, `parts` and a `frame` more.

    `in_schools`: its rows name schools, which must be known.
    """
    name, more, on_it = frame or ("", Frame(""), ())
    return Suite(
        table=f"raw_{source}",
        compares=compares,
        frames={
            "files": files_frame(in_schools=in_schools),
            "reasons": REASONS,
            "columns": columns_frame(source),
            "relation": relation_frame(source, parts),
            **({name: more} if name else {}),
        },
        expectations=(
            *FILE_EXPECTATIONS,
            *REASON_EXPECTATIONS,
            *(SCHOOL_EXPECTATIONS if in_schools else ()),
            *PARTITION_EXPECTATIONS,
            *(one for part in parts for one in part.expectations),
            *on_it,
        ),
    )
