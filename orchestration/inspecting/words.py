"""What people call the fields of the templates: names that headings are compared with."""

from __future__ import annotations

from collections.abc import Mapping

CALLED: Mapping[str, tuple[str, ...]] = {
    "school_id": ("school id", "cds code", "school code", "school number", "location code",
                  "school", "your school", "campus", "site", "building", "school name",
                  "which school", "organization name", "school site"),
    "school_name": ("school", "school name", "name of school", "campus name"),
    "class_id": ("class id", "section id", "section number", "class number", "class", "section",
                 "class section", "course section", "classroom", "class period", "period"),
    "grade": ("grade", "grade level", "grades", "what grade", "your grade"),
    "course": ("course", "course name", "course title", "class name", "course number"),
    "subject": ("subject", "department", "subject area", "content area"),
    "teacher_id": ("teacher id", "teacher number", "employee id", "employee number",
                   "teacher employee number", "teacher employee", "staff id", "teacher email",
                   "teacher", "teacher name", "name of teacher", "teacher display", "educator",
                   "instructor"),
    "observer_id": ("observer", "observer name", "observer email", "email address", "coach",
                    "observed by", "your name", "username", "submitted by"),
    "observer_role": ("observer role", "your role", "role"),
    "observer_org": ("observer organization", "organization", "organisation", "your organization"),
    "observation_id": ("observation id", "visit id", "record id", "id"),
    "observed_on": ("observed on", "date of observation", "observation date", "visit date", "date",
                    "date of visit", "observed at"),
    "minutes_observed": ("minutes observed", "minutes", "length of observation", "duration minutes",
                         "duration in minutes"),
    "unit": ("unit", "unit taught", "im unit"),
    "lesson": ("lesson", "lesson number", "lesson taught"),
    "response_id": ("response id", "responseid", "respondent id", "submission id", "record id",
                    "uuid", "id"),
    "recorded_on": ("recorded on", "recorded date", "submission time", "completion time",
                    "submission date", "submit date", "date submitted", "submitted at",
                    "end date", "timestamp", "survey timestamp", "start date", "date"),
    "respondent_id": ("respondent id", "email", "email address", "recipient email", "student id",
                      "your email"),
    "english_learner": ("english learner", "el", "ell", "english learner status", "el status",
                        "lep", "lep status", "language classification", "language fluency",
                        "english language acquisition status"),
    "disability": ("disability", "student with disability", "swd", "iep", "special education",
                   "special ed", "sped", "sp ed"),
    "race_ethnicity": ("race ethnicity", "race", "ethnicity", "race or ethnicity"),
    "gender": ("gender", "gender identity", "sex"),
    "role": ("role", "your role", "position", "job title", "what is your role"),
    "comment": ("comment", "comments", "anything else", "anything else you would like to share"),
    "comment_consent": ("comment consent", "may we quote you", "consent to quote"),
    "session_id": ("session id", "session", "event id", "meeting id", "training", "workshop",
                   "pd session", "training session", "professional learning session",
                   "professional development session",
                   "event name", "session title", "session name", "activity title", "activity"),
    "held_on": ("held on", "session date", "date"),
    "local_district": ("local district", "district", "region"),
    "priority_area": ("priority area", "topic", "focus area"),
    "audience": ("audience", "for whom"),
    "title": ("title", "session title", "event name"),
    "hours": ("hours", "session hours", "length in hours"),
    "educator_id": ("educator id", "employee id", "employee number", "employee", "staff id",
                    "attendee", "participant", "attendee email", "participant email", "user email",
                    "email", "email address", "your email"),
    "attended": ("attended", "attendance", "present", "checked in", "attendance status"),
    "region": ("region",),
    "level": ("level", "school level", "school type"),
    "valid_from": ("valid from", "open date", "opened", "start date"),
    "valid_to": ("valid to", "closed date", "end date"),
    "students": ("students", "enrollment", "seats", "number of students", "no of students",
                 "student count", "class size", "enrolled"),
    "english_learners": ("english learners", "number of english learners", "els", "ells"),
    "students_with_disabilities": ("students with disabilities", "swds", "swd"),
}  # fmt: skip
"""By field, in lower case; the first is the likeliest."""

PUPIL = (
    "student id", "student number", "pupil id", "pupil number", "permanent id", "state student id",
    "ssid", "local student id", "student local id", "student permanent id", "stu id", "stu",
    "student", "student name", "pupil",
)  # fmt: skip
"""What tells the students of a class apart, the likeliest first."""

OF_LEARNERS = (
    "el", "ell", "lep", "ltel", "english learner", "long term english learner",
    "limited english proficient",
)  # fmt: skip
"""What says of a student, as a yes does, that he or she learns English."""
