-- Means: no two responses to an instrument share a number, in the terms that this build made.
-- Matters: answers are put together by it, and two people's would count as one's.
-- To resolve: look for two rows of a survey on one line of one landing file; Read gives each its own.
with changed as (
    {{ changed_terms() }}
)

select
    respondent,
    count(*) as copies
from {{ ref('int_survey_responses__used') }}
where term in (select changed.term from changed)
group by respondent
having count(*) > 1
