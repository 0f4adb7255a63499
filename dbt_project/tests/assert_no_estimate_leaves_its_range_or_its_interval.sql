-- Means: every estimate lies in its measure's range and within its own interval.
-- Matters: a figure outside either is impossible, and would be printed.
-- To resolve: look at the registry's values for the measure, then at the estimator's macros.
with estimates as (
    {{ all_estimates() }}
),

measures as (
    select * from {{ ref('dim_measure') }}
)

select estimates.*
from estimates
inner join measures on estimates.measure_id = measures.measure_id
where
    not (
        estimates.estimate between measures.range_min and measures.range_max
        and estimates.estimate between coalesce(estimates.ci_low, estimates.estimate)
        and coalesce(estimates.ci_high, estimates.estimate)
    )
