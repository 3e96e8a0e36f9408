"""`simulate` and what an ensemble says of itself."""

from __future__ import annotations

import pickle
import tracemalloc

import numpy as np
import pytest

from sim.endings import CAUSES, ENDINGS, REASONS
from sim.errors import UsageError
from sim.experiment import MOST_RUNS, Ensemble, simulate
from sim.outcome import Outcome
from sim.scenario import Scenario

CASE = Scenario.load("ttp_2021")
FAR = CASE.with_(**{"truce.term_days": 0, "horizon_days": 5})


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    return simulate(CASE, runs=400, seed=6)


def made_of(days: list[int], endings: list[int], horizon_days: int = 10) -> Ensemble:
    """An ensemble with chosen durations and endings."""
    template = simulate(CASE.with_(horizon_days=horizon_days), runs=len(days))
    rows = template.rows.copy()
    rows["days"], rows["ending"] = days, endings
    return Ensemble(template.scenario, 1, rows)


# Running


def test_there_is_one_row_per_run_in_order(ensemble: Ensemble) -> None:
    assert len(ensemble) == len(ensemble.runs) == 400
    assert ensemble.rows["run"].tolist() == list(range(400))
    assert ensemble.scenario is CASE
    assert ensemble.seed == 6


def test_the_same_call_gives_the_same_rows(ensemble: Ensemble) -> None:
    assert simulate(CASE, runs=400, seed=6).rows.tobytes() == ensemble.rows.tobytes()
    assert simulate(CASE, runs=400, seed=7).rows.tobytes() != ensemble.rows.tobytes()


def test_more_runs_begin_with_the_same_runs(ensemble: Ensemble) -> None:
    assert np.array_equal(simulate(CASE, runs=30, seed=6).rows, ensemble.rows[:30])


def test_the_engines_agree(ensemble: Ensemble) -> None:
    assert np.array_equal(simulate(CASE, runs=30, seed=6, engine="mesa").rows, ensemble.rows[:30])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"runs": 0}, "runs must lie between 1 and 10,000,000, not 0"),
        ({"runs": -3}, "not -3"),
        ({"runs": MOST_RUNS + 1}, "not 10,000,001"),
        ({"seed": -1}, r"between 0 and 2\*\*64 - 1, not -1"),
        ({"seed": 2**64}, "not 18446744073709551616"),
        ({"engine": "warp"}, "compiled, mesa, not warp"),
        ({"engine": ""}, "compiled, mesa"),
    ],
)
def test_a_wrong_call_is_refused(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        simulate(CASE, **({"runs": 2} | wrong))  # type: ignore[arg-type]


def test_too_many_runs_are_refused_before_memory_is_taken() -> None:
    tracemalloc.start()
    with pytest.raises(UsageError):
        simulate(CASE, runs=10**15)
    assert tracemalloc.get_traced_memory()[1] < 10**8
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("engine", "runs", "told"),
    [
        ("mesa", 41, [(0, 41), (20, 41), (40, 41)]),
        ("compiled", 3, [(0, 3)]),
        ("compiled", 2001, [(0, 2001), (1000, 2001), (2000, 2001)]),
    ],
)
def test_a_watcher_is_told_how_far_it_is(
    engine: str, runs: int, told: list[tuple[int, int]]
) -> None:
    heard: list[tuple[int, int]] = []
    simulate(FAR, runs=runs, engine=engine, watch=lambda done, all: heard.append((done, all)))
    assert heard == told


@pytest.mark.parametrize("workers", [0, -1])
def test_a_crew_of_nobody_is_refused(workers: int) -> None:
    with pytest.raises(UsageError, match="1 worker or more"):
        simulate(CASE, runs=2, workers=workers)


def test_workers_change_no_row() -> None:
    alone, together = (simulate(CASE, runs=1500, workers=workers) for workers in (1, 3))
    assert alone.rows.tobytes() == together.rows.tobytes()


def test_portions_do_not_show_in_the_rows() -> None:
    whole = simulate(FAR, runs=5010, seed=3).rows
    assert whole["run"].tolist() == list(range(5010))
    assert np.array_equal(simulate(FAR, runs=4990, seed=3).rows, whole[:4990])


# The table of runs


def test_codes_become_names(ensemble: Ensemble) -> None:
    runs, rows = ensemble.runs, ensemble.rows
    assert list(runs.columns) == list(rows.dtype.names or ())
    assert set(runs.columns) == set(Outcome.__annotations__)
    assert runs["ending"].tolist() == [ENDINGS[code].name for code in rows["ending"]]
    assert runs["why"].tolist() == [REASONS[code].name for code in rows["why"]]
    names = {-2: "", -1: "Pakistan", 0: "TTP"}
    assert runs["ended_by"].tolist() == [names[code] for code in rows["ended_by"]]


def test_those_who_end_a_truce_are_named_whichever_group_it_is() -> None:
    two = simulate(Scenario.load("two_signatories"), runs=300, seed=2)
    groups = [group.name for group in two.scenario.groups]
    ended_by = two.runs["ended_by"]
    assert set(groups) <= set(ended_by) <= {"", two.scenario.state.name, *groups}
    for place, name in enumerate(groups):
        assert ((two.rows["ended_by"] == place) == (ended_by == name)).all()


def test_somebody_ends_what_is_ended_by_decision_and_nobody_the_rest(ensemble: Ensemble) -> None:
    decided = ensemble.runs["ending"].isin(["group_defects", "state_defects", "lapses"])
    assert ((ensemble.runs["ended_by"] != "") == decided).all()


def test_tables_are_computed_once(ensemble: Ensemble) -> None:
    assert ensemble.runs is ensemble.runs
    assert ensemble.survival is ensemble.survival
    assert ensemble.life_table is ensemble.life_table


# What is read from it, against a naive count


def test_the_curve_counts_those_that_last_longer() -> None:
    made = made_of([1, 4, 4, 10, 10], [4, 4, 2, 0, 5])
    curve = made.survival
    assert curve["day"].tolist() == list(range(11))
    assert curve["survival"].tolist() == pytest.approx([1, 0.8, 0.8, 0.8] + [0.4] * 6 + [0.2])
    assert curve["ended"].tolist() == [0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 1]
    assert [made.survival_after(day) for day in (0, 1, 4, 10)] == [1.0, 0.8, 0.4, 0.2]


@pytest.mark.parametrize(
    ("days", "endings", "median"),
    [
        ([1, 4, 4, 10, 10], [4, 4, 2, 0, 5], 4),
        ([1, 2, 3, 4], [4, 4, 4, 4], 2),
        ([3, 10], [4, 0], 3),
        ([3, 10, 10], [4, 0, 0], None),
        ([10, 10], [0, 0], None),
    ],
)
def test_the_median_is_the_first_day_on_which_at_most_half_hold(
    days: list[int], endings: list[int], median: int | None
) -> None:
    made = made_of(days, endings)
    assert made.median_days == median
    assert ("median not reached" in repr(made)) == (median is None)
    if median is not None:
        assert f"median day {median}" in repr(made)


def test_the_summary_holds_plain_values_in_this_order(ensemble: Ensemble) -> None:
    summary = ensemble.summary()
    assert summary["scenario"] == "ttp_2021"
    assert summary["runs"] == 400
    assert list(summary["survival"]) == ["30", "90", "180", "365"]
    assert list(summary["endings"]) == [*(cause.name for cause in CAUSES), "holding"]
    assert sum(summary["endings"].values()) == pytest.approx(1)
    values = [*summary["survival"].values(), *summary["endings"].values()]
    assert all(type(value) is float for value in values)
    assert type(summary["median_days"]) is int
    counted = ensemble.runs["ending"].value_counts() / 400
    for name, share in summary["endings"].items():
        assert share == pytest.approx(counted.get(name, 0.0))
    for day, share in summary["survival"].items():
        assert share == pytest.approx((ensemble.runs["days"] > int(day)).mean())


def test_a_case_without_a_file_goes_by_its_title() -> None:
    assert simulate(Scenario.from_yaml("title: mine"), runs=2).summary()["scenario"] == "mine"


def test_milestones_beyond_the_horizon_are_none() -> None:
    survival = simulate(CASE.with_(horizon_days=90), runs=2).summary()["survival"]
    assert [share is None for share in survival.values()] == [False, False, True, True]


def test_a_truce_that_reaches_the_horizon_is_held_through_it() -> None:
    made = made_of([10, 10], [0, 4])
    assert made.survival_after(10) == 0.5
    assert made.summary()["endings"]["holding"] == 0.5


# What it shows


def test_the_picture_names_the_case_and_the_size(ensemble: Ensemble) -> None:
    picture = ensemble._repr_svg_()
    assert picture == ensemble._repr_svg_()
    assert CASE.title in picture
    assert "400" in picture


@pytest.mark.parametrize("runs", [1, 2])
def test_even_one_run_has_tables_and_a_picture(runs: int) -> None:
    tiny = simulate(CASE, runs=runs)
    assert tiny.endings["runs"].sum() == runs
    assert tiny.why["runs"].sum() == (tiny.runs["ending"] != "holding").sum()
    assert "<svg" in tiny._repr_svg_()


def test_truces_that_never_end_have_tables_and_a_picture() -> None:
    made = made_of([10, 10], [0, 0])
    assert made.why.empty
    assert made.survival["survival"].eq(1).all()
    assert "<svg" in made._repr_svg_()


def test_an_ensemble_can_be_stored(ensemble: Ensemble) -> None:
    again = pickle.loads(pickle.dumps(ensemble))
    assert again.runs.equals(ensemble.runs)
    assert again.summary() == ensemble.summary()
