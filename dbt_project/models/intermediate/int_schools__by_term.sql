-- A school as it stands on the last day of each term: geography, level and support. A build that is
-- restated has the geography of one day instead, and the rest as it was.
with terms as (
    select * from {{ ref('stg_registry__terms') }}
),

spells as (
    select * from {{ ref('stg_schools__spells') }}
),

geography as (
    select
        spells.school_id,
        spells.local_district,
        spells.region,
        row_number() over (
            partition by spells.school_id order by spells.valid_from desc
        ) as newest
    from {{ ref('stg_build__geography') }} as build
    inner join spells
        on
            spells.valid_from <= build.geography_as_of
            and coalesce(spells.valid_to, build.geography_as_of) >= build.geography_as_of
),

valid_spells as (
    select
        terms.term,
        spells.*,
        coalesce(
            spells.support_provider is not null
            and coalesce(spells.support_from, spells.valid_from) <= terms.ends_on
            and coalesce(spells.support_to, terms.ends_on) >= terms.ends_on,
            false
        ) as is_supported,
        row_number() over (
            partition by terms.term, spells.school_id order by spells.valid_from desc
        ) as newest
    from terms
    inner join spells
        on
            spells.valid_from <= terms.ends_on
            and coalesce(spells.valid_to, terms.ends_on) >= terms.ends_on
)

select
    valid_spells.term,
    valid_spells.school_id,
    valid_spells.school_name,
    valid_spells.school_level,
    case
        when build.geography_as_of is null then valid_spells.local_district
        else geography.local_district
    end as local_district,
    case
        when build.geography_as_of is null then valid_spells.region
        else geography.region
    end as region,
    case when valid_spells.is_supported then 'supported' else 'unsupported' end as support,
    case when valid_spells.is_supported then valid_spells.support_provider end as support_provider,
    case
        when valid_spells.is_supported
            then coalesce(valid_spells.support_from, valid_spells.valid_from)
    end as supported_from
from valid_spells
cross join {{ ref('stg_build__geography') }} as build
left join geography
    on valid_spells.school_id = geography.school_id and geography.newest = 1
where valid_spells.newest = 1
