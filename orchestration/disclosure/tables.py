"""What each publishable table consists of: the one declaration that hiding and writing share.

A publishable table is an allow-list: a column that is not declared here is refused, so that a
column added to a mart is published knowingly or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from orchestration.disclosure import shown
from orchestration.disclosure.kinds import Kind, Part, PublishableTable, RestsOn

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


def _interval(of: str = "") -> dict[str, Kind]:
    """The columns that say how sure a difference is."""
    return {
        f"{of}std_error": Kind.FIGURE,
        f"{of}df": Kind.COUNT,
        f"{of}ci_low": Kind.FIGURE,
        f"{of}ci_high": Kind.FIGURE,
    }


_BEFORE_AND_SINCE = {
    "baseline_term": Kind.WORD,
    "baseline_n_supported": Kind.COUNT,
    "baseline_n_unsupported": Kind.COUNT,
    "baseline_effect_size": Kind.FIGURE,
    "baseline_ci_low": Kind.FIGURE,
    "baseline_ci_high": Kind.FIGURE,
    "baseline_label": Kind.WORD,
    "change_n_supported": Kind.COUNT,
    "change_n_unsupported": Kind.COUNT,
    "change_difference": Kind.FIGURE,
    **_interval("change_"),
}
"""What a comparison says of the same schools before support, and of what followed."""


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
                name="mart_change",
                columns={
                    **_UNIT,
                    "measure_id": Kind.KEY,
                    "subgroup_type": Kind.KEY,
                    "subgroup": Kind.KEY,
                    "weighting": Kind.KEY,
                    "from_term": Kind.KEY,
                    "n_from": Kind.COUNT,
                    "n_to": Kind.COUNT,
                    "n_from_both": Kind.COUNT,
                    "n_to_both": Kind.COUNT,
                    "n_clusters_both": Kind.COUNT,
                    "n_clusters_entered": Kind.COUNT,
                    "n_clusters_left": Kind.COUNT,
                    "estimate_from": Kind.FIGURE,
                    "estimate_to": Kind.FIGURE,
                    "change": Kind.FIGURE,
                    **_interval(),
                    "within_change": Kind.FIGURE,
                    **_interval("within_"),
                    "mix_change": Kind.FIGURE,
                    "composition_change": Kind.FIGURE,
                    "presentation": Kind.WORD,
                },
                shown=shown.CHANGE,
                denominators=("n_from", "n_to"),
                measure_column="measure_id",
                parts=(
                    Part(
                        (
                            *("n_from_both", "n_to_both", "within_change", *_interval("within_")),
                            *("mix_change", "composition_change"),
                        ),
                        (
                            *("n_from_both", "n_to_both"),
                            *(("n_from", "n_from_both"), ("n_to", "n_to_both")),
                        ),
                    ),
                ),
                rests_on=(RestsOn(), RestsOn(term="from_term")),
            ),
            PublishableTable(
                name="mart_support_comparison",
                columns={
                    **_UNIT,
                    "measure_id": Kind.KEY,
                    "weighting": Kind.KEY,
                    "n_supported": Kind.COUNT,
                    "n_unsupported": Kind.COUNT,
                    "n_clusters_supported": Kind.COUNT,
                    "n_clusters_unsupported": Kind.COUNT,
                    "estimate_supported": Kind.FIGURE,
                    "estimate_unsupported": Kind.FIGURE,
                    "difference": Kind.FIGURE,
                    **_interval(),
                    **_BEFORE_AND_SINCE,
                    "presentation": Kind.WORD,
                },
                shown=shown.SUPPORT,
                denominators=("n_supported", "n_unsupported"),
                measure_column="measure_id",
                parts=(
                    Part(
                        tuple(_BEFORE_AND_SINCE),
                        tuple(name for name in _BEFORE_AND_SINCE if "_n_" in name),
                    ),
                ),
                rests_on=(
                    RestsOn(group=("support", "supported")),
                    RestsOn(group=("support", "unsupported")),
                    RestsOn("baseline_term", ("all", "all"), tuple(_BEFORE_AND_SINCE)),
                ),
            ),
            PublishableTable(
                name="mart_observer_agreement",
                columns={
                    **_UNIT,
                    "item": Kind.KEY,
                    "item_label": Kind.NAME,
                    "n_pairs": Kind.COUNT,
                    "exact": Kind.FIGURE,
                    "adjacent": Kind.FIGURE,
                    "kappa": Kind.FIGURE,
                    "kappa_quadratic": Kind.FIGURE,
                    "n_ratings": Kind.COUNT,
                    "n_own": Kind.COUNT,
                    "share_own_organisation": Kind.FIGURE,
                    "own_minus_other": Kind.FIGURE,
                },
                shown=shown.AGREEMENT,
                denominators=("n_ratings",),
                unit="classrooms",
                parts=(
                    Part(
                        ("n_pairs", "exact", "adjacent", "kappa", "kappa_quadratic"), ("n_pairs",)
                    ),
                    Part(
                        ("n_own", "share_own_organisation", "own_minus_other"),
                        ("n_own", ("n_ratings", "n_own")),
                    ),
                ),
            ),
            PublishableTable(
                name="mart_ranked_options",
                columns={
                    **_UNIT,
                    "item": Kind.KEY,
                    "weighting": Kind.KEY,
                    "rank": Kind.COUNT,
                    "measure_id": Kind.KEY,
                    "n": Kind.COUNT,
                    "estimate": Kind.FIGURE,
                    "next_measure_id": Kind.WORD,
                    "difference": Kind.FIGURE,
                    **_interval(),
                    "against_next": Kind.WORD,
                },
                shown=shown.OPTION,
                denominators=("n",),
                measure_column="measure_id",
                rests_on=(RestsOn(group=("all", "all")),),
            ),
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
