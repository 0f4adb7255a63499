{{ config(materialized='view') }}

-- Respondents of the terms that this build makes anew, each with a number: to group millions of
-- answers by what names a respondent costs many times as much as by a number. It follows from where
-- the response stands in landing, so that whoever asks is told the same.
with changed as (
    {{ changed_terms() }}
),

responses as (
    select * from {{ ref('int_survey_responses__used') }}
    where term in (select changed.term from changed)
),

files as (
    select distinct
        source,
        term,
        instrument,
        file_sha256
    from responses
),

numbered as (
    select
        source,
        term,
        instrument,
        file_sha256,
        row_number() over (order by source, term, instrument, file_sha256) as place
    from files
)

select
    -- no file has a million million lines
    numbered.place * 1000000000000 + responses.line as respondent,
    responses.source,
    responses.term,
    responses.instrument,
    responses.school_id,
    responses.cluster,
    responses.is_matched,
    responses.grade,
    responses.course,
    responses.english_learner,
    responses.disability,
    responses.race_ethnicity,
    responses.gender,
    responses.role,
    responses.answers
from responses
inner join numbered
    on
        responses.source = numbered.source
        and responses.term = numbered.term
        and responses.instrument = numbered.instrument
        and responses.file_sha256 = numbered.file_sha256
