-- Means: the account's used observations are the rows of fct_observation, term by term.
-- Matters: the account is printed in the report as what the figures rest on.
-- To resolve: compare int_observations__judged with the accounts of the admitted partitions.
with accounted as (
    select
        term,
        sum(rows_used) as rows_used
    from {{ ref('mart_row_accounting') }}
    where source = 'observations'
    group by term
),

waiting as (
    select distinct term
    from {{ ref('stg_accounts__files') }}
    where source = 'observations' and not is_admitted
),

facts as (
    select
        term,
        count(*) as fact_rows
    from {{ ref('fct_observation') }}
    group by term
)

select
    accounted.term,
    accounted.rows_used,
    facts.fact_rows
from accounted
full outer join facts on accounted.term = facts.term
where
    coalesce(accounted.rows_used, 0) <> coalesce(facts.fact_rows, 0)
    -- while a partition waits the marts stand on its last admitted version
    and coalesce(accounted.term, facts.term) not in (select waiting.term from waiting)
