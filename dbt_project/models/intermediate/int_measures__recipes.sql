-- How a unit's value of a measure is made: how many of its items it must have a value of, how these
-- are combined, and under which rules for what was not observed.
with measures as (
    select * from {{ ref('stg_registry__measures') }}
),

items as (
    select
        measure_values.measure_id,
        count(distinct measure_values.item) as n_items,
        max(case when items.kind = 'multi_select' then 1 else 0 end) = 1 as is_multi_select
    from {{ ref('stg_registry__measure_values') }} as measure_values
    inner join {{ ref('stg_registry__items') }} as items on measure_values.item = items.item
    group by measure_values.measure_id
),

instruments as (
    select * from {{ ref('stg_registry__instruments') }}
)

select
    measures.measure_id,
    measures.mart,
    measures.unit,
    measures.combine,
    measures.instrument,
    items.n_items,
    coalesce(measures.minimum_items, items.n_items) as needed_items,
    -- such a measure's value is its one answer's, and nothing has to be combined
    items.n_items = 1 and not items.is_multi_select as is_one_answer,
    instruments.source,
    measures.mart = 'mart_instruction' as has_missing_rules,
    case
        when measures.mart = 'mart_instruction' then instruments.missing_rule else 'exclude'
    end as missing_rule
from measures
inner join items on measures.measure_id = items.measure_id
left join instruments on measures.instrument = instruments.instrument
