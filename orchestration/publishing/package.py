"""The manifest as a Frictionless Data Package, so that other tools read the data by its schema.

https://specs.frictionlessdata.io/data-package/. A column's type follows from what disclosure
control declares it to be, its description from the mart's yml: neither is written down here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from orchestration.disclosure import ADDED_MEANS, PUBLISHABLE, Kind, PublishableTable
from orchestration.publishing.files import DATA
from orchestration.settings import DBT_PROJECT

MISSING = [""]
"""What stands in CSV for a missing value; empty text is quoted, and so is told apart from it."""

TYPES = {
    Kind.RANK: "integer",
    Kind.COUNT: "integer",
    Kind.FIGURE: "number",
    Kind.YES_NO: "boolean",
    Kind.DAY: "date",
}
"""Table Schema's types; what is not named is text."""
FORMATS: Mapping[str, Mapping[str, str]] = {
    "csv": {"type": "table", "mediatype": "text/csv", "encoding": "utf-8"},
    # its own schema types it; what reads text by a Table Schema is to check its bytes alone
    "parquet": {"type": "file", "mediatype": "application/vnd.apache.parquet"},
}


def data_package(
    manifest: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """What makes a manifest a Data Package, beside the keys that it has.

    `files` are the publication's files by path, with SHA-256 and bytes; those of its data become
    resources.
    """
    simulated = "Simulated data, which describes no real school, teacher or student. "
    return {
        "name": f"curriculum-adoption-{manifest['id']}",
        "title": f"Curriculum adoption, publication {manifest['id']}",
        "description": (
            f"{simulated if manifest['simulated'] else ''}The tables behind a curriculum adoption "
            "report, after disclosure control. Where `suppression` is not none, what a row would "
            "say of those behind it is withheld."
        ),
        "version": str(manifest["sequence"]),
        "resources": [
            _resource(table, extension, path, files[path])
            for table in PUBLISHABLE.values()
            for extension in FORMATS
            if (path := f"{DATA}/{table.name}.{extension}") in files
        ],
    }


def _resource(
    table: PublishableTable, extension: str, path: str, file: Mapping[str, Any]
) -> dict[str, Any]:
    described, columns = _words(table.name)
    return {
        "name": table.name if extension == "csv" else f"{table.name}.{extension}",
        "description": described,
        "path": path,
        "format": extension,
        **FORMATS[extension],
        **stated(file),
        "schema": {
            "fields": [
                {"name": name, "type": TYPES.get(kind, "string"), "description": columns[name]}
                for name, kind in table.published.items()
            ],
            "primaryKey": table.keys,
            "missingValues": MISSING,
        },
    }


def stated(file: Mapping[str, Any]) -> dict[str, Any]:
    """A file's size and hash as a resource has them."""
    return {"bytes": file["bytes"], "hash": f"sha256:{file['sha256']}"}


@cache
def _words(mart: str) -> tuple[str, dict[str, str]]:
    """What a mart is and what each of its columns means, as its yml says."""
    path = DBT_PROJECT / "models" / "marts" / f"{mart}.yml"
    models = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    model = next(one for one in models if one["name"] == mart)
    columns = {one["name"]: one["description"] for one in model["columns"]}
    return model["description"], {**columns, **ADDED_MEANS}
