-- What Cronbach's alpha needs of a school: for each construct the complete cases' sums of each item,
-- and, where `item` is null, of their totals; negative items reversed.
with changed as (
    {{ changed_terms() }}
),

responses as (
    select * from {{ ref('int_survey_responses__used') }}
    where term in (select changed.term from changed)
),

exploded as (
    select
        source,
        term,
        instrument,
        school_id,
        response_id,
        {{ explode('answers') }} as answer
    from responses
),

items as (
    select * from {{ ref('int_items__answers') }}
    where construct is not null and value is not null
),

sizes as (
    select
        construct,
        count(distinct item) as n_items
    from items
    group by construct
),

scored as (
    select
        exploded.source,
        exploded.term,
        exploded.school_id,
        exploded.response_id,
        items.construct,
        items.item,
        items.value
    from exploded
    inner join items
        on
            exploded.source = items.source
            and exploded.instrument = items.instrument
            and exploded.answer.item = items.item
            and exploded.answer.code = items.code
),

complete as (
    select
        scored.source,
        scored.term,
        scored.school_id,
        scored.response_id,
        scored.construct,
        sum({{ exact('scored.value') }}) as total
    from scored
    inner join sizes on scored.construct = sizes.construct
    group by scored.source, scored.term, scored.school_id, scored.response_id, scored.construct
    having count(*) = max(sizes.n_items)
)

select
    scored.term,
    scored.school_id,
    scored.construct,
    scored.item,
    count(*) as n_complete,
    {{ exact_sum('scored.value') }} as sum_x,
    {{ exact_sum('power(cast(scored.value as double), 2)') }} as sum_xx
from scored
inner join complete
    on
        scored.source = complete.source
        and scored.term = complete.term
        and scored.response_id = complete.response_id
        and scored.construct = complete.construct
group by scored.term, scored.school_id, scored.construct, scored.item

union all

select
    term,
    school_id,
    construct,
    cast(null as varchar) as item,
    count(*) as n_complete,
    {{ exact_sum('total') }} as sum_x,
    {{ exact_sum('power(cast(total as double), 2)') }} as sum_xx
from complete
group by term, school_id, construct
