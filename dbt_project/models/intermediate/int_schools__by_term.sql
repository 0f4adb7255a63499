-- A school as it stands on the last day of each term: geography, level and support.
with terms as (
    select * from {{ ref('stg_registry__terms') }}
),

spells as (
    select * from {{ ref('stg_schools__spells') }}
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
    term,
    school_id,
    school_name,
    school_level,
    local_district,
    region,
    case when is_supported then 'supported' else 'unsupported' end as support,
    case when is_supported then support_provider end as support_provider,
    case when is_supported then coalesce(support_from, valid_from) end as supported_from
from valid_spells
where newest = 1
