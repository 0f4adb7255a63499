"""A data home that commands find, and exports made of rows."""

import csv
import io

import pytest

from orchestration.settings import Home


@pytest.fixture
def home(tmp_path, monkeypatch) -> Home:
    monkeypatch.setenv("UPTAKE_HOME", str(tmp_path / "data"))
    return Home(tmp_path / "data").create()


@pytest.fixture
def export(tmp_path):
    def export(header, rows):
        made = io.StringIO()
        csv.writer(made).writerows([header, *rows])
        path = tmp_path / "export.csv"
        path.write_text(made.getvalue())
        return path

    return export
