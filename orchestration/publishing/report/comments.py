"""What educators said, in their words: comments that a person has read and released."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.publishing.figures import address
from orchestration.publishing.report import words
from orchestration.publishing.report.places import Place
from orchestration.publishing.report.tables import Tables

MART = "mart_comments"
SHOWN_AT_MOST = 12


@dataclass(frozen=True)
class Comment:
    """A released comment, and where and when it was written."""

    figure: str
    text: str
    said_by: str
    place_name: str
    term: str


@dataclass(frozen=True)
class CommentSection:
    """The latest released comments of a page, and how many more the data has."""

    comments: tuple[Comment, ...]
    n_more: int


def comment_section(tables: Tables, place: Place) -> CommentSection:
    """Released comments of a place, newest term first; on the district's page, everybody's."""
    rows = [
        row for row in tables.rows(MART) if place.is_district or row["unit_id"] == place.unit_id
    ]
    rows.sort(key=lambda row: (-tables.calendar.position(row["term"]), row["unit_name"]))
    comments = [
        Comment(
            figure=address(MART, row),
            text=row["shown"],
            said_by=words.phrase(row["source"]),
            place_name=row["unit_name"],
            term=tables.calendar.name(row["term"]),
        )
        for row in rows
    ]
    return CommentSection(tuple(comments[:SHOWN_AT_MOST]), max(len(comments) - SHOWN_AT_MOST, 0))
