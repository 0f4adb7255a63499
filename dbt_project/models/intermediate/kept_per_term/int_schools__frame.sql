-- Who should have been seen: classrooms rostered, seen, and both, by school and subgroup.
select
    term,
    school_id,
    subgroup_type,
    subgroup,
    count(*) filter (where is_rostered) as n_eligible,
    count(*) filter (where is_visited) as n_seen,
    count(*) filter (where is_rostered and is_visited) as n_matched
from {{ ref('int_classrooms__subgroups') }}
where term in ({{ changed_terms() }})
group by term, school_id, subgroup_type, subgroup
