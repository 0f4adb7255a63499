-- Means: the account's used rows are the rows of the facts, source by source and term by term.
-- Matters: the account is printed in the report as what the figures rest on.
-- To resolve: compare the intermediate models that judge the source's rows (int_..._judged,
-- int_survey_responses__set_aside) with the accounts of the admitted partitions.
with accounted as (
    select
        source,
        term,
        sum(rows_used) as rows_used
    from {{ ref('mart_row_accounting') }}
    where source in ('observations', 'student_survey', 'teacher_survey', 'pl_attendance')
    group by source, term
),

waiting as (
    select distinct
        source,
        term
    from {{ ref('stg_accounts__files') }}
    where not is_admitted
),

facts as (
    select
        'observations' as source,
        term,
        count(*) as fact_rows
    from {{ ref('fct_observation') }}
    group by term

    union all

    select
        source,
        term,
        count(distinct response_id) as fact_rows
    from {{ ref('fct_survey_response') }}
    group by source, term

    union all

    select
        'pl_attendance' as source,
        term,
        count(*) as fact_rows
    from {{ ref('fct_pl_attendance') }}
    group by term
),

compared as (
    select
        coalesce(accounted.source, facts.source) as source,
        coalesce(accounted.term, facts.term) as term,
        coalesce(accounted.rows_used, 0) as rows_used,
        coalesce(facts.fact_rows, 0) as fact_rows
    from accounted
    full outer join facts
        on accounted.source = facts.source and accounted.term = facts.term
)

select compared.*
from compared
left join waiting
    on compared.source = waiting.source and compared.term = waiting.term
where
    compared.rows_used <> compared.fact_rows
    -- while a partition waits the marts stand on its last admitted version
    and waiting.source is null
