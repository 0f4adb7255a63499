-- Every unit of geography that a school counts in, so that each mart fans out by one join.
-- `stratum` is the local district on either geography, or the school itself for its own row; a
-- school of no local district has none, is in no estimate, and is counted in coverage alone.
with schools as (
    select
        *,
        case when local_district is not null then 'local_district:' || local_district end as district_stratum
    from {{ ref('int_schools__by_term') }}
)

select
    term,
    school_id,
    'local_district' as geography,
    'district' as level,
    'district' as unit_id,
    'All local districts' as unit_name,
    district_stratum as stratum
from schools

union all

select
    term,
    school_id,
    'local_district' as geography,
    'local_district' as level,
    coalesce(local_district, 'unassigned') as unit_id,
    coalesce(local_district, 'No local district') as unit_name,
    district_stratum as stratum
from schools

union all

select
    term,
    school_id,
    'region' as geography,
    'region' as level,
    region as unit_id,
    region as unit_name,
    district_stratum as stratum
from schools
where region is not null

union all

select
    term,
    school_id,
    'local_district' as geography,
    'school' as level,
    school_id as unit_id,
    school_name as unit_name,
    case when local_district is not null then 'school:' || school_id end as stratum
from schools
