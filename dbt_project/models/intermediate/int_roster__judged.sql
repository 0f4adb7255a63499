{{ config(materialized='view') }}

-- Every rostered class with the reason, if any, for which no mart uses it.
with classes as (
    select * from {{ ref('stg_roster__classes') }}
),

schools as (
    select * from {{ ref('int_schools__by_term') }}
)

select
    classes.*,
    case
        when schools.school_id is null then 'unknown_school'
        when classes.subject <> 'mathematics' then 'not_mathematics'
    end as set_aside
from classes
left join schools
    on classes.term = schools.term and classes.school_id = schools.school_id
