"""Sweeps that stop when precise enough: the same runs on every way there, and honest intervals."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest

from sim.analysis import look_at_restricted_mean, look_at_share, time_uniform
from sim.endings import HOLDING
from sim.errors import ResultsError, UsageError
from sim.results.manifest import MANIFEST, digest_of
from sim.sweep import Study, study_run
from sim.sweep.blocks import Block
from sim.sweep.folder import open_folder, read_folder, rewrite_manifest
from sim.sweep.for_analysis import life_tables_of, pair_tables_of
from sim.sweep.precision import Precision
from sim.sweep.run_table import FAILED, RUN
from sim.sweep.stopping import Rounds, gains, most_needed
from sim.sweep.stored import status_of, stored_run, verify_sweep
from sim.sweep.study_run import Swept, run_study
from tests.crews import (
    Inline,
    begun,
    inside,
    parts_of,
    pretended_row,
    raise_error,
    small_study,
    spoiled,
    swept,
)

DAY, EVERY, MOST = 45, 20, 400
SURVIVAL = {"of": "survival", "day": DAY, "half_width": 0.11, "every": EVERY}
MEAN = {"of": "mean_days", "day": DAY, "half_width": 4.5, "every": EVERY}
HORIZONS = (46, 60, 75, 120, 240, 600)


def study_of(
    precision: dict[str, Any] | None, runs: int = MOST, horizons: tuple[int, ...] = HORIZONS
) -> Study:
    """Return a study whose points hold for longer the later they are no longer followed."""
    lines: dict[str, Any] = {"factors": f"{{horizon_days: {list(horizons)}}}"}
    if precision:
        lines["precision"] = json.dumps(precision)
    return small_study(runs, compare_to=f"{{horizon_days: {horizons[0]}}}", **lines)


STUDY = study_of(SURVIVAL)
ASKED = {
    "survival": SURVIVAL,
    "mean days": MEAN,
    "all points together": SURVIVAL | {"simultaneous": True, "half_width": 0.13},
    "other rounds": SURVIVAL | {"every": 7},
}


@pytest.fixture(autouse=True)
def short_pilots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study_run, "PILOT_SECONDS", 0.01)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """The study, run without any trouble; not to be changed."""
    return swept(STUDY, tmp_path_factory.mktemp("sound") / "swept")


def summary_of(folder: Path) -> pandas.DataFrame:
    return pandas.read_parquet(folder / "summary.parquet")


def days_of(study: Study, point: int, runs: int) -> np.ndarray:
    """Return the days of the first runs of a point, as they are made up."""
    values = study.points[point]
    rows = [pretended_row(study.factors, values, run, study.seed) for run in range(runs)]
    return np.array([row[0] for row in rows])


def runs_needed(study: Study, point: int) -> int:
    """Return after how many runs a point stops, by looking at one sample after the other."""
    precision = study.precision
    assert precision is not None
    level = precision.level_for(len(study))
    runs = 0
    while runs < study.runs:
        runs = min(runs + precision.every, study.runs)
        days = days_of(study, point, runs)
        if precision.of == "survival":
            share = int((days > precision.day).sum())
            aim = precision.half_width
        else:
            share = np.minimum(days, precision.day).sum() / precision.day
            aim = precision.half_width / precision.day
        if look_at_share(share, runs, aim, level).stop:
            break
    return runs


# The rule


@pytest.mark.parametrize("precision", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize("runs", [MOST, 130], ids=["enough runs", "too few runs"])
def test_a_point_gets_the_runs_that_it_needs(
    tmp_path: Path, precision: dict[str, Any], runs: int
) -> None:
    study = study_of(precision, runs)
    table = summary_of(swept(study, tmp_path / "swept").folder)
    needed = [runs_needed(study, point) for point in range(len(study))]
    assert table["runs"].tolist() == needed
    assert len(set(needed)) > 1
    reached = (table["aim_half_width"] <= precision["half_width"]).tolist()
    assert table["aim_runs"].notna().tolist() == reached
    assert [each for each, is_there in zip(needed, reached, strict=True) if not is_there] == [
        runs for is_there in reached if not is_there
    ]


def test_the_summary_says_what_is_known(sound: Swept) -> None:
    for point, row in summary_of(sound.folder).iterrows():
        days = days_of(STUDY, int(str(point)), row["runs"])
        known = look_at_share(int((days > DAY).sum()), row["runs"], 0.11)
        assert (row["aim_lower"], row["aim_upper"]) == pytest.approx((known.lower, known.upper))
        assert row["aim_estimate"] == pytest.approx((days > DAY).mean())
        assert row["aim_half_width"] == pytest.approx(known.half_width)


def test_the_mean_of_the_summary_is_that_of_its_window(tmp_path: Path) -> None:
    folder = swept(study_of(MEAN), tmp_path / "swept").folder
    table = summary_of(folder)
    for point, of_point in enumerate(life_tables_of(folder)):
        known = look_at_restricted_mean(of_point, 4.5, DAY)
        assert table["aim_estimate"][point] == pytest.approx(known.estimate)
        assert table["aim_half_width"][point] == pytest.approx(known.half_width)
        assert known.half_width <= 4.5


def test_pairs_with_the_baseline_are_the_runs_that_both_have(sound: Swept) -> None:
    table = summary_of(sound.folder)
    pairs = pair_tables_of(sound.folder, 0)
    both = [min(table["runs"][0], runs) for runs in table["runs"][1:]]
    assert pairs.pairs.tolist() == both
    for point in range(1, len(STUDY)):
        runs = both[point - 1]
        difference = days_of(STUDY, point, runs) - days_of(STUDY, 0, runs)
        assert table["mean_minus_baseline_days"][point] == pytest.approx(difference.mean())


def test_no_point_needs_more_than_the_worst_case() -> None:
    for wanted in (SURVIVAL, MEAN, SURVIVAL | {"simultaneous": True}):
        precision = Precision(**wanted)
        most = most_needed(precision, 6)
        level, aim = precision.level_for(6), precision.half_width / precision.window
        for share in np.linspace(0, 1, 21):
            assert look_at_share(share * most, most, aim, level).stop
        assert not look_at_share((most - EVERY) / 2, most - EVERY, aim, level).stop


# The same runs on every way there


@pytest.mark.parametrize("block_size", [1, 17, 1000])
@pytest.mark.parametrize("workers", [1, 3])
def test_blocks_workers_and_order_are_no_matter(
    tmp_path: Path, sound: Swept, block_size: int, workers: int
) -> None:
    begun(STUDY, tmp_path / "swept", block_size)
    crew = partial(Inline, order=block_size)
    done = run_study(STUDY, tmp_path / "swept", workers=workers, crew=crew)
    assert done.hashes == sound.hashes
    assert done.finished
    assert verify_sweep(tmp_path / "swept").finished


class Killed(Inline):
    """A crew that dies, and all with it, after so many answers."""

    left = 0

    def answers(self, patience: float) -> Any:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        return super().answers(patience)


def killed_after(answers: int) -> Any:
    def crew(workers: int) -> Killed:
        killed = Killed(workers, order=answers)
        killed.left = answers
        return killed

    return crew


@pytest.mark.parametrize("answers", [2, 5])
def test_a_sweep_that_is_killed_again_and_again_ends_with_the_same_runs(
    tmp_path: Path, sound: Swept, answers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each attempt gets a few blocks further, without tables, as after a kill."""
    folder = tmp_path / "swept"
    begun(STUDY, folder, 33)
    monkeypatch.setattr(study_run, "PILOT_SECONDS", 0.0)
    monkeypatch.setattr(study_run, "fly", lambda *_: _Pilot())
    seen: dict[str, bytes] = {}
    with monkeypatch.context() as killed:
        killed.setattr(study_run, "close", lambda _: {})
        for _ in range(200):
            with suppress(KeyboardInterrupt):
                run_study(STUDY, folder, workers=2, crew=killed_after(answers))
                break
            assert not status_of(folder).finished
            now = inside(folder / "runs")
            assert now.items() >= seen.items()
            seen = now
    assert seen
    assert swept(STUDY, folder).hashes == sound.hashes


class _Pilot:
    """Blocks of a known size."""

    def block_size(self, runs: int, workers: int) -> int:
        return min(runs, 33)


def test_a_sweep_that_was_killed_between_two_rounds_asks_for_the_next(
    tmp_path: Path, sound: Swept
) -> None:
    """Then all that the manifest asks for is there, and yet it is not finished."""
    folder = tmp_path / "swept"
    begun(STUDY, folder, 1000)
    with pytest.raises(KeyboardInterrupt):
        run_study(STUDY, folder, workers=1, crew=killed_after(1))
    here = read_folder(folder)
    assert status_of(folder).done == here.size
    assert here.size < sound.progress.done
    assert not status_of(folder).finished
    assert swept(STUDY, folder).hashes == sound.hashes


def test_a_finished_sweep_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "swept"
    swept(STUDY, folder)
    before = inside(folder)
    again = swept(STUDY, folder)
    assert (again.finished, again.progress.done) == (True, again.progress.found)
    assert inside(folder) == before


# Failures


FAILING = {
    "one run": ((2, 3),),
    "some runs of each": tuple((point, run) for point in range(6) for run in (0, 5, 19, 33, 57)),
    "a round of a point": tuple((4, run) for run in range(EVERY, 2 * EVERY)),
    "the first rounds": tuple((point, run) for point in range(6) for run in range(2 * EVERY)),
}


@pytest.mark.parametrize("places", FAILING.values(), ids=FAILING)
def test_failed_runs_that_are_mended_leave_no_trace(
    tmp_path: Path, sound: Swept, places: tuple[tuple[int, int], ...]
) -> None:
    folder = tmp_path / "swept"
    failing = partial(spoiled, deed=raise_error, places=places)
    first = run_study(STUDY, folder, workers=1, crew=lambda n: Inline(n, failing))
    assert first.finished
    assert first.hashes["runs"] != sound.hashes["runs"]
    assert swept(STUDY, folder, retry=True).hashes == sound.hashes


def test_a_point_that_always_fails_does_not_take_all_runs(tmp_path: Path) -> None:
    places = tuple((3, run) for run in range(MOST))
    failing = partial(spoiled, deed=raise_error, places=places)
    folder = swept(STUDY, tmp_path / "swept", doing=failing).folder
    row = summary_of(folder).loc[3]
    assert row["runs"] == 0
    assert 0 < row["failed"] < MOST
    assert pandas.isna(row["aim_runs"])


# More of it


LARGER = {
    "a smaller half-width": study_of(SURVIVAL | {"half_width": 0.09}),
    "a higher level": study_of(SURVIVAL | {"level": 0.99}),
    "all points together": study_of(SURVIVAL | {"simultaneous": True}),
    "more runs": study_of(SURVIVAL, runs=900),
    "more points": study_of(SURVIVAL, horizons=(*HORIZONS, 900, 90)),
    "all runs": study_of(None),
    "all at once": study_of(
        SURVIVAL | {"half_width": 0.1, "simultaneous": True}, 600, (*HORIZONS, 900)
    ),
}


SMALLER = {"all": STUDY, "cut short": study_of(SURVIVAL, runs=90)}


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Study], Swept]:
    """Sweep a study without interruption, but once only; not to be changed."""
    done: dict[int, Swept] = {}

    def swept_once(study: Study) -> Swept:
        if id(study) not in done:
            done[id(study)] = swept(study, tmp_path_factory.mktemp("at_once") / "swept")
        return done[id(study)]

    return swept_once


@pytest.mark.parametrize("larger", LARGER.values(), ids=LARGER)
@pytest.mark.parametrize("first", SMALLER.values(), ids=SMALLER)
def test_an_extended_sweep_is_what_it_would_have_been(
    tmp_path: Path, first: Study, larger: Study, at_once: Callable[[Study], Swept]
) -> None:
    folder = Path(shutil.copytree(at_once(first).folder, tmp_path / "extended"))
    begun(larger, folder, 30)
    extended = swept(larger, folder)
    assert extended.hashes == at_once(larger).hashes
    assert extended.finished


REFUSED = {
    "a larger half-width": study_of(SURVIVAL | {"half_width": 0.2}),
    "a lower level": study_of(SURVIVAL | {"level": 0.9}),
    "another day": study_of(SURVIVAL | {"day": 30}),
    "another measure": study_of(MEAN),
    "other rounds": study_of(SURVIVAL | {"every": 10}),
}


@pytest.mark.parametrize("study", REFUSED.values(), ids=REFUSED)
def test_a_rule_that_would_have_stopped_before_is_refused(tmp_path: Path, study: Study) -> None:
    folder = tmp_path / "swept"
    swept(STUDY, folder)
    before = inside(folder)
    with pytest.raises(UsageError, match="stops points by a rule"):
        swept(study, folder)
    assert inside(folder) == before


def test_points_that_have_all_runs_cannot_be_stopped_afterwards(tmp_path: Path) -> None:
    swept(study_of(None), tmp_path / "swept")
    with pytest.raises(UsageError, match="stops points by a rule"):
        swept(STUDY, tmp_path / "swept")


# What is kept and read back


def test_a_study_keeps_its_precision_and_only_then_has_another_digest() -> None:
    again = Study.from_yaml(STUDY.to_yaml())
    assert again == STUDY
    assert again.precision == Precision(**SURVIVAL)
    assert study_of(None).digest != STUDY.digest
    assert study_of(None).precision is None


def test_runs_that_were_not_needed_have_no_ending(sound: Swept) -> None:
    runs = summary_of(sound.folder)["runs"]
    point = int(runs.argmin())
    assert stored_run(sound.folder, point, runs[point] - 1).ending is not None
    assert stored_run(sound.folder, point, runs[point]).ending is None
    with pytest.raises(UsageError, match="numbered from 0 to 399"):
        stored_run(sound.folder, point, MOST)


def test_every_column_is_described_and_none_is_added_without_a_precision(
    tmp_path: Path, sound: Swept
) -> None:
    book = pandas.read_csv(sound.folder / "codebook.csv")
    described = book[book["file"] == "summary"]["column"].tolist()
    assert described == list(summary_of(sound.folder))
    plain = swept(study_of(None, runs=10), tmp_path / "plain").folder
    assert not [name for name in summary_of(plain) if name.startswith("aim_")]


@pytest.mark.parametrize("forged", [3, {"day": 10}, SURVIVAL | {"half_width": 9.0}])
def test_a_forged_precision_is_refused(tmp_path: Path, forged: Any) -> None:
    begun(STUDY, tmp_path / "swept")
    rewrite_manifest(read_folder(tmp_path / "swept"), precision=forged)
    manifest = json.loads((tmp_path / "swept" / MANIFEST).read_bytes())
    assert digest_of(manifest) == manifest["digest"]
    with pytest.raises(ResultsError, match="lacks fields"):
        read_folder(tmp_path / "swept")


def test_no_run_is_asked_for_twice(sound: Swept) -> None:
    here = read_folder(sound.folder)
    assert sum(here.asked) == here.size == sum(block.size for block in here.blocks)
    assert len(parts_of(sound.folder)) == len(here.blocks)
    assert open_folder(sound.folder, STUDY, lambda: 1).manifest == here.manifest


# Coverage


def ended_in(rounds: Rounds, draw: Any, points: int, most: int, every: int) -> np.ndarray:
    """Run simulated points until they stop; return how many runs each took, [points]."""
    asked = [0] * points
    while (wanted := rounds.wanted(asked)) != asked:
        for point in np.flatnonzero(np.array(wanted) > np.array(asked)).tolist():
            runs = wanted[point] - asked[point]
            rounds.add(Block(asked[point], runs, point, 1), draw(point, runs))
        asked = wanted
    return np.array(asked)


@pytest.mark.parametrize("share", [0.3, 0.12, 0.02])
@pytest.mark.parametrize("measure", ["survival", "mean_days"])
def test_intervals_hold_the_truth_where_the_sweep_stopped(share: float, measure: str) -> None:
    """Points with the same truth, each stopped by its own luck."""
    points, most, every, day = 400, 3_000, 20, 10
    width = 0.09 if measure == "survival" else 0.9
    precision = Precision(of=measure, day=day, half_width=width, every=every)
    dice = np.random.default_rng(7)
    totals = np.zeros(points)

    def draw(point: int, runs: int) -> np.ndarray:
        rows = np.zeros(runs, dtype=RUN)
        rows["ending"] = 1
        rows["days"] = np.where(dice.random(runs) < share, 2 * day, dice.integers(0, 2, runs))
        totals[point] += gains(precision, rows).sum()
        return rows

    rounds = Rounds(precision, points, most)
    asked = ended_in(rounds, draw, points, most, every)
    truth = share if measure == "survival" else share * day + (1 - share) * 0.5
    window = precision.window
    lower, upper = time_uniform(totals / window, asked)
    assert ((upper - lower) / 2 <= width / window).all()
    assert len(set(asked.tolist())) > 1
    assert ((window * lower <= truth) & (truth <= window * upper)).mean() >= 0.95


def test_gains_are_what_a_life_table_would_say() -> None:
    rows = np.array([(9, 1, 0), (10, 1, 0), (11, 2, 0), (60, HOLDING, 0), (0, FAILED, 0)], RUN)
    survival = Precision(of="survival", day=10, half_width=0.1)
    mean = Precision(of="mean_days", day=10, half_width=1)
    assert gains(survival, rows).tolist() == [0, 0, 1, 1, 0]
    assert gains(mean, rows).tolist() == [9, 10, 10, 10, 0]
    at_horizon = np.array([(10, HOLDING, 0)], RUN)
    assert gains(survival, at_horizon).tolist() == [1]
