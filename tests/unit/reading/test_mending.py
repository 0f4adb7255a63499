"""Rows that were refused, mended in a spreadsheet and landed again."""

from __future__ import annotations

import csv
import io
import json
import stat
import zipfile
from pathlib import Path

import pytest
import python_calamine
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.reading.accounts import load_account
from orchestration.reading.partition import read_partition
from orchestration.settings import Home, Settings
from orchestration.site import Site
from tests.unit.reading.test_whole_file import DATES, HEADER, UNIQUE

TERM = "2021-22-spring"
DAY = "observed_on: not a date (expected YYYY-MM-DD)"
CODE = "materials: a code that no value map knows (map scale:use_of_materials)"


class District:
    """A home on disk, its exports read as `uptake run` reads them, and the command beside it."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root).create()

    def told(self, *arguments: str):
        environment = {"UPTAKE_HOME": str(self.home.root), "UPTAKE_DEBUG": "1"}
        return CliRunner().invoke(main, ["quarantine", *arguments], env=environment)

    def read(self, source: str = "observations"):
        site = Site.load(Settings(self.home))
        return read_partition(
            self.home, source, TERM,
            registry=site.registry, contracts=site.contracts, key=site.key,
        )  # fmt: skip

    @property
    def folder(self) -> Path:
        return self.home.landing / "observations" / TERM

    def accounts(self, source: str = "observations") -> dict[str, tuple[int, int, int, int]]:
        """Rows read, accepted, quarantined and superseded, by file."""
        account = self.read(source)
        return {
            one.file: (
                one.rows_read, one.rows_accepted, one.rows_quarantined, one.rows_superseded
            )
            for one in account.files
        }  # fmt: skip


@pytest.fixture
def district(tmp_path, visits) -> District:
    one = District(tmp_path / "data")
    one.folder.mkdir(parents=True)
    (one.folder / "a.csv").write_text(
        visits(
            {},
            {"observation_id": "007", "observed_on": "2022-02-30", "class_id": "=c2"},
            {"observation_id": "o3", "materials": "sometimes", "class_id": "-3"},
        )
        + "ragged\n"
    )
    one.read()
    return one


def mended(path: Path, target: Path, **cells: str) -> None:
    """The CSV that a person saves, with the cells that are named by `<column>_<row>` corrected."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    for name, text in cells.items():
        column, _, row = name.rpartition("_")
        rows[int(row)][column] = text
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_what_is_in_quarantine_is_counted_and_shown_as_it_stood(district):
    listed = json.loads(district.told("list", "--json").stdout)
    assert [(one["file"], one["reason"], one["rows"]) for one in listed] == [
        ("a.csv", CODE, 1), ("a.csv", DAY, 1), ("a.csv", "row: fewer cells than the header's 6", 1),
    ]  # fmt: skip
    (row,) = json.loads(district.told("show", "--json", "--reason", "materials").stdout)
    assert (row["file"], row["line"]) == ("a.csv", 4)
    assert row["cells"]["materials"] == "sometimes"
    assert "materials: sometimes" in district.told("show").stdout


def test_mended_rows_supersede_and_the_account_follows_them(district, tmp_path):
    path = tmp_path / "mend.csv"
    done = district.told("export", str(path), "--source", "observations")
    assert done.exit_code == 0, done.output
    assert "records that could not be split into cells, 1 of them" in done.stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    mended(path, path, observed_on_0="2022-02-28", materials_1="modified")
    landed = district.told("land", str(path))
    assert landed.exit_code == 0, landed.output
    accounts = district.accounts()
    assert accounts.pop("a.csv") == (4, 1, 1, 2)
    assert list(accounts.values()) == [(2, 2, 0, 0)]
    account = load_account(district.home, "observations", TERM)
    by_file = {one.file: one for one in account.files}
    assert by_file["a.csv"].reasons == {
        "quarantined: row: fewer cells than the header's 6": 1,
        "superseded: mended": 2,
    }
    assert account.quarantine.rows == 1


def test_mended_rows_may_land_as_a_zip_file(district, tmp_path):
    path, sent = tmp_path / "mend.csv", tmp_path / "mend.zip"
    assert district.told("export", str(path), "--source", "observations").exit_code == 0
    mended(path, path, observed_on_0="2022-02-28", materials_1="modified")
    with zipfile.ZipFile(sent, "w") as file:
        file.write(path, "mend.csv")
    landed = district.told("land", str(sent))
    assert landed.exit_code == 0, landed.output
    accounts = district.accounts()
    assert accounts.pop("a.csv") == (4, 1, 1, 2)
    assert list(accounts.values()) == [(2, 2, 0, 0)]


def test_a_mended_row_whose_days_have_to_be_told_first_is_still_one_row(tmp_path):
    district = District(tmp_path / "data")
    district.folder.mkdir(parents=True)
    (district.home.root / "contracts").mkdir()
    (district.home.root / "contracts" / "visits.yaml").write_text(DATES)
    (district.folder / "a.csv").write_text(
        "id,day,school,class,observer\no1,31/03/2022,s1,c1,ann\no2,soon,s1,c1,ann\n"
    )
    district.read()
    path = tmp_path / "mend.csv"
    assert district.told("export", str(path), "--source", "observations").exit_code == 0
    mended(path, path, day_0="30/03/2022")
    assert district.told("land", str(path)).exit_code == 0
    accounts = district.accounts()
    assert accounts.pop("a.csv") == (2, 1, 0, 1)
    assert list(accounts.values()) == [(1, 1, 0, 0)]


def test_rows_of_two_files_mended_in_one_have_versions_though_each_files_ids_are_unique(tmp_path):
    district, path = District(tmp_path / "data"), tmp_path / "mend.csv"
    district.folder.mkdir(parents=True)
    district.home.contracts.mkdir(exist_ok=True)
    (district.home.contracts / "visits.yaml").write_text(UNIQUE)
    sent = [district.folder / name for name in ("a.csv", "b.csv")]
    for number, export in enumerate(sent):
        export.write_text(f"{HEADER}o1,never,s1,c{number},ann\n")
    district.read()
    assert district.told("export", str(path), "--source", "observations").exit_code == 0
    mended(path, path, day_0="2022-02-28", day_1="2022-02-28")
    assert district.told("land", str(path)).exit_code == 0
    for export in sent:
        export.unlink()
    assert list(district.accounts().values()) == [(2, 1, 0, 1)]


def test_ids_that_a_spreadsheet_would_change_come_back_as_they_were(district, tmp_path):
    path = tmp_path / "mend.xlsx"
    assert district.told("export", str(path), "--source", "observations").exit_code == 0
    sheet = python_calamine.load_workbook(path).get_sheet_by_index(0).to_python()
    header, first, second = sheet
    assert (first[header.index("observation_id")], first[header.index("class_id")]) == (
        "007", "'=c2",
    )  # fmt: skip
    assert second[header.index("class_id")] == "'-3"
    assert district.told("land", str(path)).exit_code == 0
    # nothing was mended: the same rows are refused, now where they were landed again
    accounts = district.accounts()
    assert accounts.pop("a.csv") == (4, 1, 1, 2)
    assert list(accounts.values()) == [(2, 0, 2, 0)]
    shown = json.loads(district.told("show", "--json", "--reason", "observed_on").stdout)
    assert (shown[0]["cells"]["observation_id"], shown[0]["cells"]["class_id"]) == ("007", "=c2")


def test_a_row_that_is_still_wrong_can_be_mended_again(district, tmp_path):
    first, second = tmp_path / "one.csv", tmp_path / "two.csv"
    district.told("export", str(first), "--source", "observations", "--reason", "observed_on")
    mended(first, first, observed_on_0="2022-02-31")
    district.told("land", str(first))
    district.read()
    district.told("export", str(second), "--source", "observations", "--reason", "observed_on")
    mended(second, second, observed_on_0="2022-02-28")
    district.told("land", str(second))
    accounts = district.accounts()
    assert accounts.pop("a.csv") == (4, 1, 2, 1)
    assert sorted(accounts.values()) == [(1, 0, 0, 1), (1, 1, 0, 0)]


def test_the_same_row_sent_again_in_a_longer_export_is_mended_there_too(district, tmp_path):
    path = tmp_path / "mend.csv"
    district.told("export", str(path), "--source", "observations", "--reason", "observed_on")
    mended(path, path, observed_on_0="2022-02-28")
    district.told("land", str(path))
    text = (district.folder / "a.csv").read_text().splitlines(keepends=True)
    more = "o9,2022-03-09,s1,c1,coach@example.org,none\n"
    (district.folder / "b.csv").write_text("".join([text[0], more, *text[1:]]))
    accounts = district.accounts()
    assert [accounts[name][2] for name in ("a.csv", "b.csv")] == [2, 2]
    # of each file the row that was mended, and of the two of o1 one
    assert accounts["a.csv"][3] + accounts["b.csv"][3] == 3
    assert "observed_on" not in district.told("list").stdout


def test_the_result_is_the_same_whatever_the_order_of_landing(district, tmp_path):
    path = tmp_path / "mend.csv"
    district.told("export", str(path), "--source", "observations")
    mended(path, path, observed_on_0="2022-02-28", materials_1="modified")
    district.told("land", str(path))
    there = district.read().raw.sha256
    (original,) = [one for one in district.folder.iterdir() if one.name == "a.csv"]
    original.rename(district.folder / "zz.csv")
    assert district.read().raw.sha256 == there


def test_a_row_mended_twice_stands_once(district, tmp_path):
    path = tmp_path / "mend.csv"
    district.told("export", str(path), "--source", "observations", "--reason", "materials")
    for number, code in enumerate(("modified", "departed")):
        one = tmp_path / f"by-{number}.csv"
        mended(path, one, materials_0=code, observation_id_0=f"o3{number}")
        assert district.told("land", str(one)).exit_code == 0
    accounts = district.accounts()
    assert accounts.pop("a.csv") == (4, 1, 2, 1)
    assert sorted(accounts.values()) == [(1, 0, 0, 1), (1, 1, 0, 0)]


def test_a_row_whose_place_was_changed_is_refused_and_supersedes_nothing(district, tmp_path):
    path = tmp_path / "mend.csv"
    district.told("export", str(path), "--source", "observations", "--reason", "materials")
    rows = path.read_text(encoding="utf-8-sig").replace("a.csv,", "a.csv,x")
    (district.folder / "by-hand.csv").write_text(rows)
    accounts = district.accounts()
    assert accounts == {"a.csv": (4, 1, 3, 0), "by-hand.csv": (1, 0, 1, 0)}
    assert "which row it mends cannot be told" in district.told("list").stdout


def test_what_mends_simulated_rows_is_simulated(district, tmp_path):
    (district.home.landing / ".simulated").write_text(f"observations/{TERM}/a.csv\n")
    path = tmp_path / "mend.csv"
    district.read()
    district.told("export", str(path), "--source", "observations")
    assert district.told("land", str(path)).exit_code == 0
    assert all(one.simulated for one in district.read().files)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", "mend.txt", "--source", "observations"), "ends in neither .xlsx nor .csv"),
        (("export", "mend.csv", "--source", "roster"), "No row that was asked for can be mended"),
        (("export", "mend.csv", "--source", "rosters"), "'rosters' is no source"),
        (("land", "none.csv"), "holds no mended rows"),
    ],
)
def test_what_cannot_be_done_is_a_misuse_and_a_sentence(
    district, tmp_path, monkeypatch, arguments, said
):
    monkeypatch.chdir(tmp_path)
    done = district.told(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
