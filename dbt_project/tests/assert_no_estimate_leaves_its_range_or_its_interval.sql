-- Means: every estimate lies in its measure's range and within its own interval.
-- Matters: a figure outside either is impossible, and would be printed.
-- To resolve: look at the registry's values for the measure, then at the estimator's macros.
with adoption as (
    select * from {{ ref('mart_adoption') }}
),

measures as (
    select * from {{ ref('dim_measure') }}
)

select adoption.*
from adoption
inner join measures on adoption.measure_id = measures.measure_id
where
    not (
        adoption.estimate between measures.range_min and measures.range_max
        and adoption.estimate between coalesce(adoption.ci_low, adoption.estimate)
        and coalesce(adoption.ci_high, adoption.estimate)
    )
