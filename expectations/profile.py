"""The profile of a raw partition: SQL that counts its rows by file and column, and beside others.

It reads the views that `frames.raw_claims` lays out: raw rows are not for Great Expectations.
"""

from __future__ import annotations

from dataclasses import dataclass

from expectations.declared import Expectation, Frame
from expectations.reasons import KINDS
from orchestration.reading.templates import templates

LAST_YEAR_ROWS = 100
"""Fewer rows a year before are too few to say what is usual."""


@dataclass(frozen=True)
class Part:
    """Something about a partition as a whole, and what is expected of it.

    `ctes` are common table expressions, the last of which is called `name` and has one row; its
    columns join those of the frame `relation`, which the expectations judge.
    """

    name: str
    ctes: str
    expectations: tuple[Expectation, ...]


_UNKNOWN = """
    known as (
        select distinct schools.school_id
        from schools, partition
        where
            schools.valid_from <= partition.ends_on
            and coalesce(schools.valid_to, partition.ends_on) >= partition.ends_on
    ),
    unknown as (
        select file_sha256 as sha256, count(*) as rows_unknown
        from raw anti join known using (school_id)
        group by file_sha256
    ),
"""

_NOBODY_UNKNOWN = """
    unknown as (select null::varchar as sha256, 0 as rows_unknown where false),
"""


def files_frame(*, in_schools: bool) -> Frame:
    """A row a file of the account. `in_schools`: rows name a school, which the schools must know.

    A school is known if it is valid on the term's last day, as it is for dbt.
    """
    return Frame(
        f"""
        with {_UNKNOWN if in_schools else _NOBODY_UNKNOWN}
        counted as (
            select files.*, coalesce(unknown.rows_unknown, 0) as rows_unknown_school
            from files left join unknown using (sha256)
        )
        select
            'file ' || file as label,
            refused,
            rows_read,
            abs(rows_read - rows_accepted - rows_quarantined - rows_superseded - rows_erased)
                as rows_unaccounted,
            -- rows that the contract excludes, such as previews, are no responses
            rows_quarantined - rows_excluded as rows_quarantined,
            case
                when rows_read > rows_excluded
                    then (rows_quarantined - rows_excluded) / (rows_read - rows_excluded)
                else 0
            end as share_quarantined,
            rows_excluded,
            case when rows_read > 0 then rows_excluded / rows_read else 0 end as share_excluded,
            n_conflicts,
            case when rows_read > 0 then n_conflicts / rows_read else 0 end as share_conflicts,
            n_extra_columns,
            n_missing_items,
            rows_unknown_school,
            case when rows_read > 0 then rows_unknown_school / rows_read else 0 end
                as share_unknown_schools
        from counted
        order by file
        """,
        is_profile=True,
    )


REASONS = Frame(
    f"""
    select
        'file ' || file || ', ' || reason as label,
        {", ".join(f"case when kind = '{kind}' then rows end as rows_{kind}" for kind in KINDS)}
    from reasons
    order by file, reason
    """,
    is_profile=True,
)
"""A row a file and reason for which its rows were quarantined, counted by the reason's kind."""


def columns_frame(source: str) -> Frame:
    """A row a column that the source's template requires a value of: its rows and its nulls."""
    required = ", ".join(
        f"('{name}')" for name, field in templates()[source].fields.items() if field.required
    )
    return Frame(
        f"""
        with required as (select * from (values {required}) as names (label)),
        filled as (
            unpivot (select count(columns(*)) from raw) on columns(*)
            into name label value rows_filled
        ),
        counted as (select count(*) as rows from raw)
        select label, counted.rows, counted.rows - coalesce(filled.rows_filled, 0) as nulls
        from counted, required left join filled using (label)
        order by label
        """,
        is_profile=True,
    )


def relation_frame(source: str, parts: tuple[Part, ...]) -> Frame:
    """One row: how the partition stands to its account, its key, and what its parts compare.

    Of its own it has rows, n_copies of keys, rows_astray from the account, and is_empty.
    """
    key = ", ".join(templates()[source].key)
    ctes = "".join(f",\n{part.ctes}" for part in parts)
    return Frame(
        f"""
        with counted as (select count(*) as rows, count(distinct row({key})) as n_keys from raw),
        account as (
            select
                count(*) as n_files,
                coalesce(sum(rows_accepted), 0)::bigint as rows_accepted,
                coalesce(sum(rows_erased), 0)::bigint as rows_erased
            from files
        ),
        basics as (
            select
                '' as label,
                rows,
                rows - n_keys as n_copies,
                abs(rows - rows_accepted) as rows_astray,
                (n_files > 0 and rows_accepted + rows_erased = 0)::int as is_empty
            from counted, account
        ){ctes}
        select {", ".join(("basics.*", *(f"{part.name}.*" for part in parts)))}
        from {", ".join(("basics", *(part.name for part in parts)))}
        """,
        is_profile=True,
    )
