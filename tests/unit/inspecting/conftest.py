"""A data home that commands find."""

import pytest

from orchestration.settings import Home


@pytest.fixture
def home(tmp_path, monkeypatch) -> Home:
    monkeypatch.setenv("UPTAKE_HOME", str(tmp_path / "data"))
    return Home(tmp_path / "data").create()
