-- What each answer to each item counts as: its value with negative items reversed (min + max - x),
-- whether it is favourable, and whether it says anything (not "don't know" or "not observed").
with items as (
    select * from {{ ref('stg_registry__items') }}
),

instruments as (
    select * from {{ ref('stg_registry__instruments') }}
),

answers as (
    select * from {{ ref('stg_registry__answers') }}
),

counted as (
    select distinct
        item,
        code
    from {{ ref('stg_registry__measure_values') }}
),

ends as (
    select
        scale,
        min(value) + max(value) as both_ends
    from answers
    group by scale
),

read_by_direction as (
    select
        items.item,
        items.instrument,
        items.scale,
        items.kind,
        items.construct,
        answers.code,
        case
            when items.direction = 'negative' then ends.both_ends - answers.value
            else answers.value
        end as value
    from items
    inner join answers on items.scale = answers.scale
    inner join ends on items.scale = ends.scale
)

select
    instruments.source,
    read_by_direction.instrument,
    read_by_direction.item,
    read_by_direction.kind,
    read_by_direction.construct,
    read_by_direction.code,
    read_by_direction.value,
    favourable.favourable,
    read_by_direction.value is not null or counted.code is not null as is_substantive
from read_by_direction
inner join instruments on read_by_direction.instrument = instruments.instrument
left join answers as favourable
    on
        read_by_direction.scale = favourable.scale
        and read_by_direction.value = favourable.value
left join counted
    on read_by_direction.item = counted.item and read_by_direction.code = counted.code
