-- What Cronbach's alpha needs of a school: for each construct the complete cases' sums of each item,
-- and, where `item` is null, of their totals; negative items reversed.
with changed as (
    {{ changed_terms() }}
),

answers as (
    select * from {{ ref('int_respondents__answers') }}
    -- all of them are, but what is kept per term must name the inputs for the hook that deletes
    where term in (select changed.term from changed)
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
        answers.term,
        answers.school_id,
        answers.respondent,
        items.construct,
        items.item,
        items.value
    from answers
    inner join items
        on
            answers.source = items.source
            and answers.instrument = items.instrument
            and answers.item = items.item
            and answers.code = items.code
),

complete as (
    select
        scored.term,
        scored.school_id,
        scored.respondent,
        scored.construct,
        sum({{ exact('scored.value') }}) as total
    from scored
    inner join sizes on scored.construct = sizes.construct
    group by scored.term, scored.school_id, scored.respondent, scored.construct
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
        scored.respondent = complete.respondent
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
