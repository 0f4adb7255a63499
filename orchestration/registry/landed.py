"""The registry reaches dbt as any source does: checked, then written to `raw/registry/`."""

from __future__ import annotations

import os
from datetime import date
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.reading.templates import ALL_TERMS
from orchestration.registry import Registry
from orchestration.registry.models import TABLES
from orchestration.registry.rows import Row
from orchestration.settings import Home
from orchestration.warehouse import NO_TERM, Input

ARROW_TYPES: dict[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    date: pa.date32(),
}


def land(home: Home, registry: Registry) -> list[Input]:
    """Write each table of the registry as content-named Parquet; return them as inputs.

    A table that is there already under its content's name is left alone.
    """
    folder = home.raw / "registry"
    folder.mkdir(parents=True, exist_ok=True)
    inputs = []
    for name, model in TABLES.items():
        fingerprint = registry.fingerprint(name)
        path = folder / f"{name}-{fingerprint[:16]}.parquet"
        if not path.is_file():
            temporary = path.with_name(f".{path.name}")
            rows = [row.model_dump(by_alias=True) for row in registry.rows[name]]
            pq.write_table(pa.Table.from_pylist(rows, schema=_schema(model)), temporary)
            temporary.chmod(0o640)
            with temporary.open("rb") as stream:
                os.fsync(stream.fileno())
            temporary.replace(path)
        relative = str(path.relative_to(home.root))
        touched = ALL_TERMS if model.touches_terms else NO_TERM
        inputs.append(Input(name, touched, fingerprint, relative))
    return inputs


def _schema(model: type[Row]) -> pa.Schema:
    return pa.schema(
        [
            (one.alias or name, ARROW_TYPES[_plain(one.annotation)])
            for name, one in model.model_fields.items()
        ]
    )


def _plain(annotation: Any) -> type:
    if get_origin(annotation) is Literal:
        return str
    options = [option for option in get_args(annotation) if option is not NoneType]
    return _plain(options[0]) if options else annotation
