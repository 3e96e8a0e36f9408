"""From a scenario to the band over what is not known about the model's own numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pandas
import pytest

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


def test_a_report_shows_the_band_apart_from_the_error_of_the_runs(
    truce: Truce, tmp_path: Path
) -> None:
    (tmp_path / "v.csv").write_text("model.stick,weight\n0.02,1\n0.1,1\n0.24,1\n")
    call = ("run", "ttp_2021", "--runs", "60", "--parameters", "v.csv", "--out", "out")
    answer = truce(*call)
    assert answer.code == 0, answer.err
    assert "Under 3 vectors of parameters" in answer.out
    assert truce("report", "out", "--format", "md", "--format", "tex").code == 0
    page = (tmp_path / "out/report/report.md").read_text()
    assert "What is not known about the parameters" in page
    assert "error of the runs, and doubt about the parameters" in page
    assert "figures/parameters" in page
    by_vector = pandas.read_csv(tmp_path / "out/parameters_by_vector.csv")
    low, high = by_vector["survival_30"].quantile([0.05, 0.95])
    numbers = (tmp_path / "out/report/numbers.tex").read_text()
    macro = next(
        line for line in numbers.splitlines() if "HoldBeyondDayThreeZeroOverVectors" in line
    )
    assert f"{100 * low:.1f} to {100 * high:.1f}" in macro
    plain = truce("run", "ttp_2021", "--runs", "20", "--out", "plain")
    assert plain.code == 0
    assert truce("report", "plain", "--format", "md").code == 0
    assert "OverVectors" not in (tmp_path / "plain/report/report.md").read_text()


@pytest.mark.parametrize(
    "words",
    [
        ("run", "ttp_2021"),
        ("backtest",),
        ("levers", "ttp_2021", "--goal", "survival_90 > 0.3"),
    ],
)
def test_a_set_that_there_is_not_is_refused(truce: Truce, words: tuple[str, ...]) -> None:
    answer = truce(*words, "--parameters", "all")
    answer.refused(2, "all cannot be read", "retained, the set that is shipped")


def test_answers_of_levers_are_tried_under_the_retained_set(truce: Truce, tmp_path: Path) -> None:
    call = ("levers", "ttp_2021", "--goal", "survival_60 > 0.4", "--runs", "100")
    answer = truce(*call, "--parameters", "retained")
    assert answer.code == 0, answer.err
    assert "retained vectors of parameters" in answer.out
    table = pandas.read_csv(tmp_path / "results/ttp_2021-levers/robustness.csv")
    assert (table["vectors"] >= 100).all()
    assert table["share_meeting"].between(0, 1).all()


def test_the_three_truces_are_looked_back_at_over_the_retained_set(truce: Truce) -> None:
    answer = truce("backtest", "--runs", "50", "--parameters", "retained")
    assert answer.code == 0, answer.err
    assert "The model over the set of parameters (1" in answer.out


def test_a_study_is_swept_under_a_set(truce: Truce, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("model.stick\n0.02\n0.1\n0.24\n")
    (tmp_path / "s.yaml").write_text(
        "{title: s, base: ttp_2021, runs: 20, factors: {truce.monitoring: [0, 0.8]}}"
    )
    call = ("sweep", "s.yaml", "--parameters", "v.csv", "--threads")
    answer = truce(*call)
    assert answer.code == 0, answer.err
    assert "largest_error" in answer.out
    assert "6 points of 20 runs" in answer.err
    assert "were there already" in truce(*call).out
    told = truce("analyse", "results/s-v", "--csv", "bands.csv")
    assert "doubt about the parameters" in told.out
    table = pandas.read_csv(tmp_path / "bands.csv")
    assert list(table["truce.monitoring"]) == [0, 0.8]
    assert (table["mean_days_lower"] <= table["mean_days"]).all()
    against = truce("analyse", "results/s-v", "--against", "0")
    assert "longer_under" in against.out
    truce("analyse", "results/s-v", "--by", "truce.monitoring").refused(2, "would pool vectors")
    assert truce("verify", "results/s-v").code == 0
    assert truce("replay", "--study", "results/s-v", "--point", "4", "--run", "3").code == 0
    assert truce("report", "results/s-v", "--format", "html", "--format", "md").code == 0
    page = (tmp_path / "results/s-v/report/report.md").read_text().replace("\u00a0", " ")
    assert "2 points under 3 vectors of parameters" in page
    assert "within each vector and run by run" in page
    assert f"{table['mean_days'].max():,.1f}" in page
    assert (tmp_path / "results/s-v/report/differences.csv").is_file()
