"""What is expected of `mart_row_accounting`: every row of every file is somewhere, with a reason.

That rows were set aside is no alarm by itself: those of a partition that waits for admission, or of
another subject, are set aside rightly, and unknown schools are judged before admission.
"""

from __future__ import annotations

from expectations.declared import BETWEEN, UNIQUE_TOGETHER, Expectation, Frame, Suite
from expectations.invariants import FAULT_OF_THE_BUILD

ROWS = Frame(
    """
    with mart as (
        select * from mart_row_accounting where term = (select term from judged)
    ),
    read as (
        select *, try_cast(try_cast(reasons as json) as map(varchar, bigint)) as counts
        from mart
    ),
    stated as (
        select
            source,
            file,
            sum(entry.value) filter (where starts_with(entry.key, 'quarantined')) as quarantined,
            sum(entry.value) filter (where starts_with(entry.key, 'superseded')) as superseded,
            sum(entry.value) filter (where starts_with(entry.key, 'erased')) as erased,
            sum(entry.value) filter (where starts_with(entry.key, 'set aside')) as set_aside
        from (select source, file, unnest(map_entries(counts)) as entry from read)
        group by source, file
    )
    select
        read.source,
        read.term,
        read.file,
        least(
            coalesce(rows_read, -1),
            coalesce(rows_accepted, -1),
            coalesce(rows_quarantined, -1),
            coalesce(rows_superseded, -1),
            coalesce(rows_erased, -1),
            coalesce(rows_used, -1),
            coalesce(rows_set_aside, -1)
        ) as smallest_count,
        abs(rows_read - rows_accepted - rows_quarantined - rows_superseded - rows_erased)
            as rows_unaccounted,
        abs(rows_accepted - rows_used - rows_set_aside) as rows_unused,
        case
            when counts is null then 1
            else
                abs(coalesce(quarantined, 0) - rows_quarantined)
                + abs(coalesce(superseded, 0) - rows_superseded)
                + abs(coalesce(erased, rows_erased) - rows_erased)
                + abs(coalesce(set_aside, 0) - rows_set_aside)
        end as rows_without_reason
    from read left join stated using (source, file)
    """
)

EXPECTATIONS = (
    Expectation(
        name="files_stand_once",
        severity="critical",
        on="rows",
        expectation=UNIQUE_TOGETHER,
        kwargs={"column_list": ["source", "term", "file"]},
        means="Each file of a source and term has one row.",
        why="A file that stands twice doubles every count of the account.",
        do=FAULT_OF_THE_BUILD,
    ),
    Expectation(
        name="counts_are_not_negative",
        severity="critical",
        on="rows",
        expectation=BETWEEN,
        kwargs={"column": "smallest_count", "min_value": 0},
        means="Every count is stated, and none is below 0.",
        why="A count below 0 hides as many rows elsewhere.",
        do=FAULT_OF_THE_BUILD,
    ),
    Expectation(
        name="rows_read_are_accounted_for",
        severity="critical",
        on="rows",
        expectation=BETWEEN,
        kwargs={"column": "rows_unaccounted", "max_value": 0},
        means="Rows read are those accepted, quarantined, superseded or erased.",
        why="A row that is in none of them has vanished without a reason.",
        do=FAULT_OF_THE_BUILD,
    ),
    Expectation(
        name="rows_accepted_are_used_or_set_aside",
        severity="critical",
        on="rows",
        expectation=BETWEEN,
        kwargs={"column": "rows_unused", "max_value": 0},
        means="Accepted rows are used by the marts or set aside with a reason.",
        why="A row that is neither was lost in a join.",
        do=FAULT_OF_THE_BUILD,
    ),
    Expectation(
        name="every_loss_has_a_reason",
        severity="critical",
        on="rows",
        expectation=BETWEEN,
        kwargs={"column": "rows_without_reason", "max_value": 0},
        means="The reasons' counts add up to the rows quarantined, superseded and set aside; being "
        "on the list of erased people is the one reason for a row to be erased.",
        why="A row is refused or set aside for a reason that a person can act on, or not at all.",
        do=FAULT_OF_THE_BUILD,
    ),
)

SUITE = Suite(table="mart_row_accounting", frames={"rows": ROWS}, expectations=EXPECTATIONS)
