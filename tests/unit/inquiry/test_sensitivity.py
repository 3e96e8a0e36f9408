"""A sensitivity analysis of the model: its studies, its numbers, what is switched off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.ensemble import run_ensemble
from sim.errors import UsageError
from sim.inquiry.followups import of_scenario, screening, sharing, space_of
from sim.inquiry.measures import BATCHES, measured, measures_within
from sim.inquiry.pictures import convergence_picture, indices_picture, screening_picture
from sim.inquiry.screening import screened
from sim.inquiry.sensitivity import check_numbers, leading, sensitivity
from sim.inquiry.told import sensitivity_lines
from sim.parameters import parameters
from sim.scenario import Scenario
from sim.sweep import Study, run_study
from tests.figures import check_words

STUDY = """
title: four factors, one switched off
base: ttp_2021
set: {mechanisms.retaliation: false, horizon_days: 120}
runs: 24
design: {name: morris, trajectories: 4}
factors:
  state.war_cost: {uniform: [0.15, 0.55]}
  state.retaliation: {uniform: [0, 0.5]}
  truce.monitoring: {from: 0, to: 1}
  groups.0.trust: {uniform: [0.2, 0.9]}
  state.trust: {same_as: groups.0.trust}
"""


def run(study: Study, folder: Path) -> object:
    return run_study(study, folder, threads=True, workers=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("sensitivity")


@pytest.fixture(scope="module")
def found(folder):
    return sensitivity(Study.from_yaml(STUDY), folder, run, samples=16, top=3)


def test_what_is_switched_off_has_no_effect_at_all(found) -> None:
    rows = found.screening[found.screening["factor"] == "state.retaliation"]
    assert len(rows) == 4
    assert (rows[["mu", "mu_star", "sigma", "luck", "noise"]] == 0).all(axis=None)


def test_what_matters_leads(found) -> None:
    days = found.screening[found.screening["measure"] == "days_kept_120"]
    assert days["factor"].iloc[-1] == "state.retaliation"
    assert days["mu_star"].iloc[0] > 3 * days["noise"].iloc[0]
    assert set(found.indices["factor"]) == {"state.war_cost", "truce.monitoring", "groups.0.trust"}


def test_an_idle_factor_has_total_index_zero(folder) -> None:
    study = Study.from_yaml(STUDY.replace("morris, trajectories: 4", "saltelli, samples: 8"))
    wide = screening(study, 3)
    plan = sharing(wide, [0, 1], 8)
    run(plan, folder / "idle")
    from sim.inquiry.sensitivity import answers
    from sim.inquiry.variance_shares import variance_shares

    shared = answers(plan, folder / "idle")
    shares = variance_shares(shared.values[0], 2, 1)
    assert shared.names == ("state.war_cost", "state.retaliation")
    assert shares.total[1] == 0
    assert shares.total_luck[1] == 0
    assert shares.total_without_noise[1] == 0
    assert shares.total[0] > 0


def test_convergence_ends_in_the_answer(found) -> None:
    last = found.convergence.query(
        "index == 'total' and part_of == 'sample' and sample == 16 and measure == 'days_kept_120'"
    )
    answer = found.indices[found.indices["measure"] == "days_kept_120"].set_index("factor")["total"]
    assert last.set_index("factor")["value"].to_dict() == answer.to_dict()
    parts = found.convergence.query("index == 'mu_star' and part_of == 'runs'")["runs"].unique()
    assert parts.tolist() == [3, 6, 12, 24]


def test_another_analysis_of_the_same_runs_gives_the_same_bits(found, folder) -> None:
    again = sensitivity(Study.from_yaml(STUDY), folder, run, samples=16, top=3)
    for name in ("screening", "indices", "noise", "convergence"):
        assert getattr(again, name).equals(getattr(found, name))


def test_a_larger_sample_extends_what_is_there(found, folder) -> None:
    more = sensitivity(Study.from_yaml(STUDY), folder, run, samples=32, top=3)
    shared = more.convergence.query("index == 'total' and part_of == 'sample' and sample == 16")
    before = found.convergence.query("index == 'total' and part_of == 'sample' and sample == 16")
    assert np.array_equal(shared["value"], before["value"])


def test_the_answer_is_told_and_drawn(found) -> None:
    measures = measures_within(120)
    said = "\n".join(sensitivity_lines(found, measures))
    assert "Mean days kept within 120 days" in said
    assert "luck of the runs" in said
    for picture in (screening_picture, indices_picture, convergence_picture):
        figure = picture(found, measures, "A <b>title</b>")
        check_words(figure)
        assert figure.data is not None
        assert figure.description


# Studies


def test_a_scenario_is_widened_to_all_parameters() -> None:
    study = of_scenario(Scenario.load("ttp_2021"))
    numbers = {each.name for each in parameters()} - {"term_days"}
    assert {path.split(".")[-1] for path in study.factors} == numbers
    assert study.base == Scenario.load("ttp_2021")


def test_studies_that_draw_keep_their_factors_and_others_are_widened() -> None:
    drawn = Study.load("levers_2021")
    assert space_of(drawn).paths == drawn.factors
    assert len(space_of(Study.load("leverage_and_funding")).paths) > 50
    own = Study.load("screening")
    again = screening(own)
    assert again.points == own.points
    assert again.digest == own.digest


def test_followers_come_along() -> None:
    wide = screening(Study.from_yaml(STUDY))
    part = sharing(wide, [3], 8)
    assert part.factors == ("groups.0.trust", "state.trust")
    assert all(first == second for first, second in part.points)
    assert part.title == "four factors, one switched off: indices"
    assert sharing(wide, [0], 8).factors == ("state.war_cost",)


def test_the_leader_of_every_measure_is_kept() -> None:
    from sim.sweep.designs import Morris

    walks = Morris(trajectories=4).shares(3, 1)
    outcomes = (walks @ np.array([9.0, 1.0, 0.0]), walks @ np.array([0.0, 0.0, 0.1]))
    found = [screened(outcome[None], walks, 1) for outcome in outcomes]
    assert leading(found, 2) == [0, 2]
    assert leading(found, 9) == [0, 1, 2]
    assert leading([screened(np.zeros((1, len(walks))), walks, 1)], 2) == [0]


# Measures


def test_measures_are_those_of_the_runs(tmp_path) -> None:
    text = STUDY.replace("runs: 24", "runs: 20").replace("trajectories: 4", "trajectories: 2")
    study = Study.from_yaml(text)
    run(study, tmp_path / "swept")
    outcome = measured(tmp_path / "swept")
    rows = run_ensemble(study.scenario(1), 20, study.seed)
    assert outcome.batches.shape == (4, BATCHES, len(study))
    sizes = np.array([len(range(b, 20, BATCHES)) for b in range(BATCHES)])
    means = (outcome.batches[:, :, 1] * sizes).sum(axis=1) / 20
    days, endings = rows["days"], rows["ending"]
    known = [days.mean(), (endings == 4).mean(), (endings == 5).mean(), (days > 90).mean()]
    assert means == pytest.approx(known)


def test_windows_end_at_the_horizon() -> None:
    assert [each.name for each in measures_within(60)] == [
        "days_kept_60", "share_lapses", "share_settles", "survival_60",
    ]  # fmt: skip
    holding = measures_within(60)[3].of_run(np.array([60, 60]), np.array([0, 4]))
    assert holding.tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("numbers", "words"),
    [((1, 64, 3), "walks"), ((None, 100, 3), "power of two"), ((None, 64, 0), "at least 1")],
)
def test_wrong_numbers_are_refused(numbers, words) -> None:
    with pytest.raises(UsageError, match=words):
        check_numbers(*numbers)
