"""OneRoster bundles: one row a class, whatever the bundles' number, order, version and wrapping."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.reading.oneroster import OneRosterReader
from tests.paths import shared
from tests.unit.reading.reading import read as rows_in

TERM = "2021-22-spring"
FILES = ("academicSessions", "classes", "courses", "enrollments", "orgs", "users")
SESSIONS = [{"sourcedId": "spring", "startDate": "2022-01-10", "endDate": "2022-06-10"},
            {"sourcedId": "fall", "startDate": "2021-08-16", "endDate": "2021-12-17"}]  # fmt: skip
ORGS = [{"sourcedId": "s1", "name": "Adams", "type": "school"}]
COURSES = [{"sourcedId": "m7", "title": "Mathematics 7"}]
USERS = [
    {"sourcedId": "t1", "givenName": "Ann", "password": "hunter2"},
    {"sourcedId": "t2", "givenName": "Bo", "password": "hunter3"},
    {"sourcedId": "p1"}, {"sourcedId": "p2"}, {"sourcedId": "p3", "status": "tobedeleted"},
]  # fmt: skip


def section(class_id: str = "c1", **other: str) -> dict[str, str]:
    return {
        "sourcedId": class_id, "title": "Math 7A", "grades": "07", "courseSourcedId": "m7",
        "schoolSourcedId": "s1", "termSourcedIds": "spring", "subjects": "Mathematics, STEM",
    } | other  # fmt: skip


def enrolled(who: str, class_id: str = "c1", role: str = "student", **other: str) -> dict[str, str]:
    return {
        "sourcedId": f"{class_id}-{who}", "classSourcedId": class_id, "userSourcedId": who,
        "role": role, "primary": "false",
    } | other  # fmt: skip


ENROLLED = [
    enrolled("t2", role="teacher"), enrolled("t1", role="teacher", primary="true"),
    enrolled("p1"), enrolled("p2"), enrolled("p3"),
    enrolled("p1", status="tobedeleted", sourcedId="x"),
]  # fmt: skip


def write(
    folder: Path, version: str = "1.2", mode: str = "bulk", **files: list[dict[str, str]]
) -> Path:
    """A bundle's folder, of the files that are given."""
    folder.mkdir(parents=True)
    for name, rows in files.items():
        columns = list(dict.fromkeys([
            "sourcedId", "status", "dateLastModified", *(key for row in rows for key in row)
        ]))  # fmt: skip
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
        (folder / f"{name}.csv").write_text(text.getvalue())
    told = {"manifest.version": "1.0", "oneroster.version": version}
    told |= {f"file.{name}": mode if name in files else "absent" for name in (*FILES, "results")}
    lines = [f"{name},{value}" for name, value in {"propertyName": "value", **told}.items()]
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return folder


def whole(folder: Path, **changed: list[dict[str, str]]) -> Path:
    files = {
        "academicSessions": SESSIONS, "classes": [section()], "courses": COURSES,
        "enrollments": ENROLLED, "orgs": ORGS, "users": USERS,
    }  # fmt: skip
    return write(folder, "1.2", "bulk", **(files | changed))


def zipped(folder: Path, target: Path, within: str = "") -> Path:
    with zipfile.ZipFile(target, "w") as file:
        for path in sorted(folder.iterdir()):
            file.write(path, f"{within}{path.name}")
    return target


@pytest.fixture
def landing(home) -> Path:
    folder = home.landing / "roster" / TERM
    folder.mkdir(parents=True)
    return folder


def test_the_real_bundle_has_two_classes_of_which_one_is_deleted():
    reader = OneRosterReader(shared("real/oneroster/moodle_v1p2"))
    assert not [name for name in reader.header if "password" in name]
    rows, rejects = rows_in(
        reader, "class.sourcedId", "class.status", "class.grades", "class.subject", "students",
        "teacher.sourcedId", "session.startDate", "session.endDate", "course.title",
    )  # fmt: skip
    assert not rejects
    # the course's file is absent, and the physics class has two pupils and a teacher
    assert rows == [
        (2, ("cls-222-123456", "active", "09,10,11", "Science", "2", "usr-222-123456",
             "2022-09-01", "2022-12-24", "")),
        (3, ("cls-222-123478", "tobedeleted", "10", "History", "2", "usr-222-123456",
             "2022-09-01", "2022-12-24", "")),
    ]  # fmt: skip


def test_a_class_has_its_school_course_primary_teacher_and_active_students(landing, read, rows_of):
    whole(landing / "sis")
    account = read("roster")
    (one,) = account.files
    assert (one.contract, one.rows_read, one.rows_accepted) == ("roster_oneroster", 1, 1)
    (row,) = rows_of(account)
    assert (row["class_id"], row["school_id"], row["grade"]) == ("c1", "s1", "07")
    assert (row["course"], row["subject"], row["students"]) == ("Math 7A", "mathematics", 2)


def test_the_primary_teacher_is_the_first_of_those_who_are_or_else_the_first_by_id(tmp_path):
    asked = ("teacher.sourcedId", "course.title", "school.name")
    rows, _ = rows_in(OneRosterReader(whole(tmp_path / "a")), *asked)
    assert rows == [(2, ("t1", "Mathematics 7", "Adams"))]
    none_primary = [enrolled("t2", role="teacher"), enrolled("t1", role="teacher")]
    rows, _ = rows_in(OneRosterReader(whole(tmp_path / "b", enrollments=none_primary)), *asked)
    assert rows[0][1][0] == "t1"


def test_folder_and_zip_and_both_versions_give_the_same_rows(
    home, landing, read, rows_of, tmp_path
):
    there = []
    for number, kind in enumerate(("folder", "zip", "zip in a folder", "1.1")):
        shutil.rmtree(landing)
        landing.mkdir()
        bundle = whole(tmp_path / str(number)) if kind != "1.1" else write(
            tmp_path / str(number), "1.1", academicSessions=SESSIONS, classes=[section()],
            courses=COURSES, enrollments=ENROLLED, orgs=ORGS, users=USERS,
        )  # fmt: skip
        if kind in ("folder", "1.1"):
            shutil.copytree(bundle, landing / "sis")
        else:
            zipped(bundle, landing / "sis.zip", "export/" if "in" in kind else "")
        account = read("roster")
        assert account.files[0].refused is None
        there.append([{**row, "file_sha256": ""} for row in rows_of(account)])
    assert there[0] == there[1] == there[2] == there[3]
    assert len(there[0]) == 1


LATER, LATEST = "2022-02-01T08:00:00.000Z", "2022-03-01T08:00:00.000Z"
DELTAS = {
    "moved": {"enrollments": [enrolled("p2", status="tobedeleted", dateLastModified=LATER)]},
    "renamed": {"classes": [section(title="Math 7B", dateLastModified=LATER)]},
    "renamed again": {"classes": [section(title="Math 7C", dateLastModified=LATEST)]},
    "new": {
        "classes": [section("c2", title="Math 8", dateLastModified=LATER)],
        "enrollments": [enrolled("p2", "c2", dateLastModified=LATER)],
    },
}


@settings(max_examples=6, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.permutations(["bulk", *DELTAS]))
def test_a_bulk_and_its_deltas_are_one_roster_whatever_their_names_and_order(
    home, read, rows_of, names
):
    landing = home.landing / "roster" / TERM
    shutil.rmtree(landing, ignore_errors=True)
    for place, name in enumerate(names):
        folder = landing / f"{place}"
        whole(folder) if name == "bulk" else write(folder, mode="delta", **DELTAS[name])
    account = read("roster")
    found = {row["class_id"]: (row["course"], row["students"]) for row in rows_of(account)}
    assert found == {"c1": ("Math 7C", 1), "c2": ("Math 8", 1)}
    assert sum(one.rows_read for one in account.files) == 4
    assert sum(one.rows_superseded for one in account.files) == 2


def test_a_class_that_a_delta_deletes_stands_no_more(landing, read):
    whole(landing / "bulk")
    gone = [section(status="tobedeleted", dateLastModified=LATER)]
    write(landing / "delta", mode="delta", classes=gone)
    account = read("roster")
    assert account.raw.rows == 0
    assert {reason for one in account.files for reason in one.reasons} == {
        "quarantined: class.status: excluded by the contract (deleted where it comes from)"
    }


def test_a_class_of_another_time_is_no_class_of_the_term(landing, read):
    whole(landing / "sis", classes=[section(), section("c2", termSourcedIds="fall"),
                                    section("c3", termSourcedIds="fall,spring")])  # fmt: skip
    (one,) = read("roster").files
    assert one.rows_accepted == 2
    assert one.reasons == {
        "quarantined: session.endDate: excluded by the contract (not in the term)": 1
    }


def test_what_refers_to_nothing_counts_for_nothing_and_is_said(landing, read, rows_of):
    whole(
        landing / "sis",
        classes=[section(), section("c2", schoolSourcedId="nowhere")],
        enrollments=[*ENROLLED, enrolled("nobody"), enrolled("p1", "no such class")],
    )
    account = read("roster")
    (one,) = account.files
    assert [row["students"] for row in rows_of(account)] == [2]
    assert one.reasons == {
        "quarantined: school_id (column school.sourcedId): required, but blank": 1
    }
    assert set(one.notes) == {
        "records of enrollments.csv with a classSourcedId that no classes.csv has: 1",
        "records of enrollments.csv with a userSourcedId that no users.csv has: 1",
        "records of classes.csv with a schoolSourcedId that no orgs.csv has: 1",
    }


def test_passwords_and_names_are_kept_nowhere(home, landing, read):
    whole(landing / "sis", classes=[section(), section("c2", grades="")])
    account = read("roster")
    assert account.files[0].rows_quarantined == 1
    for path in (account.raw.path, account.quarantine.path):
        text = str(pq.read_table(home.root / path).to_pylist())
        assert not [word for word in ("hunter", "Ann", "Bo") if word in text]
    assert "hunter" not in account.model_dump_json()


def test_a_file_that_changes_in_a_bundle_has_it_read_again(landing, read):
    whole(landing / "sis")
    before = read("roster")
    users = landing / "sis" / "users.csv"
    users.write_text(users.read_text().replace("p2,", "p9,"))
    assert read("roster").files[0].sha256 != before.files[0].sha256


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("no classes", "it has no classes.csv"),
        ("missing", r"says that it has users.csv \(bulk\), and it has not"),
        ("delta alone", "it is a delta, which changes a bulk export, and none lies beside it"),
        ("path", "names a file that is none of OneRoster's, or a path"),
        ("link", "users.csv leads out of the bundle's folder"),
        ("mode", "neither absent, bulk nor delta"),
        ("no manifest", "it is a folder; expected a file"),
    ],
)
def test_a_bundle_that_cannot_be_vouched_for_is_refused_with_a_sentence(
    landing, read, tmp_path, damage, said
):
    folder = landing / "sis"
    if damage == "no classes":
        write(folder, orgs=ORGS)
    elif damage == "delta alone":
        write(folder, mode="delta", classes=[section()])
    else:
        whole(folder)
    manifest = folder / "manifest.csv"
    if damage == "missing":
        (folder / "users.csv").unlink()
    elif damage == "path":
        manifest.write_text(manifest.read_text() + "file.../../secrets/hash.key,bulk\n")
    elif damage == "mode":
        manifest.write_text(manifest.read_text().replace("classes,bulk", "classes,some"))
    elif damage == "no manifest":
        manifest.unlink()
    elif damage == "link":
        outside = tmp_path / "outside.csv"
        outside.write_text("sourcedId\nx\n")
        (folder / "users.csv").unlink()
        (folder / "users.csv").symlink_to(outside)
    (one,) = read("roster").files
    assert one.refused is not None
    assert re.search(said, one.refused), one.refused


@pytest.mark.parametrize("name", ["../users.csv", "/etc/users.csv", "a/../../users.csv"])
def test_a_path_that_leaves_the_zip_is_refused(landing, read, tmp_path, name):
    path = zipped(whole(tmp_path / "b"), landing / "sis.zip")
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(name, "sourcedId\nx\n")
    (one,) = read("roster").files
    assert "leads out of it" in one.refused


def test_a_zip_bomb_is_refused_by_what_its_directory_says(landing, read, tmp_path, monkeypatch):
    monkeypatch.setattr("orchestration.reading.bundles.MOST_UNZIPPED", 10_000)
    path = zipped(whole(tmp_path / "b"), landing / "sis.zip")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("results.csv", "0" * 100_000)
    (one,) = read("roster").files
    assert "unzips to more than" in one.refused


def test_a_zip_that_was_cut_short_is_refused(landing, read, tmp_path):
    path = zipped(whole(tmp_path / "b"), tmp_path / "sis.zip")
    whole_bytes = path.read_bytes()
    at = whole_bytes.index(b"classes.csv") + 60
    damaged = whole_bytes[:at] + b"\xff" * 20 + whole_bytes[at + 20 :]
    (landing / "sis.zip").write_bytes(damaged)
    (one,) = read("roster").files
    assert one.refused is not None
