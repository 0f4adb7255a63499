"""A district's landing of any size, written by DuckDB: schools, a roster and one survey's export.

    python -m benchmarks.district HOME RESPONSES

Everything is a hash of a row's number, so that the same size gives the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

TERM = "2021-22-spring"
ITEMS = (
    "want_mathematician",
    "am_mathematician",
    "recognised",
    "want_challenge",
    "like_hard",
    "share_ideas",
    "fit_in",
    "math_not_for_me",
    "explain_thinking",
    "mistakes_help",
    "keep_trying",
    "work_together",
)
"""The shipped instrument's items, and four that the site's registry adds to it."""

ADDED = {
    "explain_thinking": ("I explain my thinking in math class.", "Explain their thinking"),
    "mistakes_help": ("Mistakes help me learn math.", "Feel that mistakes help them learn"),
    "keep_trying": ("I keep trying when a problem is hard.", "Keep trying"),
    "work_together": ("I learn from working with others in math class.", "Learn from others"),
}
PER_CLASS = 25
CLASSES_PER_SCHOOL = 60
LOCAL_DISTRICTS = 12

_MACROS = """
    create macro draw(n, a, b) as cast(hash(a, b) % n as bigint);
    create macro pick(options, a, b) as options[1 + draw(len(options), a, b)];
"""
_SCHOOLS = """
    select
        printf('S%05d', i) as school_id,
        printf('School %d', i) as school_name,
        pick(['middle', 'middle', 'high'], i, 1) as level,
        printf('District %02d', i % {districts}) as local_district,
        printf('Region %d', i % 4) as region,
        '2015-07-01' as valid_from,
        '' as valid_to,
        pick(['LE', '', ''], i, 2) as support_provider,
        pick(['2021-08-01', '', ''], i, 2) as support_from,
        '' as support_to
    from range({schools}) as numbers(i)
"""
_ROSTER = """
    select
        printf('C%05d', i) as class_id,
        printf('S%05d', i // {classes}) as school_id,
        6 + draw(6, i, 3) as grade,
        printf('Math %d', 6 + draw(6, i, 3)) as course,
        'mathematics' as subject,
        printf('teacher-%d', i // 3) as teacher_id,
        {seats} as students,
        4 as english_learners,
        3 as students_with_disabilities
    from range({all_classes}) as numbers(i)
"""
# One in 200 students answers again, later; one row in 1,000 has an answer that nobody knows, and
# one in 1,000 is of a school that nobody knows: less than what the suites call too much.
_SURVEY = """
    with rows as (
        select
            i,
            case when i % 200 = 199 then i - 1 else i end as student
        from range({responses}) as numbers(i)
    )
    select
        printf('R%08d', i) as response_id,
        date '2022-03-01' + cast(case when i = student then draw(20, i, 4) else 27 end as integer)
            as recorded_on,
        case when draw(1000, i, 5) = 0 and i % 200 < 198 then 'nowhere'
            else printf('S%05d', student // {per_class} // {classes}) end as school_id,
        printf('C%05d', student // {per_class}) as class_id,
        6 + draw(6, student // {per_class}, 3) as grade,
        case when draw(20, student, 6) = 0 and student % 200 < 198 then ''
            else printf('student-%d', student) end as respondent_id,
        pick(['yes', 'no', 'no', 'no', 'no', 'no'], student, 7) as english_learner,
        pick(['yes', 'no', 'no', 'no', 'no', 'no', 'no', 'no'], student, 8) as disability,
        pick(['Latino', 'Black', 'White', 'Asian', 'Two or more', ''], student, 9)
            as race_ethnicity,
        pick(['female', 'male', 'nonbinary', ''], student, 10) as gender,
        pick(['yes', 'no', 'no', 'no', 'no'], i, 11) as comment_consent,
        case when draw(20, i, 13) = 0 then 'I like it when we explain, and "why" is asked.'
            else '' end as comment,
        {answers}
    from rows
    order by i
"""
# the student's school moves the answer, so that a school's students are alike
_ANSWER = """
        case
            {unknown}
            when draw(1000, i, {salt}) < 30 then ''
            when draw(1000, i, {salt}) < 60 then 'I don''t know'
            else ['Strongly disagree', 'Disagree', 'Agree', 'Strongly agree'][
                1 + (draw(800, i, {salt} + 50) + draw(800, student // {block}, {salt})) // 400]
        end as {item}"""


def write(home: Path, responses: int) -> None:
    """Land the district and declare the four added items in the home's registry."""
    all_classes = -(-responses // PER_CLASS)
    schools = -(-all_classes // CLASSES_PER_SCHOOL)
    block = PER_CLASS * CLASSES_PER_SCHOOL
    answers = ",".join(
        _ANSWER.format(
            item=item,
            salt=100 + number,
            block=block,
            unknown="when draw(1000, i, 12) = 0 then 'Perhaps'" if number == 0 else "",
        )
        for number, item in enumerate(ITEMS)
    )
    exports = {
        "schools/schools.csv": _SCHOOLS.format(schools=schools, districts=LOCAL_DISTRICTS),
        f"roster/{TERM}/roster.csv": _ROSTER.format(
            classes=CLASSES_PER_SCHOOL, all_classes=all_classes, seats=PER_CLASS + 4
        ),
        f"student_survey/{TERM}/survey.csv": _SURVEY.format(
            responses=responses, per_class=PER_CLASS, classes=CLASSES_PER_SCHOOL, answers=answers
        ),
    }
    with duckdb.connect() as con:
        con.execute("set enable_progress_bar = false")
        con.execute(_MACROS)
        for name, query in exports.items():
            path = home / "landing" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            con.sql(query).write_csv(str(path), header=True)
    _declare(home / "registry")


def _declare(registry: Path) -> None:
    registry.mkdir(parents=True, exist_ok=True)
    header = "item,instrument,position,kind,scale,text,label,construct,direction,reported,prefix\n"
    rows = [
        f"{item},student_mathematics,{9 + number},ordinal,agreement,{text},{label},"
        "belonging,positive,yes,\n"
        for number, (item, (text, label)) in enumerate(ADDED.items())
    ]
    (registry / "items.csv").write_text(header + "".join(rows), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
