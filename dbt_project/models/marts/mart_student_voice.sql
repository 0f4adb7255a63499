{{ estimate_mart('mart_student_voice') }}
