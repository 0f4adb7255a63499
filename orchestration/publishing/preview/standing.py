"""Where a preview stands: its pages change all at once, and what they were is gone.

    preview/index.html ──▶ .pages/index.html        preview/.pages ──▶ .pages-<which>/

A page's name is a link through one link, which is swapped in one step. A crash leaves the old
pages or the new ones under every name that both have; the next preview removes what is left over.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from orchestration.publishing.report.places import INDEX
from orchestration.settings import PRIVATE, Home

PAGES = ".pages"
FILE_MODE = 0o600


def stand(home: Home, pages: Mapping[str, str]) -> Path:
    """Replace the preview by these pages, and return the first one's path.

    The caller holds the home's lock.
    """
    folder = home.preview
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(PRIVATE)
    link = folder / PAGES
    standing = os.readlink(link) if link.is_symlink() else None  # noqa: PTH115
    aside = folder / (f"{PAGES}-b" if standing == f"{PAGES}-a" else f"{PAGES}-a")
    _remove(aside)
    aside.mkdir(mode=PRIVATE)
    for name, text in pages.items():
        page = aside / name
        page.touch(mode=FILE_MODE)
        page.write_text(text, encoding="utf-8")
    for name in pages:
        _point(folder / name, f"{PAGES}/{name}")
    _point(link, aside.name)
    for left in folder.iterdir():
        if left.name not in (PAGES, aside.name, *pages):
            _remove(left)
    return folder / INDEX


def _point(link: Path, target: str) -> None:
    """Have a link lead to a target, in one step where it was one before."""
    if link.is_symlink() and os.readlink(link) == target:  # noqa: PTH115
        return
    if not link.is_symlink():
        _remove(link)
    made = link.with_name(f".{link.name}.link")
    _remove(made)
    made.symlink_to(target)
    made.replace(link)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
