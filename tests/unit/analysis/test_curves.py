"""Curves of many points: each as if computed alone, by their definitions, exactly, and fast."""

import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis import (
    Curves,
    LifeTables,
    curves,
    incidence,
    life_table,
    life_tables,
    survival,
)
from sim.errors import UsageError
from tests.life_tables import (
    CAUSES,
    HORIZON,
    POINTS,
    RUNS,
    geometric,
    held_to_the_horizon,
    many,
    one,
    together,
)

FIELDS = [name for name in Curves.__dataclass_fields__ if name != "numbers"]


def same(found: Curves, expected: Curves) -> None:
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


def by_definition(runs, day: int) -> tuple[Fraction, Fraction, Fraction, list[Fraction]] | None:
    """Return S, its Greenwood sum, the cumulative hazard and the incidences; None where unknown."""
    holds, greenwood, hazard = Fraction(1), Fraction(0), Fraction(0)
    ended = [Fraction(0)] * CAUSES
    for today in range(day + 1):
        watched = sum(lasted >= today for lasted, _ in runs)
        if not watched:
            if holds > 0:
                return None
            break
        own = [runs.count((today, cause + 1)) for cause in range(CAUSES)]
        ended = [
            share + holds * Fraction(gone, watched) for share, gone in zip(ended, own, strict=True)
        ]
        hazard += Fraction(sum(own), watched)
        if watched > sum(own):
            greenwood += Fraction(sum(own), watched * (watched - sum(own)))
        holds *= 1 - Fraction(sum(own), watched)
    return holds, greenwood, hazard, ended


@given(POINTS)
def test_many_points_are_each_as_if_alone(points) -> None:
    whole = curves(many(points))
    for place, runs in enumerate(points):
        alone = curves(one(runs))
        for name in FIELDS:
            np.testing.assert_array_equal(getattr(whole, name)[place], getattr(alone, name)[0])
        np.testing.assert_array_equal(whole.survival[place], survival(one(runs)))
        np.testing.assert_array_equal(whole.incidence[place], incidence(one(runs)))


@given(RUNS)
def test_all_curves_follow_their_definitions(runs) -> None:
    found = curves(one(runs))
    for day in range(HORIZON + 1):
        expected = by_definition(runs, day)
        if expected is None:
            assert np.isnan(found.survival[0, day])
            assert np.isnan(found.cumulative_hazard[0, day])
            continue
        holds, greenwood, hazard, ended = expected
        assert found.survival[0, day] == pytest.approx(float(holds), abs=1e-12)
        variance = float(holds**2 * greenwood)
        assert found.survival_variance[0, day] == pytest.approx(variance, abs=1e-12)
        assert found.cumulative_hazard[0, day] == pytest.approx(float(hazard), abs=1e-12)
        assert found.incidence[0, :, day] == pytest.approx([float(s) for s in ended], abs=1e-12)


@given(RUNS)
def test_variance_of_the_cumulative_hazard_is_of_poisson_type(runs) -> None:
    table, found = one(runs), curves(one(runs))
    terms = [
        ended / at_risk**2 if at_risk else 0.0
        for ended, at_risk in zip(table.ended_by_day, table.at_risk, strict=True)
    ]
    known = found.known[0]
    expected = np.cumsum(terms)[known]
    np.testing.assert_allclose(found.cumulative_hazard_variance[0, known], expected, atol=1e-12)


@given(RUNS)
def test_variance_of_the_incidence_is_that_of_marubini_and_valsecchi_on_every_day(runs) -> None:
    table, found = one(runs), curves(one(runs))
    at_risk, gone = table.at_risk.astype(float), table.ended_by_day.astype(float)
    before = np.concatenate(([1.0], found.survival[0, :-1]))
    for day in np.flatnonzero(found.known[0]):
        for cause in range(CAUSES):
            share, own, total = found.incidence[0, cause], table.ended[cause], 0.0
            for past in range(day + 1):
                n, e, k = at_risk[past], gone[past], own[past]
                if e == 0:
                    continue
                later = share[day] - share[past]
                total += later**2 * e / (n * (n - e)) if n > e else 0.0
                total += (
                    before[past] ** 2 * (n - k) * k / n**3 - 2 * later * before[past] * k / n**2
                )
            assert found.incidence_variance[0, cause, day] == pytest.approx(total, abs=1e-12)


@given(POINTS)
def test_incidences_and_survival_sum_to_one(points) -> None:
    found = curves(many(points))
    total = found.incidence.sum(axis=1) + found.survival
    assert np.nanmax(np.abs(total - 1.0)) < 1e-12
    steps = np.diff(found.incidence, axis=2)
    assert np.all(steps[~np.isnan(steps)] >= 0)


@given(POINTS)
def test_without_early_censoring_curves_are_exact_proportions(points) -> None:
    complete = [held_to_the_horizon(runs) for runs in points]
    found = curves(many(complete))
    assert found.complete.all()
    for place, runs in enumerate(complete):
        for day in range(HORIZON + 1):
            holding = sum(lasted > day or code == 0 for lasted, code in runs)
            share = holding / len(runs)
            assert found.survival[place, day] == share
            variance = share * (1 - share) / len(runs)
            assert found.survival_variance[place, day] == pytest.approx(variance, abs=1e-15)


def test_the_products_agree_with_the_proportions_where_both_apply() -> None:
    """One run cut short on the first day, of very many, hardly matters."""
    whole = geometric(1, 400, 60, 0.03)
    censored = whole.censored.copy()
    censored[0, 0] += 1
    almost = curves(LifeTables(whole.ended, censored, (0,)))
    exact = curves(whole)
    assert not almost.complete[0]
    for name in FIELDS[2:]:
        np.testing.assert_allclose(
            getattr(almost, name), getattr(exact, name), rtol=0.02, atol=1e-6
        )


@given(POINTS, st.randoms(use_true_random=False))
def test_permuting_points_and_causes_permutes_curves(points, shuffler) -> None:
    order, causes = list(range(len(points))), list(range(CAUSES))
    shuffler.shuffle(order)
    shuffler.shuffle(causes)
    tables = many(points)
    moved = LifeTables(tables.ended[order][:, causes], tables.censored[order], tables.numbers)
    found, expected = curves(moved), curves(tables)
    np.testing.assert_array_equal(found.survival, expected.survival[order])
    np.testing.assert_array_equal(found.incidence, expected.incidence[order][:, causes])
    np.testing.assert_array_equal(
        found.incidence_variance, expected.incidence_variance[order][:, causes]
    )


@given(RUNS, st.integers(1, 4))
def test_weights_are_the_same_as_rows_that_are_repeated(runs, times: int) -> None:
    day, code = np.array(runs).T
    zero = np.zeros_like(day)
    weighted = life_tables(zero, code, day, np.full_like(day, times), horizon_days=HORIZON)
    repeated = life_tables(
        *(np.repeat(row, times) for row in (zero, code, day)), horizon_days=HORIZON
    )
    same(curves(weighted), curves(repeated))


@given(POINTS)
def test_parts_of_every_point_add_up(points) -> None:
    halves = [many([runs[start::2] or [(HORIZON, 0)] for runs in points]) for start in (0, 1)]
    filled = [runs if len(runs) > 1 else [*runs, (HORIZON, 0)] for runs in points]
    assert np.array_equal((halves[0] + halves[1]).ended, many(filled).ended)
    same(curves(halves[0] + halves[1]), curves(halves[1] + halves[0]))
    same(curves(halves[0] + halves[1]), curves(many(filled)))


def test_tables_of_other_points_do_not_add_up() -> None:
    tables = many([[(1, 1)], [(2, 1)]])
    with pytest.raises(UsageError, match="named mixture"):
        tables + many([[(1, 1)]])


def test_a_point_with_a_shorter_horizon_is_complete_and_its_curve_stops_there() -> None:
    short, long = [(2, 1), (5, 0), (5, 0), (5, 0)], [(2, 1), (9, 0), (9, 0), (9, 0)]
    found = curves(many([short, long]))
    assert found.complete.all()
    assert found.survival[0, :6].tolist() == found.survival[1, :6].tolist()
    assert np.isnan(found.survival[0, 6:]).all()
    assert found.survival[1, 9] == 0.75


def test_a_point_without_runs_has_no_curve_and_spoils_no_other() -> None:
    tables = together([one([(3, 1), (9, 0)]), one([(9, 0)])])
    empty = LifeTables(tables.ended, tables.censored * np.array([[1], [0]]), tables.numbers)
    found = curves(empty)
    assert np.isnan(found.incidence[1]).all()
    assert found.survival[0, 9] == 0.5


@pytest.mark.parametrize("cut_short", [0.0, 0.02])
def test_a_thousand_points_take_less_than_a_second(cut_short: float) -> None:
    """Measured on a quiet core: 0.1 s with none cut short, else 0.25 s; allowed is a slow one."""
    tables = geometric(1000, 200, 1096, 0.002, causes=5, cut_short=cut_short)
    curves(tables)
    start = time.process_time()
    curves(tables)
    assert time.process_time() - start < 1.0


def test_tables_of_other_horizons_stand_together() -> None:
    short, long = life_table([2, 5], [1, 0], 5, 3), life_table([7, 9], [3, 0], 9, 3)
    both = LifeTables.of([short, long])
    assert both.numbers == (0, 1)
    assert both.horizon_days == 9
    assert both.runs.tolist() == [2, 2]
    assert curves(both).known.sum(axis=1).tolist() == [6, 10]
    assert curves(both).complete.all()
    with pytest.raises(UsageError, match="all of the same causes"):
        LifeTables.of([short, life_table([1], [1], 9, 2)])
    with pytest.raises(UsageError, match="at least one table"):
        LifeTables.of([])


def test_points_are_chosen_by_number_in_the_order_asked_for() -> None:
    tables = life_tables([3, 3, 8, 9], [1, 0, 2, 0], [1, 4, 2, 4])
    chosen = tables.chosen([9, 3])
    assert chosen.numbers == (9, 3)
    assert chosen.runs.tolist() == [1, 2]
    assert chosen[1] == tables[0]
    with pytest.raises(UsageError, match="no point 4, 5"):
        tables.chosen([5, 3, 4])
