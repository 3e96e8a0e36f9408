"""Sweeps as the analysis takes them, and what `truce analyse` shows of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas
import pytest

from sim.analysis import pair_tables
from sim.endings import ENDING_CODES
from sim.errors import ResultsError, UsageError
from sim.sweep import Study, run_study
from sim.sweep import for_analysis as module
from sim.sweep.analysed import compared_points, factor_survival, points_in_brief
from sim.sweep.for_analysis import life_tables_of, pair_tables_of

STUDY = """
title: small
base: ttp_2021
runs: 60
factors:
  brokers.0.leverage: [0.2, 0.8]
  groups.0.funding: [0.1, 0.5, 0.9]
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("analysed") / "small"
    run_study(Study.from_yaml(STUDY), folder, threads=True, workers=1)
    return folder


@pytest.fixture(scope="module")
def runs(swept: Path) -> pandas.DataFrame:
    return pandas.read_parquet(swept / "runs").sort_values(["point", "run"])


def columns(runs: pandas.DataFrame, point: int) -> tuple[np.ndarray, np.ndarray]:
    rows = runs[runs["point"] == point]
    return rows["days"].to_numpy(), rows["ending"].astype(str).map(ENDING_CODES).to_numpy()


def test_life_tables_count_the_runs(swept: Path, runs: pandas.DataFrame) -> None:
    tables = life_tables_of(swept)
    assert tables.numbers == tuple(range(6))
    assert tables.runs.tolist() == [60] * 6
    for number, table in zip(tables.numbers, tables, strict=True):
        days, _ = columns(runs, number)
        held = table.at_risk - table.ended_by_day
        assert held[[30, 90]].tolist() == [(days > 30).sum(), (days > 90).sum()]


@pytest.mark.parametrize("band_bytes", [1, 1000, 64_000_000])
def test_pairs_are_those_of_equal_run_numbers(
    swept: Path, runs: pandas.DataFrame, band_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BAND_BYTES", band_bytes)
    pairs = pair_tables_of(swept, baseline=2)
    others = [0, 1, 3, 4, 5]
    days, codes = (np.stack(each) for each in zip(*(columns(runs, n) for n in others), strict=True))
    assert pairs == pair_tables(days, codes, *columns(runs, 2), 1095, numbers=others)


def test_a_point_that_is_not_there_is_refused(swept: Path) -> None:
    with pytest.raises(UsageError, match="numbered from 0 to 5, not 6"):
        pair_tables_of(swept, baseline=6)


def test_a_sweep_without_tables_is_met_with_a_sentence(swept: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("manifest.json", "points.parquet"):
        (copy / name).write_bytes((swept / name).read_bytes())
    with pytest.raises(ResultsError, match="no life table yet"):
        life_tables_of(copy)


def test_points_in_brief_agree_with_the_summary(swept: Path) -> None:
    brief = points_in_brief(swept)
    summary = pandas.read_parquet(swept / "summary.parquet")
    assert brief["median_days"].tolist() == summary["median_days"].tolist()
    assert brief["kept_days"].to_numpy() == pytest.approx(summary["mean_days"].to_numpy())
    assert brief["survival_90"].to_numpy() == pytest.approx(summary["survival_90"].to_numpy())
    assert (brief["survival_90_lower"] <= brief["survival_90"]).all()
    assert (brief["survival_90"] <= brief["survival_90_upper"]).all()


def test_days_are_counted_within_tau(swept: Path) -> None:
    assert (points_in_brief(swept, 30)["kept_days"] <= 30).all()


def test_points_that_share_a_value_are_mixed_and_not_pooled(swept: Path) -> None:
    table = factor_survival(swept, "groups.0.funding")
    assert table["points"].unique().tolist() == [2]
    assert set(table["uncertainty"]) == {"scenario"}
    brief = points_in_brief(swept).groupby("groups.0.funding")
    for name in ("survival_30", "kept_days"):
        assert table[name].to_numpy() == pytest.approx(brief[name].mean().to_numpy())
    assert (factor_survival(swept, "groups.0.funding", 30)["kept_days"] <= 30).all()


def test_an_unknown_factor_is_refused_with_the_known_ones(swept: Path) -> None:
    with pytest.raises(UsageError, match=r"groups\.0\.fundin.*did you mean groups\.0\.funding"):
        factor_survival(swept, "groups.0.fundin")


def test_comparisons_agree_with_the_runs(swept: Path, runs: pandas.DataFrame) -> None:
    table = compared_points(swept, baseline=0)
    means = table[table["quantity"] == "mean_days"].set_index("point")["difference"]
    for point, difference in means.items():
        days, _ = columns(runs, int(str(point)))
        assert difference == pytest.approx((days - columns(runs, 0)[0]).mean())
