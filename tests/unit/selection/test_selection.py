"""The selection experiment: both fates, assignment, regressions, and the page that carries them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas
import pytest

from sim.endings import ENDINGS
from sim.ensemble import run_ensemble
from sim.errors import UsageError
from sim.reference import check
from sim.selection import MONITORS, Selection, Worlds, both_worlds, selection
from sim.selection.account import CONFLICTS, SEED, drawn, page_parts, verdicts
from sim.selection.conflicts import MOST_CONFLICTS, OBSERVED, STUDY, UNOBSERVED
from sim.selection.experiment import ESTIMATES, STRENGTHS, estimates, helped, log_hazard_ratio
from sim.sweep import Study
from tests.figures import check_words

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def worlds() -> Worlds:
    return both_worlds(MONITORS, 2, 120, 3)


@pytest.fixture(scope="module")
def shipped() -> Selection:
    return Selection(pandas.read_csv(DOCS / "selection.csv"))


# Both fates


def test_both_fates_of_a_truce_are_runs_of_its_conflict_with_the_same_luck(worlds: Worlds) -> None:
    study = Study.load(STUDY)
    for place, record in ((0, 0), (7, 1), (119, 0)):
        for there in (False, True):
            case = study.scenario(place).with_(**MONITORS.changes(there))
            row = run_ensemble(case, 1, 3, first=place + MOST_CONFLICTS * record, workers=1)[0]
            assert worlds.days[int(there), record, place] == row["days"]
            fails = ENDINGS[row["ending"]].kind == "failure"
            assert bool(worlds.failed[int(there), record, place]) == fails


def test_a_record_does_not_hang_on_how_many_there_are(worlds: Worlds) -> None:
    one = both_worlds(MONITORS, 1, 120, 3)
    assert np.array_equal(one.days[:, 0], worlds.days[:, 0])
    assert np.array_equal(one.difficulty, worlds.difficulty)


def test_difficulty_tells_who_fails(worlds: Worlds) -> None:
    hard = worlds.difficulty.sum(axis=0) > np.median(worlds.difficulty.sum(axis=0))
    failed = worlds.failed[0] > 0
    assert failed[:, hard].mean() > failed[:, ~hard].mean() + 0.1
    assert set(worlds.observed) == set(OBSERVED)
    assert set(worlds.unobserved) == set(UNOBSERVED)


def test_every_covariate_is_a_factor_of_the_study() -> None:
    factors = set(Study.load(STUDY).factors)
    assert {*OBSERVED, *UNOBSERVED} <= factors
    assert not set(OBSERVED) & set(UNOBSERVED)
    assert MONITORS.path in factors


# Assignment


def test_a_coin_helps_half_and_selection_helps_the_hard_ones(worlds: Worlds) -> None:
    difficulty = worlds.difficulty.sum(axis=0)
    shares, gaps = {}, {}
    for strength in (-2.0, 0.0, 2.0):
        got = np.stack([helped(worlds, strength, record, 1) for record in range(200)])
        shares[strength] = got.mean()
        gaps[strength] = difficulty[np.nonzero(got)[1]].mean() - difficulty.mean()
    assert shares[0.0] == pytest.approx(0.5, abs=0.01)
    assert gaps[0.0] == pytest.approx(0.0, abs=0.02)
    assert gaps[-2.0] < -0.2 < 0.2 < gaps[2.0]


def test_assignment_is_drawn_once_for_all_strengths_and_anew_for_each_record(
    worlds: Worlds,
) -> None:
    first, again, other = (helped(worlds, 0.0, record, 1) for record in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    hard = worlds.difficulty.sum(axis=0) > 0
    assert helped(worlds, 1.0, 0, 1)[hard & first].all()


# Regressions


def made_up_worlds(effect: float, records: int = 6, conflicts: int = 1500) -> Worlds:
    """Return worlds whose truth is known: exponential durations with proportional hazards."""
    luck = np.random.default_rng(11)
    seen, hidden = luck.normal(size=(2, conflicts))
    clock = luck.exponential(size=(records, conflicts))
    difficulty = np.stack([0.7 * seen, 0.7 * hidden])
    hazard = np.exp(difficulty.sum(axis=0)) / 200
    both = [clock / (hazard * ratio) for ratio in (1.0, effect)]
    days = np.minimum(np.ceil(np.stack(both)), 1826).astype(np.int64)
    failed = np.where(days < 1826, 3, 0)
    return Worlds(MONITORS, days, failed, {"seen": seen}, {"hidden": hidden}, difficulty)


def test_known_effects_are_recovered_and_selection_hides_them() -> None:
    table = estimates(made_up_worlds(0.6), 1)
    means = np.exp(table.groupby("strength")[list(ESTIMATES)].mean())
    assert means.loc[0.0, "raw"] == pytest.approx(means.loc[0.0, "truth"], abs=0.04)
    assert means["adjusted_truth"].to_numpy() == pytest.approx(0.6, abs=0.03)
    assert means["all"].to_numpy() == pytest.approx(0.6, abs=0.06)
    assert means.loc[2.0, "raw"] > means.loc[2.0, "observed"] > 1.0 > means.loc[2.0, "all"]
    assert means.loc[-2.0, "raw"] < means.loc[-2.0, "observed"] < means.loc[-2.0, "all"]
    assert means["raw"].is_monotonic_increasing


def test_a_regression_without_an_answer_is_missing() -> None:
    got = np.array([True, True, False, False])
    assert np.isnan(log_hazard_ratio(np.array([1, 2, 9, 9]), np.array([3, 3, 0, 0]), got, {}))


# Words, figure, page


def test_the_pattern_is_shown_by_the_shipped_numbers(shipped: Selection) -> None:
    """A raw hazard ratio near 1 or above, while the true one, adjusted, lies below 0.75."""
    for sent in shipped.sent:
        truth = shipped.ratio(sent, 0.0, "truth")["hazard_ratio"]
        assert shipped.ratio(sent, 0.0, "adjusted_truth")["hazard_ratio"] < 0.75
        assert shipped.ratio(sent, 0.0, "raw")["hazard_ratio"] == pytest.approx(truth, abs=0.05)
        assert shipped.ratio(sent, 1.0, "raw")["hazard_ratio"] >= 1.0
        adjusted = shipped.ratio(sent, 1.0, "all")["hazard_ratio"]
        assert adjusted == pytest.approx(
            shipped.ratio(sent, 1.0, "adjusted_truth")["hazard_ratio"], abs=0.06
        )
    assert all("useless or harmful" in sentence for sentence in verdicts(shipped))


def test_the_figure_has_no_words_on_top_of_others_and_tells_what_it_shows(
    shipped: Selection,
) -> None:
    figure = drawn(shipped)
    check_words(figure)
    assert "by coin toss" in figure.description
    assert "inside the equations of one model" in figure.foot


def test_the_page_has_the_numbers_that_are_stored(shipped: Selection) -> None:
    check(DOCS / "selection.md", page_parts(shipped), "make selection")
    from sim.report import svg_text

    assert (DOCS / "selection.svg").read_text() == svg_text(drawn(shipped), "selection")


def test_what_is_stored_is_what_the_model_does(shipped: Selection) -> None:
    """The first record, with monitors, comes out again."""
    again = estimates(both_worlds(MONITORS, 1, CONFLICTS, SEED), SEED)
    stored = shipped.rows[(shipped.rows["sent"] == "monitors") & (shipped.rows["record"] == 0)]
    assert again["strength"].tolist() == list(STRENGTHS) == stored["strength"].tolist()
    for name in ESTIMATES:
        assert again[name].to_numpy() == pytest.approx(stored[name].to_numpy(), abs=6e-5), name


@pytest.mark.parametrize(("records", "conflicts", "seed"), [(0, 60, 1), (1, 5, 1), (1, 60, -1)])
def test_numbers_out_of_range_are_refused(records: int, conflicts: int, seed: int) -> None:
    with pytest.raises(UsageError):
        selection(records, conflicts, seed)
