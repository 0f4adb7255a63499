-- Means: a file's accepted rows are the rows the marts use and those set aside, with no remainder,
-- and what was read is what was accepted, quarantined, superseded or erased.
-- Matters: a row that is in neither has vanished, and no figure can be trusted.
-- To resolve: look for a model between staging and the marts that drops or repeats rows.
with accounted as (
    select * from {{ ref('mart_row_accounting') }}
)

select *
from accounted
where
    rows_used < 0
    or rows_accepted <> rows_used + rows_set_aside
    or rows_read <> rows_accepted + rows_quarantined + rows_superseded + rows_erased
