-- Accepted rows that no mart uses, by file and reason. Rows of a partition that is not admitted as
-- it now lies in landing are all `not_admitted`, whatever older version the marts stand on.
with files as (
    select * from {{ ref('stg_accounts__files') }}
),

judged as (
    select
        'roster' as source,
        term,
        file_sha256,
        set_aside as reason
    from {{ ref('int_roster__judged') }}
    where set_aside is not null

    union all

    select
        'observations' as source,
        term,
        file_sha256,
        set_aside as reason
    from {{ ref('int_observations__judged') }}
    where set_aside is not null

    union all

    select
        'pl_attendance' as source,
        term,
        file_sha256,
        set_aside as reason
    from {{ ref('int_pl_attendance__judged') }}
    where set_aside is not null

    union all

    select
        source,
        term,
        file_sha256,
        reason
    from {{ ref('int_survey_responses__set_aside') }}
    where instrument is null
)

select
    files.source,
    files.term,
    files.file,
    judged.reason,
    count(*) as reason_rows
from judged
inner join files
    on
        judged.source = files.source
        and judged.term = files.term
        and judged.file_sha256 = files.sha256
-- of two files with the same bytes only one has accepted rows
where files.is_admitted and files.rows_accepted > 0
group by files.source, files.term, files.file, judged.reason

union all

select
    source,
    term,
    file,
    'not_admitted' as reason,
    rows_accepted as reason_rows
from files
where not is_admitted and rows_accepted > 0
