"""`python alone.py REPORT COMMAND...`: run a command from a process that is small.

Linux counts what its parent held when it was started as a process's own peak, so a command that is
measured from a large process, as pytest's is, would never look smaller than that one.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> int:
    """Write the command's seconds, peak KiB and exit code to the report, as JSON."""
    report, command = sys.argv[1], sys.argv[2:]
    started = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, used = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    code = os.waitstatus_to_exitcode(status)
    with open(report, "w", encoding="utf-8") as stream:  # noqa: PTH123 - pathlib would be imported
        json.dump({"seconds": seconds, "peak_kib": used.ru_maxrss, "code": code}, stream)
    return 0


if __name__ == "__main__":
    sys.exit(main())
