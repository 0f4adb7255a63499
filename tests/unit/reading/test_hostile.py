"""Files that are meant to hurt: refused with a sentence, in little memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

GIB = 1 << 30
OPENED = """
import json, sys
from pathlib import Path
from orchestration.reading.errors import FileRefused
from orchestration.reading.formats import open_file
from orchestration.reading.reads import Reads

said = None
try:
    reader = open_file(Path(sys.argv[1]), Reads(format=sys.argv[2]))
    for chunk in reader.chunks([name for name in reader.header if name][:1]):
        pass
except FileRefused as refusal:
    said = str(refusal)
# of this program alone: the system's own figure begins with the peak of whoever started it
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([said, int(peak.split()[1]) >> 10]))
"""


@pytest.mark.parametrize("kind", ["delimited", "kobo"])
@pytest.mark.parametrize(
    "header", [b"", pytest.param(b"Timestamp,school\n1,", marks=pytest.mark.long)]
)
def test_a_line_of_two_gigabytes_is_refused_in_little_memory(
    tmp_path: Path, kind: str, header: bytes
) -> None:
    path = tmp_path / "export.csv"
    with path.open("wb") as file:
        file.write(header + b"x" * (20 << 20))
        file.truncate(2 * GIB)  # holes: they take no room on the disk, and read as NUL
    done = subprocess.run(
        [sys.executable, "-c", OPENED, path, kind],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    said, mib = json.loads(done.stdout)
    assert said is not None
    assert said.endswith(".")
    # what Python, Arrow and DuckDB take before anything is read is some 200
    assert mib < 600
