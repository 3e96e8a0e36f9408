"""The tables of a sweep against the runs themselves, counted with pandas and nothing clever."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path

import pandas
import pytest

from sim.analysis import MILESTONES
from sim.endings import ENDINGS
from sim.sweep import Study, study_run, tables
from sim.sweep.folder import read_folder
from sim.sweep.tables import bands
from tests.crews import begun, parts_of, raise_error, small_study, spoiled, swept

HORIZONS = "{horizon_days: [20, 60, 200], brokers.0.leverage: [0, 0.5, 1]}"
STUDIES: dict[str, Study] = {
    "plain": small_study(runs=40),
    "compared": small_study(runs=40, compare_to="{brokers.0.leverage: 0.5}"),
    "varied horizon": small_study(runs=40, factors=HORIZONS),
    "varied horizon, compared": small_study(
        runs=40, factors=HORIZONS, compare_to="{horizon_days: 60, brokers.0.leverage: 0.5}"
    ),
    "one run": small_study(runs=1, compare_to="{brokers.0.leverage: 0.5}"),
    "one point": small_study(runs=30, leverage=(0.5,)),
}
FAILED = {
    "none": (),
    "some": ((0, 0), (1, 0), (1, 3), (2, 39)),
    "a point": tuple((1, run) for run in range(40)),
    "the baseline": tuple((0, run) for run in range(40)),
    "all": tuple((point, run) for point in range(9) for run in range(40)),
}


@pytest.fixture(autouse=True)
def short_pilots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study_run, "PILOT_SECONDS", 0.001)


def runs_of(folder: Path) -> pandas.DataFrame:
    runs = pandas.concat(map(pandas.read_parquet, parts_of(folder)))
    points = pandas.read_parquet(folder / "points.parquet")
    runs = runs.merge(points[["point", "horizon_days"]], on="point")
    return runs.astype({"days": float, "ending": str})


def naive_life_table(runs: pandas.DataFrame) -> dict[tuple[int, str, int], int]:
    sound = runs[runs["ending"] != "failed"]
    counts = sound.groupby(["point", "ending", "days"]).size()
    return {(point, ending, int(day)): int(n) for (point, ending, day), n in counts.items()}


def naive_row(runs: pandas.DataFrame, baseline: pandas.DataFrame | None) -> dict[str, object]:
    """Return what the summary should say about the runs of one point."""
    sound = runs[runs["ending"] != "failed"]
    row: dict[str, object] = {"runs": len(sound), "failed": len(runs) - len(sound)}
    if len(sound):
        row |= naive_statistics(sound)
    if baseline is not None:
        row |= naive_difference(sound, baseline[baseline["ending"] != "failed"])
    return row


def naive_statistics(sound: pandas.DataFrame) -> dict[str, object]:
    horizon, held = int(sound["horizon_days"].iloc[0]), sound["ending"] == "holding"

    def share_beyond(day: int) -> float:
        return ((sound["days"] > day) | held).mean()

    half = (day for day in range(horizon + 1) if 2 * share_beyond(day) <= 1)
    shares = {f"share_{each.name}": (sound["ending"] == each.name).mean() for each in ENDINGS}
    survival = {f"survival_{day}": share_beyond(day) for day in MILESTONES if day <= horizon}
    return shares | survival | {"median_days": next(half, None), "mean_days": sound["days"].mean()}


def naive_difference(sound: pandas.DataFrame, baseline: pandas.DataFrame) -> dict[str, object]:
    pairs = sound.merge(baseline, on="run")
    differences = pairs["days_x"] - pairs["days_y"]
    if len(pairs) < 2:
        return {}
    return {
        "mean_minus_baseline_days": differences.mean(),
        "mean_minus_baseline_se": differences.std(ddof=0) / math.sqrt(len(pairs)),
    }


@pytest.mark.parametrize("band_bytes", [1, 200_000])
@pytest.mark.parametrize("failed", [FAILED["none"], FAILED["some"], FAILED["the baseline"]])
def test_narrow_bands_make_the_same_tables(
    tmp_path: Path,
    failed: tuple[tuple[int, int], ...],
    band_bytes: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = STUDIES["varied horizon, compared"]
    doing = partial(spoiled, deed=raise_error, places=(*failed, (99, 99)))
    wide = swept(study, tmp_path / "wide", doing=doing)
    monkeypatch.setattr(tables, "BAND_BYTES", band_bytes)
    begun(study, tmp_path / "narrow", 25)
    assert swept(study, tmp_path / "narrow", doing=doing).hashes == wide.hashes


@pytest.mark.parametrize("failed", FAILED.values(), ids=FAILED)
@pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)
def test_tables_are_what_the_runs_say(
    tmp_path: Path,
    study: Study,
    failed: tuple[tuple[int, int], ...],
) -> None:
    folder = tmp_path / "swept"
    begun(study, folder, 25)
    swept(study, folder, doing=partial(spoiled, deed=raise_error, places=(*failed, (99, 99))))
    runs = runs_of(folder)
    life = pandas.read_parquet(folder / "life_table.parquet").astype({"ending": str})
    told = {(row.point, row.ending, row.day): row.runs for row in life.itertuples()}
    assert told == naive_life_table(runs)
    check_summary(folder, runs, study.baseline)


def check_summary(folder: Path, runs: pandas.DataFrame, baseline: int | None) -> None:
    summary = pandas.read_parquet(folder / "summary.parquet")
    compared = None if baseline is None else runs[runs["point"] == baseline]
    assert ("mean_minus_baseline_days" in summary) == (baseline is not None)
    first = summary.columns.get_loc("runs")
    for point, row in summary.set_index("point").iterrows():
        expected = naive_row(runs[runs["point"] == point], compared)
        for name in summary.columns[first:]:
            value = expected.get(name)
            if name == "mean_days_se":
                continue
            if value is None:
                assert pandas.isna(row[name]), (point, name)
            else:
                assert row[name] == pytest.approx(value, abs=1e-9), (point, name)


def test_the_standard_error_of_the_mean_is_that_of_the_runs(tmp_path: Path) -> None:
    study = STUDIES["plain"]
    swept(study, tmp_path / "swept")
    runs = runs_of(tmp_path / "swept").groupby("point")["days"]
    summary = pandas.read_parquet(tmp_path / "swept/summary.parquet").set_index("point")
    expected = runs.std(ddof=1) / math.sqrt(40)
    pandas.testing.assert_series_equal(
        summary["mean_days_se"], expected, check_names=False, check_index_type=False, rtol=0.02
    )


def test_the_csv_says_what_the_parquet_says(tmp_path: Path) -> None:
    folder = swept(STUDIES["varied horizon, compared"], tmp_path / "swept").folder
    exact = pandas.read_parquet(folder / "summary.parquet")
    sheet = pandas.read_csv(folder / "summary.csv")
    pandas.testing.assert_frame_equal(sheet, exact, check_dtype=False)


def test_every_column_of_every_table_stands_in_the_codebook(tmp_path: Path) -> None:
    folder = swept(STUDIES["varied horizon, compared"], tmp_path / "swept").folder
    codebook = pandas.read_csv(folder / "codebook.csv")
    for name in ("points", "life_table", "summary", "failures"):
        table = pandas.read_parquet(folder / f"{name}.parquet")
        described = codebook[codebook["file"] == name]["column"]
        assert list(table.columns) == list(described)
    runs = pandas.read_parquet(parts_of(folder)[0])
    assert list(runs.columns) == list(codebook[codebook["file"] == "runs"]["column"])
    assert codebook["meaning"].str.len().min() > 5


def test_bands_are_as_narrow_as_memory_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = swept(STUDIES["varied horizon"], tmp_path / "swept").folder
    one_point = (len(ENDINGS) + 1) * 201 * 8
    monkeypatch.setattr(tables, "BAND_BYTES", 2 * one_point)
    found = list(bands(read_folder(folder), parts_of(folder)))
    assert [(band.first, len(band.counts)) for band in found] == [
        (0, 2),
        (2, 2),
        (4, 2),
        (6, 2),
        (8, 1),
    ]
    assert all(band.counts.nbytes <= 2 * one_point for band in found)
