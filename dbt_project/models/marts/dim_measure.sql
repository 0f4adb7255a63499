with measures as (
    select * from {{ ref('stg_registry__measures') }}
),

instruments as (
    select * from {{ ref('stg_registry__instruments') }}
)

select
    measures.measure_id,
    measures.position,
    measures.mart,
    measures.label,
    measures.definition,
    measures.numerator,
    measures.denominator,
    measures.unit,
    measures.kind,
    measures.range_min,
    measures.range_max,
    measures.direction,
    measures.target,
    measures.source,
    measures.instrument,
    case when measures.mart = 'mart_instruction' then instruments.missing_rule end as missing_rule
from measures
left join instruments on measures.instrument = instruments.instrument
