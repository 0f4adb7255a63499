-- Every file's rows: read = accepted + quarantined + superseded + erased, accepted = used + set
-- aside, with every reason and its count.
with files as (
    select * from {{ ref('stg_accounts__files') }}
),

set_aside as (
    select * from {{ ref('int_files__set_aside') }}
),

set_aside_by_file as (
    select
        source,
        term,
        file,
        cast(sum(reason_rows) as bigint) as set_aside_rows
    from set_aside
    group by source, term, file
),

reasons as (
    select
        source,
        term,
        file,
        reason,
        reason_rows
    from {{ ref('stg_accounts__reasons') }}

    union all

    select
        source,
        term,
        file,
        'set aside: ' || reason as reason,
        reason_rows
    from set_aside
),

reasons_by_file as (
    select
        source,
        term,
        file,
        {{ counts_as_json('reason', 'reason_rows') }} as reasons
    from reasons
    group by source, term, file
)

select
    files.source,
    files.term,
    files.file,
    files.sha256,
    files.contract,
    files.rows_read,
    files.rows_accepted,
    files.rows_quarantined,
    files.rows_superseded,
    files.rows_erased,
    files.rows_accepted - coalesce(set_aside_by_file.set_aside_rows, 0) as rows_used,
    coalesce(set_aside_by_file.set_aside_rows, 0) as rows_set_aside,
    coalesce(reasons_by_file.reasons, '{}') as reasons
from files
left join set_aside_by_file
    on
        files.source = set_aside_by_file.source
        and files.term = set_aside_by_file.term
        and files.file = set_aside_by_file.file
left join reasons_by_file
    on
        files.source = reasons_by_file.source
        and files.term = reasons_by_file.term
        and files.file = reasons_by_file.file
