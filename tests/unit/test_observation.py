"""Ensembles that are watched day by day."""

from __future__ import annotations

import numpy as np
import pytest

from sim import observation
from sim.behaviour import record_type
from sim.endings import HOLDING
from sim.ensemble import PORTIONS, run_ensemble
from sim.grids import CELLS, VARIABLES
from sim.model import TruceModel
from sim.moments import BrokerMoment, GroupMoment, Moment, Observed, take_stock
from sim.observation import run_observed
from sim.truce import OUTSIDE, SETTLED
from sim.workers import ENGINES
from tests.worlds import REFERENCE, random_scenario, shipped

BOTH = pytest.mark.parametrize("engine", ENGINES)
SHORT = REFERENCE.with_(horizon_days=90)


def same_bits(one: Observed, other: Observed) -> bool:
    pairs = zip(one[1:], other[1:], strict=True)  # all but the moment to work on
    return all(mine.tobytes() == theirs.tobytes() for mine, theirs in pairs)


def test_rows_and_observations_do_not_depend_on_the_workers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(PORTIONS, "compiled", 7)
    alone = run_observed(SHORT, 100, kept=20, workers=1)
    for workers in (2, 3, 50):
        rows, observed = run_observed(SHORT, 100, kept=20, workers=workers)
        assert rows.tobytes() == alone[0].tobytes()
        assert same_bits(observed, alone[1])


def test_an_error_in_a_thread_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setitem(PORTIONS, "compiled", 2)
    monkeypatch.setattr(observation, "observe_rows", fail)
    with pytest.raises(RuntimeError, match="out of luck"):
        run_observed(SHORT, 40, workers=2)


def test_there_are_fewer_workers_where_counts_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PORTIONS, "compiled", 7)
    monkeypatch.setattr(observation, "MOST_BYTES", 1)
    monkeypatch.setattr(observation, "with_own_counts", None)  # only a second thread needs them
    assert run_observed(SHORT, 20, workers=2)[0]["run"].tolist() == list(range(20))


@BOTH
def test_observation_has_these_shapes_and_types(engine: str) -> None:
    case = shipped("two_signatories").with_(horizon_days=20)
    _, observed = run_observed(case, 4, kept=3, engine=engine)
    groups = len(TruceModel(case).groups)
    assert observed.counts.shape == (21, CELLS)
    assert observed.counts.dtype == np.uint32
    assert observed.moments.shape == (3, 21)
    assert observed.moments.dtype == record_type(Moment)
    assert observed.groups.shape == (3, 21, groups)
    assert observed.groups.dtype == record_type(GroupMoment)
    assert observed.brokers.shape == (3, 21, len(case.brokers))
    assert observed.brokers.dtype == record_type(BrokerMoment)


@BOTH
def test_more_runs_cannot_be_kept_than_there_are(engine: str) -> None:
    assert len(run_observed(SHORT, 4, kept=9, engine=engine)[1].moments) == 4


@BOTH
@pytest.mark.parametrize(
    "wrong",
    [{"runs": 0}, {"runs": 5, "first": 2**32 - 4}, {"first": -1}, {"kept": -1}, {"workers": 0}],
)
def test_numbers_out_of_range_are_refused(engine: str, wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"runs|worker"):
        run_observed(SHORT, **({"runs": 1} | wrong), engine=engine)


def test_an_unknown_engine_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="compiled, mesa, not 'fortran'"):
        run_observed(SHORT, 1, engine="fortran")


@BOTH
def test_the_watcher_hears_of_every_portion(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PORTIONS, engine, 3)
    heard: list[tuple[int, int]] = []
    run_observed(SHORT, 8, engine=engine, watch=lambda done, runs: heard.append((done, runs)))
    assert heard == [(0, 8), (3, 8), (6, 8)]


@BOTH
@pytest.mark.parametrize("kept", [0, 2, 3, 5, 8])
def test_portions_do_not_show(engine: str, kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run_observed(SHORT, 8, seed=3, kept=kept)
    monkeypatch.setitem(PORTIONS, engine, 3)
    rows, observed = run_observed(SHORT, 8, seed=3, kept=kept, engine=engine)
    assert rows.tobytes() == whole[0].tobytes()
    assert same_bits(observed, whole[1])


@BOTH
def test_the_moment_of_the_last_day_is_what_the_row_says(engine: str) -> None:
    rows, observed = run_observed(shipped("split_early"), 12, kept=12, engine=engine)
    shared = set(observed.moments.dtype.names) & set(rows.dtype.names)
    assert len(shared) == 7
    last = observed.moments[np.arange(12), rows["days"]]
    for name in shared:
        assert np.array_equal(last[name], rows[name]), name


def test_what_is_written_down_is_what_the_agents_hold() -> None:
    case = shipped("split_early")
    _, observed = run_observed(case, 3, first=7, kept=3)
    model = TruceModel(case, run=9)
    while True:
        groups, brokers = observed.groups[2, model.truce.age], observed.brokers[2, model.truce.age]
        assert groups["strength"].tolist() == [group.strength for group in model.groups]
        assert groups["trust"].tolist() == [group.trust for group in model.groups]
        assert groups["present"].tolist() == [group.present for group in model.groups]
        assert groups["state_trust"].tolist() == [each.state_trust for each in model.relations]
        assert brokers["leverage"].tolist() == [broker.leverage for broker in model.brokers]
        if not model.running:
            break
        model.step()
    assert model.truce.age > 10


def test_taking_stock_adds_up_the_signatories_and_leaves_outsiders_out() -> None:
    model = TruceModel(shipped("outside_spoiler"))
    now = Moment()
    take_stock(now, model.theatre)
    inside = [
        group.strength
        for group, relation in zip(model.groups, model.relations, strict=True)
        if relation.phase != OUTSIDE
    ]
    assert now.strength == sum(inside) > 0
    assert now.strength < sum(group.strength for group in model.groups)
    assert now.capability == model.state.capability


def test_a_group_that_has_settled_still_counts_among_the_signatories() -> None:
    model = TruceModel(shipped("two_signatories"))
    model.relations[0].phase = SETTLED
    now = Moment()
    take_stock(now, model.theatre)
    assert now.strength == model.groups[0].strength + model.groups[1].strength


@pytest.mark.parametrize("number", range(12))
def test_both_engines_observe_the_same_bits_on_random_scenarios(number: int) -> None:
    case = random_scenario(number)
    compiled = run_observed(case, 6, seed=number, first=number, kept=3)
    stepped = run_observed(case, 6, seed=number, first=number, kept=3, engine="mesa")
    assert compiled[0].tobytes() == stepped[0].tobytes()
    assert same_bits(compiled[1], stepped[1])


@BOTH
@pytest.mark.parametrize("kept", [0, 4])
@pytest.mark.parametrize("name", ["ttp_2021", "two_signatories", "no_broker", "kabul_shock"])
def test_a_truce_that_is_observed_runs_as_it_would_unseen(
    engine: str, kept: int, name: str
) -> None:
    case = shipped(name)
    unseen = run_ensemble(case, 12, seed=5, first=3)
    seen, _ = run_observed(case, 12, seed=5, first=3, kept=kept, engine=engine)
    assert seen.tobytes() == unseen.tobytes()


def test_a_settled_or_broken_truce_is_not_counted_on_its_last_day() -> None:
    case = REFERENCE.with_(horizon_days=300)
    rows, observed = run_observed(case, 200)
    assert (rows["ending"] != HOLDING).any()
    for day in (0, 1, 30, 31, 200, 300):
        holds = int(((rows["days"] > day) | (rows["ending"] == HOLDING)).sum())
        assert observed.counts[day].sum() == holds * len(VARIABLES)
