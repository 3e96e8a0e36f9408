"""From a scenario to the band over what is not known about the model's own numbers."""

from __future__ import annotations

import json
from pathlib import Path

from tests.journeys.conftest import Truce


def test_a_run_shows_the_band_over_the_retained_set(truce: Truce, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    call = ("run", "ttp_2021", "--runs", "20", "--parameters", "retained", "--out", str(folder))
    answer = truce(*call, "--json")
    assert answer.code == 0, answer.err
    told = json.loads(answer.out)
    low, high = told["parameters"]["survival"]["30"]
    assert 0 <= low < high <= 1
    assert told["parameters"]["vectors"] >= 100
    assert {"parameters.csv", "parameters.svg", "parameters.png"} <= {
        path.name for path in folder.iterdir()
    }
    assert truce("verify", str(folder)).code == 0


def test_a_set_that_there_is_not_is_refused(truce: Truce) -> None:
    answer = truce("run", "ttp_2021", "--parameters", "all")
    assert answer.code == 2
    assert "--parameters takes retained" in answer.err
