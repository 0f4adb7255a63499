"""What published tables owe each other, as SQL that yields the rows which break it.

Relations are asked of what is published: where cells are hidden, of those that can be seen. Each
query has the table's columns and two more: `found`, and in words what was `expected`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orchestration.disclosure import PUBLISHABLE

TOLERANCE = 1e-9

_PLACE = ("geography", "level", "unit_id")
_UNIT = ("term", *_PLACE)
_GROUP = ("subgroup_type", "subgroup")


@dataclass(frozen=True)
class Relation:
    """What must hold of a column of a table; `reads` are the other tables that it rests on."""

    table: str
    column: str
    sql: str
    reads: tuple[str, ...] = ()


def relations() -> Iterator[Relation]:
    """Every relation."""
    for name, table in PUBLISHABLE.items():
        if table.has_estimates:
            yield _whole(name, "n")
            yield _parts(name, "n")
            yield from _against_coverage(name, str(table.unit))
            yield _interval(name, "estimate")
            own = "own.subgroup_type = cell.subgroup_type and own.subgroup = cell.subgroup"
            yield _cell("mart_change", "estimate_to", name, own)
            for column, group in (
                ("estimate_supported", "'support', 'supported'"),
                ("estimate_unsupported", "'support', 'unsupported'"),
            ):
                its = f"(cell.subgroup_type, cell.subgroup) = ({group})"
                yield _cell("mart_support_comparison", column, name, its)
            yield _cell("mart_ranked_options", "estimate", name, "cell.subgroup_type = 'all'")
    yield _less("mart_change", "change", "estimate_to", "estimate_from")
    yield _less(
        "mart_support_comparison", "difference", "estimate_supported", "estimate_unsupported"
    )
    yield _parts_of_change()
    for compared, value, of in (
        ("mart_change", "change", ""),
        ("mart_change", "within_change", "within_"),
        ("mart_support_comparison", "difference", ""),
        ("mart_support_comparison", "change_difference", "change_"),
        ("mart_ranked_options", "difference", ""),
    ):
        yield _interval(compared, value, of)
    for column in ("n_seen", "n_matched", "n_eligible"):
        yield _whole("mart_coverage", column)
    yield _parts("mart_coverage", "n_seen")
    yield _share("mart_coverage", "coverage", "n_matched")
    yield _share("mart_survey_quality", "response_rate", "n_respondents")
    yield _share("mart_professional_learning", "reach", "n_attended")
    yield _respondents()
    yield _answers("mart_student_voice")
    yield _answers("mart_teacher_voice")
    yield _sum("rows_read", "rows_accepted", "rows_quarantined", "rows_superseded", "rows_erased")
    yield _sum("rows_accepted", "rows_used", "rows_set_aside")


def _keys(table: str, *but: str) -> list[str]:
    return [name for name in PUBLISHABLE[table].keys if name not in but]


def _same(one: str, other: str, names: Sequence[str]) -> str:
    return " and ".join(f"{one}.{name} is not distinct from {other}.{name}" for name in names)


def _whole(table: str, column: str) -> Relation:
    """A count of the district is the sum of its local districts', or no less than those shown."""
    keys = _keys(table, *_PLACE)
    sql = f"""
        with parts as (
            select {", ".join(keys)}, sum({column}) as added,
                bool_or(suppression <> 'none' or {column} is null) as some_hidden
            from {table} where level = 'local_district' group by all
        )
        select whole.*, whole.{column}::varchar as found,
            if(parts.some_hidden, 'at least ', '') || parts.added::bigint::varchar
                || ', the sum of its local districts' as expected
        from {table} as whole inner join parts on {_same("whole", "parts", keys)}
        where whole.level = 'district' and whole.suppression = 'none'
            and if(
                parts.some_hidden, parts.added > whole.{column}, parts.added <> whole.{column}
            )
    """
    return Relation(table, column, sql)


def _parts(table: str, column: str) -> Relation:
    """The subgroups of one type are no more than all."""
    keys = _keys(table, *_GROUP)
    sql = f"""
        with parts as (
            select {", ".join(keys)}, subgroup_type, sum({column}) as added
            from {table} where subgroup_type <> 'all' group by all
        )
        select whole.*, whole.{column}::varchar as found,
            'at least ' || parts.added::bigint::varchar || ', the sum over the subgroups '
                || parts.subgroup_type as expected
        from {table} as whole inner join parts on {_same("whole", "parts", keys)}
        where whole.subgroup_type = 'all' and whole.suppression = 'none'
            and parts.added > whole.{column}
    """
    return Relation(table, column, sql)


def _against_coverage(table: str, unit: str) -> Iterator[Relation]:
    """No more are in an estimate than were seen, and it has the roster that coverage has.

    Above a local district coverage counts schools without one, which are in no estimate.
    """
    both = f"""
        from {table} as own inner join mart_coverage as seen
            on {_same("own", "seen", (*_UNIT, *_GROUP))} and seen.population = '{unit}'
        where own.suppression = 'none' and seen.suppression = 'none'
    """
    sql = f"""
        select own.*, own.n::varchar as found,
            'at most ' || seen.n_seen::varchar || ', n_seen of mart_coverage' as expected
        {both} and own.n > seen.n_seen
    """
    yield Relation(table, "n", sql, ("mart_coverage",))
    sql = f"""
        select own.*, own.n_eligible::varchar as found,
            if(own.level = 'local_district', '', 'at most ') || seen.n_eligible::varchar
                || ', n_eligible of mart_coverage' as expected
        {both} and if(
            own.level = 'local_district',
            own.n_eligible <> seen.n_eligible,
            own.n_eligible > seen.n_eligible
        )
    """
    yield Relation(table, "n_eligible", sql, ("mart_coverage",))


def _interval(table: str, value: str, of: str = "") -> Relation:
    """An estimate or a difference lies in its interval."""
    low, high = f"{of}ci_low", f"{of}ci_high"
    sql = f"""
        select *, {value}::varchar as found,
            'between ' || {low}::varchar || ' and ' || {high}::varchar
                || ', its interval' as expected
        from {table}
        where {value} < {low} - {TOLERANCE} or {value} > {high} + {TOLERANCE}
    """
    return Relation(table, value, sql)


def _cell(table: str, column: str, mart: str, group: str) -> Relation:
    """What a row takes from a mart of estimates is what stands there, under the declared rule."""
    rule = "and cell.missing_rule = measure.missing_rule" if "missing_rule" in _keys(mart) else ""
    sql = f"""
        select own.*, own.{column}::varchar as found,
            cell.estimate::varchar || ', the estimate of {mart}' as expected
        from {table} as own
        inner join dim_measure as measure on own.measure_id = measure.measure_id
        inner join {mart} as cell
            on {_same("own", "cell", (*_UNIT, "measure_id", "weighting"))} and {group} {rule}
        where own.suppression = 'none'
            and (
                cell.suppression <> 'none' or abs(own.{column} - cell.estimate) > {TOLERANCE}
            )
    """
    return Relation(table, column, sql, (mart, "dim_measure"))


def _less(table: str, difference: str, one: str, other: str) -> Relation:
    """A difference is the one less the other."""
    sql = f"""
        select *, {difference}::varchar as found,
            ({one} - {other})::varchar || ', {one} less {other}' as expected
        from {table} where abs({difference} - ({one} - {other})) > {TOLERANCE}
    """
    return Relation(table, difference, sql)


def _parts_of_change() -> Relation:
    """What changed within schools, by their mix and by who was seen is the whole change."""
    added = "coalesce(within_change, 0) + coalesce(mix_change, 0) + composition_change"
    sql = f"""
        select *, change::varchar as found, ({added})::varchar || ', its parts' as expected
        from mart_change where abs(change - ({added})) > {TOLERANCE}
    """
    return Relation("mart_change", "change", sql)


def _share(table: str, share: str, numerator: str) -> Relation:
    """A share is its numerator by those eligible."""
    sql = f"""
        select *, {share}::varchar as found,
            (cast({numerator} as double) / n_eligible)::varchar
                || ', {numerator} by n_eligible' as expected
        from {table}
        where suppression = 'none'
            and abs({share} - cast({numerator} as double) / n_eligible) > {TOLERANCE}
    """
    return Relation(table, share, sql)


def _respondents() -> Relation:
    """No more answered one survey of a population than are counted as seen of it."""
    sql = f"""
        with instruments as (select distinct instrument, unit from dim_measure)
        select own.*, own.n_respondents::varchar as found,
            'at most ' || seen.n_seen::varchar || ', n_seen of mart_coverage' as expected
        from mart_survey_quality as own
        inner join instruments on own.instrument = instruments.instrument
        inner join mart_coverage as seen
            on {_same("own", "seen", _UNIT)} and seen.population = instruments.unit
                and seen.subgroup_type = 'all'
        where own.suppression = 'none' and seen.suppression = 'none'
            and own.n_respondents > seen.n_seen
    """
    return Relation("mart_survey_quality", "n_respondents", sql, ("mart_coverage", "dim_measure"))


def _answers(table: str) -> Relation:
    """No more are in an estimate than answered its survey."""
    sql = f"""
        with asked as (
            select {", ".join(_UNIT)}, instrument, max(n_respondents) as n_respondents
            from mart_survey_quality where suppression = 'none' group by all
        )
        select own.*, own.n::varchar as found,
            'at most ' || asked.n_respondents::varchar
                || ', n_respondents of mart_survey_quality' as expected
        from {table} as own
        inner join dim_measure on own.measure_id = dim_measure.measure_id
        inner join asked
            on {_same("own", "asked", _UNIT)} and asked.instrument = dim_measure.instrument
        where own.suppression = 'none' and own.n > asked.n_respondents
    """
    return Relation(table, "n", sql, ("mart_survey_quality", "dim_measure"))


def _sum(whole: str, *parts: str) -> Relation:
    """Nothing vanishes from an account of rows."""
    added = " + ".join(parts)
    sql = f"""
        select *, {whole}::varchar as found,
            ({added})::varchar || ', {added.replace("rows_", "")}' as expected
        from mart_row_accounting where {whole} <> {added}
    """
    return Relation("mart_row_accounting", whole, sql)
