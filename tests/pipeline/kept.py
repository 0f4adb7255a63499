"""A home as it was: laid out, put back, and all that a reader of it could see."""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration.fingerprints import file_sha256, table_fingerprint
from orchestration.settings import Home
from orchestration.warehouse import read_only
from tests.pipeline.homes import land_small_district


def fresh(home: Path) -> None:
    """A home in which nothing has been read, with the pseudonym key of all others."""
    shutil.rmtree(home, ignore_errors=True)
    land_small_district(home)
    key = home / "secrets" / "hash.key"
    key.parent.mkdir(mode=0o700)
    key.write_text("the same in every home\n", encoding="utf-8")


def restore(saved: Path, home: Path) -> None:
    """Put a copy of a home back in its place."""
    shutil.rmtree(home)
    shutil.copytree(saved, home, symlinks=True)


def state(home: Path) -> dict[str, dict[str, str]]:
    """Every mart by its content, and every published file by its bytes; databases by content."""
    marts = {}
    if Home(home).current.is_file():
        with read_only(Home(home).current) as con:
            names = con.execute(
                """
                select table_name from information_schema.tables
                where regexp_matches(table_name, '^(mart|dim|fct)_')
                """
            ).fetchall()
            marts = {name: table_fingerprint(con, name) for (name,) in names}
    published = {}
    for path in sorted((home / "published").rglob("*")):
        name = path.relative_to(home).as_posix()
        if path.is_symlink():
            published[name] = str(path.readlink())
        elif path.suffix == ".duckdb":
            with read_only(path) as con:
                for (table,) in con.execute("select table_name from duckdb_tables()").fetchall():
                    published[f"{name}: {table}"] = table_fingerprint(con, table)
        elif path.is_file():
            published[name] = file_sha256(path)
    return {"marts": marts, "published": published}
