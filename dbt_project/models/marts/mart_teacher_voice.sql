{{ estimate_mart('mart_teacher_voice') }}
