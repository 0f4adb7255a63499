"""A district of two schools, with texts that nobody knows."""

from __future__ import annotations

import pytest

from tests.unit.matching.district import District


@pytest.fixture
def district(tmp_path, monkeypatch) -> District:
    monkeypatch.setenv("UPTAKE_HOME", str(tmp_path / "data"))
    one = District(tmp_path / "data")
    one.land(
        "schools",
        (
            "school_id,school_name,level,local_district,valid_from\n"
            "01964733,Adams Middle School,middle,West,2015-07-01\n"
            "19647339,Baker Middle School,middle,East,2015-07-01\n"
        ),
    )
    one.land(
        "roster",
        (
            "class_id,school_id,grade,course,subject,teacher_id\n"
            "A-P3,01964733,7,Math 7,mathematics,00017\n"
            "B-P1,01964733,7,Math 7,mathematics,ann@d.org\n"
        ),
    )
    one.land(
        "observations",
        (
            "observation_id,observed_on,school_id,class_id,teacher_id,observer_id,materials\n"
            'o1,2022-03-01,1964733,"Ms. A, period 3",17,coach,as_designed\n'
            'o2,2022-03-02,01964733,"Ms. A, period 3",00017,coach,none\n'
            "o3,2022-03-03,Nowhere,X,ann@d.org,coach,none\n"
            "o4,2022-03-04,01964733,B-P1,ann@d.org,coach,modified\n"
        ),
    )
    one.read()
    return one
