-- Student voice at every unit, subgroup and weighting, by hand: what an analyst would write in one
-- sitting for this one survey, from the raw Parquet alone (MEASURES, sections 2 to 4). It knows its
-- items, its term and its scale, which the models read from the registry; it stops at n, estimate
-- and std_error. {raw} is the data home's folder raw/.

-- an answer's value, null where it has none
create macro score(items, codes, item) as try_cast(codes[list_position(items, item)] as tinyint);
create macro agrees(value) as cast(value >= 3 as tinyint);
-- the mean of those answered, where two thirds are
create macro mean_of(answers) as
    case when 3 * list_count(answers) >= 2 * len(answers) then list_avg(answers) end;

create temp table schools as
select
    school_id,
    level as school_level,
    local_district,
    region,
    coalesce(support_from <= date '2022-06-30', false)
        and coalesce(support_to >= date '2022-06-30', true) as supported,
    support_provider
from read_parquet('{raw}/schools/*.parquet')
where valid_from <= date '2022-06-30' and coalesce(valid_to >= date '2022-06-30', true)
    and local_district is not null;

create temp table classes as
select school_id, class_id, any_value(grade) as grade, any_value(course) as course,
    sum(students) as students
from read_parquet('{raw}/roster/*.parquet')
where subject = 'mathematics'
group by all;

-- a respondent's latest response; those without a name all count
create temp table responses as
with listed as (
    select
        school_id, class_id, grade, english_learner, disability, race_ethnicity, gender,
        respondent_id, recorded_on,
        list_transform(answers, x -> x.item) as items,
        list_transform(answers, x -> x.code) as codes
    from read_parquet('{raw}/student_survey/*.parquet')
    semi join schools using (school_id)
),

scored as (
    select
        * exclude (items, codes),
        score(items, codes, 'want_mathematician') as i1,
        score(items, codes, 'am_mathematician') as i2,
        score(items, codes, 'recognised') as i3,
        score(items, codes, 'want_challenge') as i4,
        score(items, codes, 'like_hard') as i5,
        score(items, codes, 'share_ideas') as i6,
        score(items, codes, 'fit_in') as i7,
        score(items, codes, 'math_not_for_me') as i8,
        score(items, codes, 'explain_thinking') as i9,
        score(items, codes, 'mistakes_help') as i10,
        score(items, codes, 'keep_trying') as i11,
        score(items, codes, 'work_together') as i12
    from listed
),

latest as (
    select * from scored
    where coalesce(i1, i2, i3, i4, i5, i6, i7, i8, i9, i10, i11, i12) is not null
    qualify respondent_id is null
        or row_number() over (partition by respondent_id order by recorded_on desc) = 1
)

select
    school_id, class_id, english_learner, disability, race_ethnicity, gender,
    coalesce(classes.grade, latest.grade) as grade, classes.course,
    agrees(i1) as want_mathematician, agrees(i2) as am_mathematician, agrees(i3) as recognised,
    agrees(i4) as want_challenge, agrees(i5) as like_hard, agrees(i6) as share_ideas,
    agrees(i7) as fit_in, 1 - agrees(i8) as math_not_for_me, agrees(i9) as explain_thinking,
    agrees(i10) as mistakes_help, agrees(i11) as keep_trying, agrees(i12) as work_together,
    agrees(i1) * agrees(i4) as aspires_and_explores,
    cast(i1 as double) as aspiration,
    mean_of([i2, i3, 5 - i8]) as identity,
    (i4 + i5) / 2 as challenge,
    mean_of([i6, i7, i9, i10, i11, i12]) as belonging
from latest left join classes using (school_id, class_id);

-- sums by cluster: the school, within every part of it, and the class for a school's own row
create temp table wide as
select
    school_id,
    case when grouping(class_id) = 0 then 'class'
        when grouping(grade) = 0 then 'grade' when grouping(course) = 0 then 'course'
        when grouping(english_learner) = 0 then 'english_learner'
        when grouping(disability) = 0 then 'disability'
        when grouping(race_ethnicity) = 0 then 'race_ethnicity'
        when grouping(gender) = 0 then 'gender' else 'all' end as part,
    case part when 'class' then class_id when 'grade' then grade when 'course' then course
        when 'english_learner' then english_learner when 'disability' then disability
        when 'race_ethnicity' then race_ethnicity when 'gender' then gender
        else 'all' end as named,
    coalesce(named, 'not_stated') as value,
    count(columns(* exclude (school_id, class_id, grade, course, english_learner, disability,
        race_ethnicity, gender))) as "n_\0",
    sum(columns(* exclude (school_id, class_id, grade, course, english_learner, disability,
        race_ethnicity, gender))) as "y_\0"
from responses
group by grouping sets (
    (school_id), (school_id, class_id), (school_id, grade), (school_id, course),
    (school_id, english_learner), (school_id, disability), (school_id, race_ethnicity),
    (school_id, gender)
);

create temp table sums as
select school_id, part, value, measure_id, n, y
from (
    select school_id, part, value, measure[3:] as measure_id, n
    from (unpivot (select school_id, part, value, columns('^n_') from wide)
        on columns('^n_') into name measure value n)
)
inner join (
    select school_id, part, value, measure[3:] as measure_id, y
    from (unpivot (select school_id, part, value, columns('^y_') from wide)
        on columns('^y_') into name measure value y)
)
using (school_id, part, value, measure_id)
where n > 0;

create temp table weights as
with frame as (
    select local_district, school_level, sum(students) as rostered
    from classes inner join schools using (school_id)
    group by all
),

sampled as (
    select local_district, school_level, measure_id, sum(n) as n
    from sums inner join schools using (school_id)
    where part = 'all'
    group by all
)

select school_id, measure_id, 'none' as weighting, 1.0::double as weight
from schools cross join (select distinct measure_id from sampled)
union all
select school_id, measure_id, 'roster', frame.rostered / sampled.n
from schools
inner join frame using (local_district, school_level)
inner join sampled using (local_district, school_level)
where frame.rostered > 0;

-- every school in every domain that it belongs to
create temp table clusters as
with parts as (
    select school_id, part as subgroup_type, value as subgroup,
        measure_id, n, y
    from sums where part <> 'class'
    union all
    select school_id, kind, name, measure_id, n, y
    from sums inner join (
        unpivot (
            select
                school_id,
                school_level,
                case when supported then 'supported' else 'unsupported' end as support,
                case when supported then support_provider else 'not_stated' end as support_provider
            from schools
        ) on school_level, support, support_provider into name kind value name
    ) using (school_id)
    where part = 'all'
),

units as (
    select school_id, local_district as stratum, 'local_district' as geography,
        'district' as level, 'district' as unit_id from schools
    union all
    select school_id, local_district, 'local_district', 'local_district', local_district
    from schools
    union all
    select school_id, local_district, 'region', 'region', region from schools
    where region is not null
)

select geography, level, unit_id, subgroup_type, subgroup, measure_id, weighting,
    stratum, school_id as cluster, n, weight * n as sw, weight * y as swy
from parts inner join units using (school_id) inner join weights using (school_id, measure_id)
union all
select 'local_district', 'school', school_id, 'all', 'all', measure_id, weighting,
    school_id, value, n, weight * n, weight * y
from sums inner join weights using (school_id, measure_id)
where part = 'class';

create temp table answer as
with strata as (
    select measure_id, weighting, stratum, count(*) as clusters
    from clusters
    where level in ('district', 'school') and subgroup_type = 'all'
    group by all
),

estimates as (
    select geography, level, unit_id, subgroup_type, subgroup, measure_id, weighting,
        sum(n) as n, sum(swy) / sum(sw) as estimate, sum(sw) as sw
    from clusters
    group by all
),

scores as (
    select geography, level, unit_id, subgroup_type, subgroup, measure_id, weighting, stratum,
        sum((c.swy - e.estimate * c.sw) / e.sw) as z,
        sum(pow((c.swy - e.estimate * c.sw) / e.sw, 2)) as zz
    from clusters as c inner join estimates as e
        using (geography, level, unit_id, subgroup_type, subgroup, measure_id, weighting)
    group by all
),

variances as (
    select geography, level, unit_id, subgroup_type, subgroup, measure_id, weighting,
        -- clusters without a unit of the domain are there with z = 0
        sum(case when strata.clusters = 1 then zz
            else strata.clusters / (strata.clusters - 1) * (zz - z * z / strata.clusters) end
        ) as variance
    from scores inner join strata using (measure_id, weighting, stratum)
    group by all
)

select geography, level, unit_id, subgroup_type, subgroup, measure_id, weighting,
    n, estimate, sqrt(greatest(variance, 0)) as std_error
from estimates inner join variances
    using (geography, level, unit_id, subgroup_type, subgroup, measure_id, weighting);

copy (from answer order by all) to '{answer}';
