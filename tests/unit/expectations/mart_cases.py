"""A clean build of a term, as rows of its tables, for tests to damage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.unit.expectations.raw_cases import FILES, SCHOOLS, TERM, Rows

UNITS = (
    ("local_district", "district", "district", SCHOOLS),
    ("local_district", "local_district", "North", ("S1", "S2")),
    ("local_district", "local_district", "South", ("S3", "S4")),
    ("region", "region", "East", ("S1", "S3")),
    *(("local_district", "school", school, (school,)) for school in SCHOOLS),
)
SEEN, ELIGIBLE = 20, 30
RULES = ("exclude", "lowest", "drop_visit")
MEASURES: Mapping[str, Mapping[str, tuple[float, float, float]]] = {
    "mart_adoption": {"adoption_any": (0.8, 0, 1), "adoption_as_designed": (0.5, 0, 1)},
    "mart_instruction": {
        "engagement": (0.8, 0, 1),
        "engagement_wholly": (0.5, 0, 1),
        "ipg_score": (1.5, 0, 3),
    },
    "mart_unfinished_learning": {
        "adaptation_pack_used": (0.8, 0, 1),
        "adaptation_pack_used_wholly": (0.5, 0, 1),
    },
    "mart_student_voice": {
        "want_mathematician": (0.8, 0, 1),
        "want_mathematician_wholly": (0.5, 0, 1),
        "aspiration": (2.9, 1, 4),
    },
    "mart_teacher_voice": {"confident_use": (0.8, 0, 1), "confident_use_wholly": (0.5, 0, 1)},
}
"""Each measure's estimate in every cell, and its range."""
POPULATION = {
    "mart_adoption": "classrooms",
    "mart_instruction": "classrooms",
    "mart_unfinished_learning": "classrooms",
    "mart_student_voice": "students",
    "mart_teacher_voice": "teachers",
}
STRICTER = {mart: tuple(measures)[1] for mart, measures in MEASURES.items()}
"""Of each mart, the measure that counts only some of the codes which its first measure counts."""

_ESTIMATES = """
    school_year varchar, term varchar, geography varchar, level varchar, unit_id varchar,
    unit_name varchar, measure_id varchar, subgroup_type varchar, subgroup varchar,
    weighting varchar, n bigint, n_clusters bigint, n_eligible bigint, coverage double,
    estimate double, std_error double, df bigint, ci_low double, ci_high double, deff double,
    n_effective double, presentation varchar
"""
_PLACE = """
    school_year varchar, term varchar, geography varchar, level varchar, unit_id varchar,
    unit_name varchar
"""
COLUMNS = {
    **dict.fromkeys(MEASURES, _ESTIMATES),
    "mart_adoption": f"{_ESTIMATES}, n_visits bigint",
    "mart_instruction": f"{_ESTIMATES}, missing_rule varchar",
    "mart_change": f"""{_PLACE}, measure_id varchar, subgroup_type varchar, subgroup varchar,
        weighting varchar, from_term varchar, n_from bigint, n_to bigint, n_from_both bigint,
        n_to_both bigint, n_clusters_both bigint, n_clusters_entered bigint,
        n_clusters_left bigint, estimate_from double, estimate_to double, change double,
        std_error double, df bigint, ci_low double, ci_high double, within_change double,
        within_std_error double, within_df bigint, within_ci_low double, within_ci_high double,
        mix_change double, composition_change double, presentation varchar""",
    "mart_support_comparison": f"""{_PLACE}, measure_id varchar, weighting varchar,
        n_supported bigint, n_unsupported bigint, n_clusters_supported bigint,
        n_clusters_unsupported bigint, estimate_supported double, estimate_unsupported double,
        difference double, std_error double, df bigint, ci_low double, ci_high double,
        baseline_term varchar, baseline_n_supported bigint, baseline_n_unsupported bigint,
        baseline_effect_size double, baseline_ci_low double,
        baseline_ci_high double, baseline_label varchar,
        change_n_supported bigint, change_n_unsupported bigint, change_difference double,
        change_std_error double, change_df bigint, change_ci_low double, change_ci_high double,
        presentation varchar""",
    "mart_observer_agreement": f"""{_PLACE}, item varchar, item_label varchar, n_pairs bigint,
        exact double, adjacent double, kappa double, kappa_quadratic double,
        n_ratings bigint, n_own bigint,
        share_own_organisation double, own_minus_other double""",
    "mart_school_signals": """school_year varchar, term varchar, unit_id varchar,
        unit_name varchar, reference_kind varchar, measure_id varchar, n bigint, estimate double,
        reference double, limit_95_low double, limit_95_high double, limit_998_low double,
        limit_998_high double, p_value double, q_value double, signal varchar,
        direction varchar""",
    "mart_ranked_options": f"""{_PLACE}, item varchar, weighting varchar, rank bigint,
        measure_id varchar, n bigint, estimate double, next_measure_id varchar, difference double,
        std_error double, df bigint, ci_low double, ci_high double, against_next varchar""",
    "mart_survey_quality": f"""{_PLACE}, instrument varchar, construct varchar, n_items bigint,
        n_complete bigint, alpha double, n_respondents bigint, n_eligible bigint,
        response_rate double, flag varchar""",
    "mart_professional_learning": f"""{_PLACE}, priority_area varchar, role varchar,
        n_sessions bigint, hours double, n_attended bigint, n_eligible bigint, reach double,
        mean_hours double""",
    "mart_pl_sequence": """school_year varchar, term varchar, local_district varchar,
        priority_area varchar, audience varchar, sequence bigint, session_id varchar,
        title varchar, held_on date, hours double, n_attended bigint""",
    "mart_comments": """school_year varchar, term varchar, source varchar, level varchar,
        unit_id varchar, unit_name varchar, comment_id varchar, text varchar, consent varchar,
        screen varchar, reason varchar, released boolean""",
    "mart_coverage": f"""{_PLACE}, population varchar, subgroup_type varchar, subgroup varchar,
        n_eligible bigint, n_seen bigint, n_matched bigint, coverage double, flag varchar""",
    "mart_row_accounting": """source varchar, term varchar, file varchar, sha256 varchar,
        contract varchar, rows_read bigint, rows_accepted bigint, rows_quarantined bigint,
        rows_superseded bigint, rows_erased bigint, rows_used bigint, rows_set_aside bigint,
        reasons varchar""",
}


def place(geography: str, level: str, unit_id: str) -> dict[str, Any]:
    return {
        "school_year": "2021-22",
        "term": TERM,
        "geography": geography,
        "level": level,
        "unit_id": unit_id,
        "unit_name": unit_id,
    }


def _cells(*more: str) -> Iterator[tuple[dict[str, Any], int]]:
    """Every unit and subgroup, with how many of its two halves of each school it holds.

    `more` are subgroup types of two parts beside the grades.
    """
    parts = {"grade": ("6", "7"), "support": ("supported", "unsupported")}
    for geography, level, unit_id, schools in UNITS:
        subgroups = [("all", "all", 2)]
        if level != "school":
            subgroups += [(kind, part, 1) for kind in ("grade", *more) for part in parts[kind]]
        for subgroup_type, subgroup, halves in subgroups:
            named = {"subgroup_type": subgroup_type, "subgroup": subgroup}
            yield place(geography, level, unit_id) | named, halves * len(schools)


def clean_estimates(mart: str) -> Rows:
    rows: Rows = []
    more: list[dict[str, Any]] = [{}]
    if mart == "mart_instruction":
        more = [{"missing_rule": rule} for rule in RULES]
    for cell, halves in _cells("support"):
        n, eligible = halves * SEEN // 2, halves * ELIGIBLE // 2
        for measure_id, (estimate, _, _) in MEASURES[mart].items():
            rows += [
                {
                    **cell,
                    **also,
                    "measure_id": measure_id,
                    "weighting": weighting,
                    "n": n,
                    "n_clusters": 4,
                    "n_eligible": eligible,
                    "coverage": n / eligible,
                    "estimate": estimate,
                    "std_error": 0.05,
                    "df": 2,
                    "ci_low": estimate - 0.1,
                    "ci_high": estimate + 0.1,
                    "deff": 1.2,
                    "n_effective": n / 1.2,
                    "presentation": "show",
                    **({"n_visits": n + 1} if mart == "mart_adoption" else {}),
                }
                for weighting in ("none", "roster")
                for also in more
            ]
    return rows


def clean_change() -> Rows:
    """Every estimate, under the declared rule, was a tenth lower a year before."""
    return [
        {
            **cell,
            "measure_id": measure_id,
            "weighting": weighting,
            "from_term": "2020-21-spring",
            "n_from": 18,
            "n_to": 20,
            "n_from_both": 16,
            "n_to_both": 15,
            "n_clusters_both": 3,
            "n_clusters_entered": 1,
            "n_clusters_left": 1,
            "estimate_from": estimate - 0.1,
            "estimate_to": estimate,
            "change": 0.1,
            "std_error": 0.05,
            "df": 3,
            "ci_low": -0.06,
            "ci_high": 0.26,
            "within_change": 0.06,
            "within_std_error": 0.04,
            "within_df": 1,
            "within_ci_low": -0.45,
            "within_ci_high": 0.57,
            "mix_change": 0.03,
            "composition_change": 0.01,
            "presentation": "caution",
        }
        for cell, _ in _cells()
        for measures in MEASURES.values()
        for measure_id, (estimate, _, _) in measures.items()
        for weighting in ("none", "roster")
    ]


def clean_support_comparison() -> Rows:
    """Supported schools have as much as all, and unsupported ones too: none is told apart."""
    return [
        {
            **place(geography, level, unit_id),
            "measure_id": measure_id,
            "weighting": weighting,
            "n_supported": 20,
            "n_unsupported": 20,
            "n_clusters_supported": 1,
            "n_clusters_unsupported": 1,
            "estimate_supported": estimate,
            "estimate_unsupported": estimate,
            "difference": 0.0,
            "std_error": 0.05,
            "df": 1,
            "ci_low": -0.2,
            "ci_high": 0.2,
            "baseline_term": "2020-21-spring",
            "baseline_n_supported": 18,
            "baseline_n_unsupported": 18,
            "baseline_effect_size": -0.2,
            "baseline_ci_low": -0.6,
            "baseline_ci_high": 0.2,
            "baseline_label": "needs_adjustment",
            "change_n_supported": 16,
            "change_n_unsupported": 16,
            "change_difference": 0.1,
            "change_std_error": 0.04,
            "change_df": 1,
            "change_ci_low": -0.1,
            "change_ci_high": 0.3,
            "presentation": "caution",
        }
        for geography, level, unit_id, _ in UNITS
        if level != "school"
        for measures in MEASURES.values()
        for measure_id, (estimate, _, _) in measures.items()
        for weighting in ("none", "roster")
    ]


def clean_observer_agreement() -> Rows:
    return [
        {
            **place(geography, level, unit_id),
            "item": item,
            "item_label": item,
            "n_pairs": 5 * len(schools),
            "exact": 0.7,
            "adjacent": adjacent,
            "kappa": 0.4,
            "kappa_quadratic": adjacent and 0.6,
            "n_ratings": SEEN * len(schools),
            "n_own": SEEN * len(schools) // 4,
            "share_own_organisation": 0.25,
            "own_minus_other": adjacent and 0.3,
        }
        for geography, level, unit_id, schools in UNITS
        for item, adjacent in (("col", 0.2), ("materials", None))
    ]


def clean_school_signals() -> Rows:
    """Ten teachers a school, and no school is unlike its local district."""
    return [
        {
            "school_year": TERM[:7],
            "term": TERM,
            "unit_id": school,
            "unit_name": f"School {school}",
            "reference_kind": "local_district",
            "measure_id": measure_id,
            "n": 10,
            "estimate": estimate,
            "reference": estimate,
            "limit_95_low": 0.3,
            "limit_95_high": 0.9,
            "limit_998_low": 0.1,
            "limit_998_high": 1.0,
            "p_value": 0.6,
            "q_value": 0.9,
            "signal": "none",
            "direction": None,
        }
        for mart, measures in MEASURES.items()
        if POPULATION[mart] == "classrooms"
        for measure_id, (estimate, _, most) in measures.items()
        if most == 1
        for school in SCHOOLS
    ]


def clean_ranked_options() -> Rows:
    """Of what teachers say, as if it were one item's options: the largest share, then the next."""
    shares = {
        name: share
        for name, (share, _, most) in MEASURES["mart_teacher_voice"].items()
        if most == 1
    }
    order = sorted(shares, key=lambda name: -shares[name])
    rows: Rows = []
    for geography, level, unit_id, schools in UNITS:
        if level == "school":
            continue
        for weighting in ("none", "roster"):
            for rank, name in enumerate(order):
                following = order[rank + 1] if rank + 1 < len(order) else None
                gap = None if following is None else shares[name] - shares[following]
                rows.append(
                    {
                        **place(geography, level, unit_id),
                        "item": "challenges",
                        "weighting": weighting,
                        "rank": rank + 1,
                        "measure_id": name,
                        "n": SEEN * len(schools),
                        "estimate": shares[name],
                        "next_measure_id": following,
                        "difference": gap,
                        "std_error": None if gap is None else 0.02,
                        "df": None if gap is None else 3,
                        "ci_low": None if gap is None else gap - 0.2,
                        "ci_high": None if gap is None else gap + 0.2,
                        "against_next": None if gap is None else "above",
                    }
                )
    return rows


def clean_coverage() -> Rows:
    rows: Rows = []
    for cell, halves in _cells():
        n, eligible = halves * SEEN // 2, halves * ELIGIBLE // 2
        counts = {"n_eligible": eligible, "n_seen": n, "n_matched": n, "coverage": n / eligible}
        flags = {"classrooms": None, "students": "seats", "teachers": None, "educators": None}
        rows += [
            {**cell, "population": population, **counts, "flag": flag}
            for population, flag in flags.items()
        ]
    return rows


def clean_survey_quality() -> Rows:
    return [
        {
            **place(geography, level, unit_id),
            "instrument": "student_mathematics",
            "construct": construct,
            "n_items": n_items,
            "n_complete": 2 * SEEN * len(schools) - 4,
            "alpha": 0.7 if n_items > 1 else None,
            "n_respondents": 2 * SEEN * len(schools),
            "n_eligible": 2 * ELIGIBLE * len(schools),
            "response_rate": SEEN / ELIGIBLE,
            "flag": "below_85",
        }
        for geography, level, unit_id, schools in UNITS
        for construct, n_items in (("aspiration", 1), ("identity", 3))
    ]


def clean_professional_learning() -> Rows:
    rows: Rows = []
    for geography, level, unit_id, schools in UNITS:
        for area, sessions in (("discourse", 1), ("launching", 2), ("all", 3)):
            for role, each in (("teacher", 10), ("leader", 5), ("all", 15)):
                n, eligible = each * len(schools), ELIGIBLE * len(schools)
                is_teacher = role == "teacher"
                rows.append(
                    {
                        **place(geography, level, unit_id),
                        "priority_area": area,
                        "role": role,
                        "n_sessions": sessions,
                        "hours": 2.0 * sessions,
                        "n_attended": n,
                        "n_eligible": eligible if is_teacher else None,
                        "reach": n / eligible if is_teacher else None,
                        "mean_hours": 1.5 * sessions,
                    }
                )
    return rows


def clean_pl_sequence() -> Rows:
    return [
        {
            "school_year": "2021-22",
            "term": TERM,
            "local_district": "North",
            "priority_area": "discourse",
            "audience": "teachers",
            "sequence": number,
            "session_id": f"P{number}",
            "title": f"Session {number}",
            "held_on": f"2022-03-{10 + number}",
            "hours": 2.0,
            "n_attended": 20,
        }
        for number in (1, 2, 3)
    ]


def clean_comments() -> Rows:
    return [
        {
            "school_year": "2021-22",
            "term": TERM,
            "source": "student_survey",
            "level": "local_district",
            "unit_id": "North",
            "unit_name": "North",
            "comment_id": f"{number:016x}",
            "text": "We share more, in room 12.",
            "consent": "yes",
            "screen": "held" if number == 0 else "passed",
            "reason": "word" if number == 0 else None,
            "released": number == 1,
        }
        for number in range(60)
    ]


def clean_accounting() -> Rows:
    counts = {
        "rows_read": 100,
        "rows_accepted": 90,
        "rows_quarantined": 4,
        "rows_superseded": 5,
        "rows_erased": 1,
        "rows_used": 60,
        "rows_set_aside": 30,
    }
    rows: Rows = [
        {
            "source": "observations",
            "term": TERM,
            "file": f"walks {number}.csv",
            "sha256": FILES[number],
            "contract": "canonical",
            **counts,
            "reasons": '{"erased: on the list":1,"quarantined: no such date":4,'
            '"set aside: not_admitted":30,"superseded: newer":3,"superseded: the same again":2}',
        }
        for number in range(2)
    ]
    refused = {
        "source": "roster",
        "term": TERM,
        "file": "refused.csv",
        "sha256": "c" * 64,
        "contract": None,
        **dict.fromkeys(counts, 0),
        "reasons": '{"refused: it holds no text":1}',
    }
    return [*rows, refused]
