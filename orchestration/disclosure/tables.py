"""What each publishable table consists of: the one declaration that hiding and writing share.

A publishable table is an allow-list: a column that is not declared here is refused, so that a
column added to a mart is published knowingly or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from orchestration.disclosure import shown
from orchestration.disclosure.kinds import Kind, PublishableTable

_UNIT = {
    "school_year": Kind.NAME,
    "term": Kind.KEY,
    "geography": Kind.KEY,
    "level": Kind.KEY,
    "unit_id": Kind.KEY,
    "unit_name": Kind.NAME,
}
_CELL = {
    "subgroup_type": Kind.KEY,
    "subgroup": Kind.KEY,
    "weighting": Kind.KEY,
    "n": Kind.COUNT,
    "n_clusters": Kind.COUNT,
    "n_eligible": Kind.COUNT,
    "coverage": Kind.FIGURE,
    "estimate": Kind.FIGURE,
    "std_error": Kind.FIGURE,
    "df": Kind.COUNT,
    "ci_low": Kind.FIGURE,
    "ci_high": Kind.FIGURE,
    "deff": Kind.FIGURE,
    "n_effective": Kind.FIGURE,
    "presentation": Kind.WORD,
    "against_target": Kind.WORD,
}
_PLACE = ("term", "geography", "level", "unit_id")

ESTIMATE_COLUMNS: Mapping[str, Kind] = MappingProxyType({**_UNIT, "measure_id": Kind.KEY, **_CELL})
"""The columns that every mart of estimates shares."""


def _estimates(name: str, unit: str, columns: Mapping[str, Kind]) -> PublishableTable:
    """A mart of estimates of a unit: a unit's measures of one subgroup are hidden together."""
    return PublishableTable(
        name=name,
        columns=columns,
        shown=shown.ESTIMATE,
        denominators=("n",),
        when_known=("n_eligible",),
        unit=unit,
        pattern=(*_PLACE, "subgroup_type", "subgroup"),
    )


PUBLISHABLE: Mapping[str, PublishableTable] = MappingProxyType(
    {
        table.name: table
        for table in (
            _estimates("mart_adoption", "classrooms", {**ESTIMATE_COLUMNS, "n_visits": Kind.COUNT}),
            _estimates(
                "mart_instruction",
                "classrooms",
                {**_UNIT, "measure_id": Kind.KEY, "missing_rule": Kind.KEY, **_CELL},
            ),
            _estimates("mart_unfinished_learning", "classrooms", ESTIMATE_COLUMNS),
            _estimates("mart_student_voice", "students", ESTIMATE_COLUMNS),
            _estimates("mart_teacher_voice", "teachers", ESTIMATE_COLUMNS),
            PublishableTable(
                name="mart_survey_quality",
                columns={
                    **_UNIT,
                    "instrument": Kind.KEY,
                    "construct": Kind.KEY,
                    "n_items": Kind.COUNT,
                    "n_complete": Kind.COUNT,
                    "alpha": Kind.FIGURE,
                    "n_respondents": Kind.COUNT,
                    "n_eligible": Kind.COUNT,
                    "response_rate": Kind.FIGURE,
                    "flag": Kind.WORD,
                },
                shown=shown.QUALITY,
                denominators=("n_respondents",),
                when_known=("n_complete", "n_eligible"),
                instrument_column="instrument",
                pattern=(*_PLACE, "instrument"),
            ),
            PublishableTable(
                name="mart_professional_learning",
                columns={
                    **_UNIT,
                    "priority_area": Kind.KEY,
                    "role": Kind.KEY,
                    "n_sessions": Kind.COUNT,
                    "hours": Kind.FIGURE,
                    "n_attended": Kind.COUNT,
                    "n_eligible": Kind.COUNT,
                    "reach": Kind.FIGURE,
                    "mean_hours": Kind.FIGURE,
                },
                shown=shown.REACH,
                denominators=("n_attended",),
                when_known=("n_eligible",),
                unit="educators",
            ),
            PublishableTable(
                name="mart_pl_sequence",
                columns={
                    "school_year": Kind.NAME,
                    "term": Kind.KEY,
                    "local_district": Kind.KEY,
                    "priority_area": Kind.KEY,
                    "audience": Kind.KEY,
                    "sequence": Kind.RANK,
                    "session_id": Kind.KEY,
                    "title": Kind.NAME,
                    "held_on": Kind.DAY,
                    "hours": Kind.FIGURE,
                    "n_attended": Kind.COUNT,
                },
                shown=shown.ATTENDANCE,
                denominators=("n_attended",),
                unit="educators",
            ),
            PublishableTable(
                name="mart_coverage",
                columns={
                    **_UNIT,
                    "population": Kind.KEY,
                    "subgroup_type": Kind.KEY,
                    "subgroup": Kind.KEY,
                    "n_eligible": Kind.COUNT,
                    "n_seen": Kind.COUNT,
                    "n_matched": Kind.COUNT,
                    "coverage": Kind.FIGURE,
                    "flag": Kind.WORD,
                },
                shown=shown.COVERAGE,
                denominators=("n_seen",),
                when_known=("n_eligible",),
                unit_column="population",
            ),
            PublishableTable(
                name="mart_comments",
                columns={
                    "school_year": Kind.NAME,
                    "term": Kind.KEY,
                    "source": Kind.KEY,
                    "level": Kind.KEY,
                    "unit_id": Kind.KEY,
                    "unit_name": Kind.NAME,
                    "comment_id": Kind.KEY,
                    "text": Kind.NAME,
                    "consent": Kind.NAME,
                    "screen": Kind.NAME,
                    "reason": Kind.NAME,
                    "released": Kind.YES_NO,
                },
                shown=shown.COMMENT,
                only="released",
            ),
            PublishableTable(
                name="mart_row_accounting",
                columns={
                    "source": Kind.KEY,
                    "term": Kind.KEY,
                    "rows_read": Kind.COUNT,
                    "rows_accepted": Kind.COUNT,
                    "rows_quarantined": Kind.COUNT,
                    "rows_superseded": Kind.COUNT,
                    "rows_erased": Kind.COUNT,
                    "rows_used": Kind.COUNT,
                    "rows_set_aside": Kind.COUNT,
                    "reasons": Kind.WORD,
                },
                shown=shown.ACCOUNT,
                folded=("file", "sha256", "contract"),
            ),
        )
    }
)
"""Every publishable table by name."""
