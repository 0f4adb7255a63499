-- Responses that marts use, once for each instrument that they answer, with the attributes by which
-- respondents are divided: grade and course are the roster's where the class is on it. A respondent
-- is matched if the class is on the roster, or, where no class is given, the school; a teacher who
-- is no stranger to the roster, if the roster has that teacher.
with changed as (
    {{ changed_terms() }}
),

responses as (
    select united.*
    from {{ ref('int_survey_responses__united') }} as united
    left join {{ ref('int_survey_responses__set_aside') }} as set_aside
        on
            united.source = set_aside.source
            and united.term = set_aside.term
            and united.response_id = set_aside.response_id
            and set_aside.instrument is null
    where set_aside.response_id is null and united.term in (select changed.term from changed)
),

instruments as (
    select
        source,
        instrument,
        count(*) over (partition by source) as n_instruments
    from {{ ref('stg_registry__instruments') }}
),

-- where a source has several instruments, the answers tell which of them a response is of
several as (
    select
        source,
        term,
        response_id,
        {{ explode('answers') }} as answer
    from responses
    where source in (
        select instruments.source from instruments
        where instruments.n_instruments > 1
    )
),

answered as (
    select
        responses.source,
        responses.term,
        responses.response_id,
        instruments.instrument
    from responses
    inner join instruments on responses.source = instruments.source
    where instruments.n_instruments = 1

    union all

    select distinct
        several.source,
        several.term,
        several.response_id,
        items.instrument
    from several
    inner join {{ ref('int_items__answers') }} as items
        on
            several.source = items.source
            and several.answer.item = items.item
            and several.answer.code = items.code
    left join {{ ref('int_survey_responses__set_aside') }} as set_aside
        on
            several.source = set_aside.source
            and several.term = set_aside.term
            and several.response_id = set_aside.response_id
            and items.instrument = set_aside.instrument
    where items.is_substantive and set_aside.response_id is null
),

rostered as (
    select * from {{ ref('int_classrooms__by_term') }}
    where is_rostered
),

rostered_schools as (
    select distinct
        term,
        school_id
    from rostered
),

teachers as (
    select distinct
        term,
        teacher_id
    from rostered
),

-- Millions of answers are grouped by whose they are. What names a respondent costs many times as
-- much there as a number does, and the place in landing gives one without a sort.
files as (
    select
        instruments.instrument,
        found.source,
        found.term,
        found.file_sha256,
        row_number() over (
            order by found.term, instruments.instrument, found.file_sha256
        ) as place
    from (
        select distinct
            source,
            term,
            file_sha256
        from responses
    ) as found
    inner join instruments on found.source = instruments.source
)

select
    -- no file has a million million lines
    files.place * 1000000000000 + responses.line as respondent,
    responses.source,
    responses.term,
    answered.instrument,
    responses.response_id,
    responses.recorded_on,
    responses.school_id,
    responses.class_id,
    coalesce(rostered.grade, responses.grade) as grade,
    rostered.course,
    responses.respondent_id,
    responses.english_learner,
    responses.disability,
    responses.race_ethnicity,
    responses.gender,
    responses.role,
    -- those of one class are alike; where it is not known a respondent is alike to nobody, and nobody
    -- knows who answered without a name in another term, whatever the response is called there
    case
        when responses.class_id is not null then 'class:' || responses.class_id
        when responses.respondent_id is not null then 'respondent:' || responses.respondent_id
        else 'response:' || responses.term || ' ' || responses.response_id
    end as cluster,
    case
        when responses.source = 'teacher_survey' and responses.respondent_id is not null
            then teachers.teacher_id is not null
        when responses.source = 'student_survey' and responses.class_id is not null
            then rostered.class_id is not null
        else rostered_schools.school_id is not null
    end as is_matched,
    responses.file_sha256,
    responses.line
from responses
inner join answered
    on
        responses.source = answered.source
        and responses.term = answered.term
        and responses.response_id = answered.response_id
inner join files
    on
        responses.term = files.term
        and responses.file_sha256 = files.file_sha256
        and answered.instrument = files.instrument
left join rostered
    on
        responses.term = rostered.term
        and responses.school_id = rostered.school_id
        and responses.class_id = rostered.class_id
left join rostered_schools
    on responses.term = rostered_schools.term and responses.school_id = rostered_schools.school_id
left join teachers
    on responses.term = teachers.term and responses.respondent_id = teachers.teacher_id
-- those of a school together, as they are summed: several times as fast as scattered
order by responses.term, responses.school_id, cluster
