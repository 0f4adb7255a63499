"""Which rows' values recur, told by their hashes, against counting them."""

from collections import Counter

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.reading.hashes import HashFile

rows = st.tuples(st.sampled_from(["a", "b", "é", None]), st.integers(0, 3))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(rows, max_size=6), max_size=4))
def test_what_several_rows_have_recurs_wherever_they_stand(con, tmp_path, parts):
    hashes = HashFile(con, tmp_path / "values.hashes")
    for part in parts:
        texts, numbers = zip(*part, strict=True) if part else ((), ())
        hashes.note(pa.table({"t": pa.array(texts, pa.string()), "n": pa.array(numbers, "int64")}))
    counted = Counter(row for part in parts for row in part)
    several = [row for row, n in counted.items() if n > 1]
    expected = {con.execute("select hash(?::varchar, ?::bigint)", row).fetchone()[0]
                for row in several}  # fmt: skip
    assert set(hashes.recurring().to_pylist()) == expected
