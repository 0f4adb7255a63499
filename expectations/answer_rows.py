"""The answers of a raw partition as one frame: a row an item, with how it was answered."""

from __future__ import annotations

from expectations.declared import Frame

FORMS = 100_000
"""Of more forms than this a part tells as much; which part follows from their keys."""

ENOUGH_ANSWERS = 200
"""Fewer answers to an item are no distribution."""

MANY_ANSWERS = 1000
"""Of fewer answers two distributions can be so unlike by chance that one looks turned round."""

ERRORS = 3
"""Standard errors that are granted to a correlation before it is called one that goes against."""

SAMPLED = f"""
    sampled as (
        select row_number() over () as form, *
        from raw
        where hash(file_sha256, line) % (
            select greatest(1, ceil(count(*) / {FORMS}))::ubigint from raw
        ) = 0
    ),
    answered as (
        select form, items.*
        from (select form, unnest(answers) as one from sampled)
        inner join items on one.item = items.item and one.code = items.code
    )
"""
"""CTEs `sampled`, forms by number, and `answered`, their answers with what the registry says."""

_PAST = f"""
    past as (
        select item, code, n, n / sum(n) over (partition by item) as share
        from (
            select one.item, one.code, count(*) as n
            from (
                select unnest(answers) as one
                from last_year
                where hash(file_sha256, line) % (
                    select greatest(1, ceil(count(*) / {FORMS}))::ubigint from last_year
                ) = 0
            )
            group by one.item, one.code
        )
        semi join (from items where value is not null) using (item, code)
    )
"""

_NO_PAST = """
    past as (
        select item, code, null::bigint as n, null::double as share from items where false
    )
"""


def answers_frame(*, over_time: bool) -> Frame:
    """A row an item of each instrument that was answered at all, and a row each instrument.

    Columns: `share_commonest` answer; `share_answered` of the forms; `agreement`, the correlation
    with the mean of the form's other items, or with those on other scales where that is less, all
    in the favourable direction, and ERRORS of its standard errors (1 / √n); `n_unused`, answers
    of the scale that nobody gave; `drift`, by how much of the scale the mean has moved in a year;
    and, of an instrument, `mirrored`: the distance from last year's distribution less the distance
    from last year's read from the other end (total variation), in the mean of its items. The last
    two only `over_time`, of a population that is asked the same every year. None is stated of few
    answers.
    """
    return Frame(
        f"""
        with {SAMPLED},
        {_PAST if over_time else _NO_PAST},
        totals as (
            select
                item,
                any_value(kind) as kind,
                sum(n) as n,
                max(n) / sum(n) as share_commonest
            from (select item, code, any_value(kind) as kind, count(*) as n
                from answered group by item, code)
            group by item
        ),
        valued as (
            select
                item,
                value,
                sum(value) over form as total,
                count(value) over form as n_values,
                sum(value) over scale as total_scale,
                count(value) over scale as n_scale
            from answered
            where value is not null
            window form as (partition by form), scale as (partition by form, scale)
        ),
        agreeing as (
            select
                item,
                corr(value, (total - value) / (n_values - 1)) as with_others,
                corr(value, (total - total_scale) / (n_values - n_scale)) filter (
                    where n_values > n_scale
                ) as with_other_scales
            from valued
            where n_values >= 3
            group by item
        ),
        present as (
            select item, code, n, n / sum(n) over (partition by item) as share
            from (
                select item, code, count(*) as n
                from answered where value is not null group by item, code
            )
        ),
        scales as (
            select
                items.item,
                items.value,
                present.n as n_now,
                past.n as n_past,
                coalesce(present.share, 0) as present,
                coalesce(past.share, 0) as past,
                coalesce(turned.share, 0) as turned
            from items
            left join present
                on items.item = present.item and items.code = present.code
            left join past on items.item = past.item and items.code = past.code
            left join past as turned
                on items.item = turned.item and items.mirrored = turned.code
            where items.value is not null
        ),
        compared as (
            select
                item,
                count(*) - count(n_now) as n_unused,
                abs(sum(value * present) - sum(value * past)) as drift,
                sum(abs(present - past)) / 2 - sum(abs(present - turned)) / 2 as mirrored,
                coalesce(sum(n_now), 0) as n_now,
                coalesce(sum(n_past), 0) as n_past
            from scales
            group by item
        ),
        asked as (
            select distinct items.item, items.kind
            from items semi join (select instrument from answered) using (instrument)
        )
        select
            asked.item as label,
            coalesce(n, 0)::bigint as n_answers,
            case
                when n >= {ENOUGH_ANSWERS} and asked.kind <> 'multi_select' then share_commonest
            end as share_commonest,
            case
                when forms >= {ENOUGH_ANSWERS} and asked.kind = 'ordinal'
                    then coalesce(n, 0) / forms
            end as share_answered,
            case
                when n_now >= {ENOUGH_ANSWERS}
                    then
                        least(
                            case when not isnan(with_others) then with_others end,
                            case when not isnan(with_other_scales) then with_other_scales end
                        ) + {ERRORS} / sqrt(n_now)
            end as agreement,
            case when n_now >= {ENOUGH_ANSWERS} then n_unused end as n_unused,
            case when least(n_now, n_past) >= {ENOUGH_ANSWERS} then drift end as drift,
            null as mirrored
        from asked
        cross join (select count(*) as forms from sampled)
        left join totals using (item)
        left join compared using (item)
        left join agreeing using (item)
        union all by name
        select
            instrument as label,
            sum(n_now)::bigint as n_answers,
            avg(mirrored) as mirrored
        from compared
        inner join (select distinct item, instrument from items) using (item)
        where least(n_now, n_past) >= {MANY_ANSWERS}
        group by instrument
        """,
        is_profile=True,
    )
