"""The coverage map: the exact part is right, floors hold, and the kept files are its own."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from sim.analysis import clopper_pearson, mid_p
from tests.coverage.__main__ import DOCS, floors_hold, main
from tests.coverage.cells import EXACT, SIMULATED, Cell, as_csv
from tests.coverage.drawn import HORIZON, Truth, counted_pairs, drawn_pairs, drawn_tables
from tests.coverage.exact import HIGHEST, INTERVALS, LOWEST, covered, exact_cells
from tests.coverage.figure import coverage_figure
from tests.coverage.page import cut
from tests.coverage.simulated import band_cells, cut_short_cells
from tests.coverage.sizes import FULL, ROUGH


@pytest.mark.parametrize("interval", [mid_p, clopper_pearson])
@pytest.mark.parametrize("runs", [50, 333])
def test_exact_coverage_is_the_sum_of_binomial_chances(interval, runs: int) -> None:
    survival = np.random.default_rng(1).uniform(LOWEST, HIGHEST, 200)
    lower, upper = interval(np.arange(runs + 1), runs)
    within = (lower[:, None] <= survival) & (survival <= upper[:, None])
    chances = binom.pmf(np.arange(runs + 1)[:, None], runs, survival)
    below, above = covered(interval, runs).beside(survival)
    np.testing.assert_allclose(below, (chances * within).sum(axis=0), rtol=1e-10)
    np.testing.assert_allclose(above, below, rtol=1e-12)


@pytest.mark.parametrize("runs", [50, 400])
def test_no_grid_finds_a_lower_coverage_than_the_jumps(runs: int) -> None:
    found = covered(mid_p, runs)
    worst, place = found.worst(LOWEST, HIGHEST)
    grid = np.linspace(LOWEST, HIGHEST, 20_001)
    assert found.beside(grid)[0].min() >= worst - 1e-12
    beside = place + np.array([-1e-9, 1e-9])
    assert found.beside(beside)[0].min() == pytest.approx(worst, abs=1e-6)
    limits = np.concatenate([found.lower, found.upper, [LOWEST, HIGHEST]])
    assert np.abs(limits - place).min() == 0.0


def test_floors_hold_for_many_sizes() -> None:
    sizes = (50, 51, 64, 137, 200, 777, 2950, 10_000)
    assert floors_hold(list(exact_cells((), sizes)))


def test_a_broken_floor_is_noticed() -> None:
    cells = list(exact_cells((), (50,)))
    assert floors_hold(cells)
    assert not floors_hold([replace(cells[0], coverage=0.9149), *cells[1:]])


def test_the_truth_is_what_is_drawn() -> None:
    truth = Truth(0.4)
    tables = drawn_tables(truth, 400, 1000, 0.3, seed=1)
    assert np.all(tables.runs == 1000)
    risk = tables.ended.sum(axis=(0, 1)) / np.maximum(tables.at_risk.sum(axis=0), 1)
    np.testing.assert_allclose(np.cumprod(1 - risk), truth.survival, atol=0.005)
    assert tables.censored[:, :-1].sum() / 400_000 == pytest.approx(0.3 * 0.7, abs=0.02)
    pairs = drawn_pairs(truth, truth, 50_000, 0.8, np.random.default_rng(1))
    equal = np.mean((pairs[0] == pairs[2]) & (pairs[0] < HORIZON))
    assert 0.8 * 0.55 < equal < 0.7
    found = counted_pairs(pairs).first
    survived = (found.at_risk - found.ended_by_day)[0] / 50_000
    np.testing.assert_allclose(survived, truth.survival, atol=0.01)
    assert truth.quantile(0.5) == np.flatnonzero(truth.survival <= 0.5)[0]


def test_bands_and_limits_hold_in_a_small_simulation() -> None:
    sizes = replace(ROUGH, samples=300, bootstrapped=20)
    cells = [*band_cells(Truth(0.5), 50, 0.3, sizes), *cut_short_cells(Truth(0.99), 50, sizes)]
    for cell in cells:
        assert cell.coverage >= 0.915 - 4 * max(cell.error, (0.05 / cell.samples) ** 0.5)


def test_the_kept_map_holds_what_is_computed_anew() -> None:
    kept = {
        (row["method"], int(row["runs"]), row["setting"]): row
        for row in csv.DictReader((DOCS / "coverage.csv").open())
        if row["kind"] == EXACT
    }
    assert len(kept) == 2 * (10 * len(FULL.bands_of) + len(FULL.wholes_of))
    for cell in exact_cells((50, 1000), (137, 200)):
        row = kept[cell.method, cell.runs, cell.setting]
        assert float(row["coverage"]) == pytest.approx(cell.coverage, abs=2e-6)
    for method, floor in zip(INTERVALS, ("91.66", "95.00"), strict=True):
        lowest = min(float(row["coverage"]) for key, row in kept.items() if key[0] == method)
        assert cut(lowest) == floor
        assert f"| {method} | {floor} % |" in (DOCS / "coverage.md").read_text()


def test_the_kept_figure_is_the_one_that_is_drawn() -> None:
    kept = (DOCS / "coverage.svg").read_text()
    assert len(kept) < 60 * 1024
    root = ET.fromstring(kept)
    names = [element.tag.rpartition("}")[2] for element in root]
    assert {"title", "desc"} <= set(names)
    assert coverage_figure((50,)).title_text in kept


def test_a_rough_map_is_written_elsewhere(tmp_path: Path, monkeypatch, capsys) -> None:
    quick = replace(ROUGH, samples=8, bootstrapped=2, replicates=10, paired=2, paired_bands=1)
    monkeypatch.setattr("tests.coverage.__main__.ROUGH", quick)
    monkeypatch.setattr("tests.coverage.__main__.coverage_figure", lambda: coverage_figure((50,)))
    with pytest.raises(SystemExit):
        main(["--rough"])
    assert main(["--rough", "--out", str(tmp_path)]) == 0
    rows = list(csv.DictReader((tmp_path / "coverage.csv").open()))
    assert {row["kind"] for row in rows} == {EXACT, SIMULATED}
    page = (tmp_path / "coverage.md").read_text()
    for what in {row["what"] for row in rows if row["kind"] == SIMULATED}:
        assert f"| {what} | " in page


def test_coverage_is_cut_off_never_rounded_up() -> None:
    assert cut(0.91499) == "91.49"
    assert cut(0.95) == "95.00"
    line = as_csv([Cell(EXACT, "s", "m", 5, "all", 0.91499999, 0.75)]).splitlines()[1]
    assert line == "exact,s,m,5,all,0.914999,0.75,,"


def test_sizes_cover_the_range_that_is_promised() -> None:
    assert (min(FULL.wholes_of), max(FULL.wholes_of)) == (50, 100_000)
    assert all(later / sooner < 1.12 for sooner, later in pairwise(FULL.wholes_of))
