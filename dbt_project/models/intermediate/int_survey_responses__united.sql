{{ config(materialized='view') }}

-- Responses of students and of teachers, under one set of columns.
select * from {{ ref('stg_student_survey__responses') }}

union all

select * from {{ ref('stg_teacher_survey__responses') }}
