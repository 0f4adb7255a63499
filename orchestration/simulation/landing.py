"""Writing simulated files to landing so that they can never be taken for real ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO

import pandas as pd

MARKER = ".simulated"


def listed(landing: Path) -> set[str]:
    """The paths, relative to landing, that the marker lists; none where there is no marker."""
    marker = landing / MARKER
    if not marker.is_file():
        return set()
    return {line for line in marker.read_text(encoding="utf-8").splitlines() if line}


def refuse_real_files(landing: Path) -> None:
    """Raise ValueError, as a sentence, if landing holds a file that the simulator did not write.

    Names that begin with a dot are not exports, and are left alone.
    """
    found = (path.relative_to(landing) for path in landing.rglob("*") if not path.is_dir())
    exports = {path.as_posix() for path in found if not any(part[0] == "." for part in path.parts)}
    real = sorted(exports - listed(landing))
    if real:
        others = f" and {len(real) - 1} more" if len(real) > 1 else ""
        raise ValueError(
            f"{landing} holds {real[0]}{others}, not written by the simulator, and real and "
            "simulated files are never mixed: move the real files away, or simulate into another "
            "data home."
        )


def announce(landing: Path, files: Iterable[str]) -> None:
    """Replace the marker's list.

    It is written before the files are and shortened only after others are gone, so that after a
    crash it may list a file that does not exist, but no simulated file is ever unlisted.
    """
    write_text(landing / MARKER, "".join(f"{file}\n" for file in sorted(files)))


def remove(landing: Path, files: Iterable[str]) -> None:
    """Remove simulated files, and the folders that this leaves empty."""
    for file in sorted(files):
        path = landing / file
        path.unlink(missing_ok=True)
        _hidden(path).unlink(missing_ok=True)
        for folder in path.parents:
            if folder == landing or not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()


class Writing:
    """Exports of one folder, written some rows at a time to hidden names and renamed when done.

    Templates are UTF-8 CSV with LF line ends and ISO dates, blank where missing. `rows` counts what
    was written to each file.
    """

    def __init__(self, files: Mapping[str, Path]) -> None:
        self.rows = dict.fromkeys(files, 0)
        self._files = files
        self._streams: dict[str, TextIO] = {}

    def __enter__(self) -> Writing:
        for name, path in self._files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._streams[name] = _hidden(path).open("w", encoding="utf-8", newline="")
        return self

    def add(self, name: str, rows: pd.DataFrame) -> None:
        """Write rows below those that were added before, or below the header."""
        stream = self._streams[name]
        rows.to_csv(
            stream,
            index=False,
            header=stream.tell() == 0,
            lineterminator="\n",
            date_format="%Y-%m-%d",
        )
        self.rows[name] += len(rows)

    def __exit__(self, kind: object, problem: object, trace: object) -> None:
        for stream in self._streams.values():
            stream.close()
        if problem is None:
            for path in self._files.values():
                _hidden(path).replace(path)


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all: to a hidden name beside it, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = _hidden(path)
    hidden.write_bytes(text.encode())
    hidden.replace(path)


def _hidden(path: Path) -> Path:
    """Where a file is written before it is renamed; a crash may leave it, the next one takes it."""
    return path.with_name(f".{path.name.lstrip('.')}.part")
