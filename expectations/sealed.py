"""Documents that a home seals with its key: what somebody else wrote is none, however well it fits.

Each is JSON of one object, with its seal beside what it says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.reading.accounts import write_atomically
from orchestration.reading.pseudonyms import load_key
from orchestration.settings import Home

GROUP_READABLE_FILE = 0o640
SEAL = "seal"


def write_sealed(home: Home, path: Path, body: Mapping[str, Any]) -> None:
    """Write what a document says, and its seal, whole or not at all."""
    text = json.dumps({**body, SEAL: load_key(home).seal(body)}, indent=1, ensure_ascii=False)
    write_atomically(path, text.encode(), mode=GROUP_READABLE_FILE)


def read_sealed(home: Home, path: Path) -> dict[str, Any] | None:
    """What a document says; None where there is none, or it is damaged, was edited or forged."""
    try:
        stored = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    if not isinstance(stored, dict):
        return None
    body = {name: value for name, value in stored.items() if name != SEAL}
    return body if stored.get(SEAL) == load_key(home).seal(body) else None
