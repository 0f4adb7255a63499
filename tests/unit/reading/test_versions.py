"""The newest version of a record, on tables worked out by hand."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.reading.hashes import HashFile
from orchestration.reading.versions import REASONS, superseded

EARLY, LATE = datetime(2022, 3, 1), datetime(2022, 3, 2)


@pytest.fixture
def losers(con, tmp_path: Path):
    def losers(*rows, dropped: int = 0) -> dict[int, str]:
        ids, values, row_times, file_times = zip(*rows, strict=True)
        moment = pa.timestamp("us")
        candidates, stamps = tmp_path / "candidates.parquet", tmp_path / "stamps.parquet"
        pq.write_table(pa.table({"id": ids, "value": values}), candidates)
        times = {"row_time": pa.array(row_times, moment), "file_time": pa.array(file_times, moment)}
        pq.write_table(pa.table(times), stamps)
        hashes = HashFile(con, tmp_path / "keys.hashes")
        hashes.note(pa.table({"id": ids}))
        found = superseded(
            con,
            candidates,
            stamps,
            key=("id",),
            content=("id", "value"),
            dropped=np.arange(len(rows)) < dropped,
            suspected=hashes.recurring(),
        )
        reasons = [REASONS[reason] for reason in found.reasons]
        return dict(zip(found.positions.tolist(), reasons, strict=True))

    return losers


def test_records_that_occur_once_all_stand(losers):
    assert losers(("a", 1, None, None), ("b", 1, None, None)) == {}


def test_of_equal_rows_the_first_stands(losers):
    row = ("a", 1, EARLY, None)
    assert losers(row, row, row) == {1: "exact duplicate", 2: "exact duplicate"}


def test_the_newest_row_time_wins_before_the_file_s(losers):
    assert losers(("a", 1, LATE, EARLY), ("a", 2, EARLY, LATE)) == {1: "older version"}


def test_the_newest_file_time_decides_between_equal_row_times(losers):
    assert losers(("a", 1, EARLY, EARLY), ("a", 2, EARLY, LATE)) == {0: "older version"}
    assert losers(("a", 1, None, EARLY), ("a", 2, None, LATE)) == {0: "older version"}


def test_a_row_without_a_time_is_older_than_one_with(losers):
    assert losers(("a", 1, None, None), ("a", 2, EARLY, None)) == {0: "older version"}


def test_what_no_time_decides_is_a_conflict_decided_the_same_in_any_order(losers):
    one, other = ("a", 1, None, None), ("a", 2, None, None)
    there, back = losers(one, other), losers(other, one)
    assert list(there.values()) == list(back.values()) == ["conflict"]
    assert list(there) == [1 - position for position in back]


def test_a_resent_row_is_a_duplicate_though_its_file_is_newer(losers):
    assert losers(("a", 1, None, EARLY), ("a", 1, None, LATE)) == {0: "exact duplicate"}


def test_rows_of_refused_files_take_no_part(losers):
    rows = [("a", 1, LATE, None), ("a", 2, EARLY, None), ("a", 2, EARLY, None)]
    assert losers(*rows, dropped=1) == {2: "exact duplicate"}
    assert losers(*rows, dropped=2) == {}
