select
    term,
    school_id,
    class_id,
    grade,
    course,
    subject,
    teacher_id,
    students,
    english_learners,
    students_with_disabilities,
    file_sha256,
    line
from {{ source('raw', 'roster') }}
