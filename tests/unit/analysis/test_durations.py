"""Quantiles and days kept and lost: many points, by definition, with their errors."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis import (
    curves,
    durations_of_points,
    incidence_of_points,
    median,
    medians,
    milestones_of_points,
    quantile,
    quantile_interval,
    quantile_limits,
    quantiles,
    restricted_mean,
    restricted_times,
    survival_limits,
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
)

DAYS = st.integers(1, HORIZON)


@given(POINTS, st.sampled_from([0.1, Fraction(1, 3), 0.5, 0.9, 1]))
def test_quantiles_of_many_points_are_those_of_each(points, share) -> None:
    assert quantiles(many(points), share) == [quantile(one(runs), share) for runs in points]
    assert medians(many(points)) == [median(one(runs)) for runs in points]
    limits = quantile_limits(many(points), float(share) if share != 1 else 0.5)
    for runs, found in zip(points, limits, strict=True):
        assert found == quantile_interval(one(runs), float(share) if share != 1 else 0.5)


def test_limits_of_the_median_cover_it_as_often_as_they_say() -> None:
    """The true median of the days is 69, the first day with S of at most 1/2."""
    tables = geometric(1000, 150, 300, 0.01, seed=3)
    held = [
        (lower is None or lower <= 69) and (upper is None or upper >= 69)
        for lower, upper in quantile_limits(tables)
    ]
    assert 0.93 <= np.mean(held) <= 0.99


@given(POINTS, DAYS)
def test_days_kept_and_lost_add_up_to_the_window(points, through_day: int) -> None:
    times = restricted_times(many(points), through_day)
    total = times.kept + times.lost.sum(axis=1)
    known = curves(many(points)).known[:, through_day - 1]
    assert np.array_equal(known, ~np.isnan(total))
    assert np.all(np.abs(total[known] - through_day) < 1e-9)


@given(RUNS, DAYS)
def test_days_kept_and_lost_are_means_over_runs(runs, through_day: int) -> None:
    complete = held_to_the_horizon(runs)
    times = restricted_times(one(complete), through_day)
    kept = np.array([min(day, through_day) for day, _ in complete])
    for found, error, values in [(times.kept[0], times.kept_error[0], kept)] + [
        (
            times.lost[0, cause],
            times.lost_error[0, cause],
            np.array([(through_day - min(d, through_day)) * (c == cause + 1) for d, c in complete]),
        )
        for cause in range(CAUSES)
    ]:
        assert found == pytest.approx(values.mean(), abs=1e-12)
        assert error == pytest.approx(values.std() / np.sqrt(len(values)), abs=1e-9)


def weighted_times(runs: np.ndarray, weights: np.ndarray, last: int) -> np.ndarray:
    """Days kept, and lost to each cause, when run i counts weights[i] times."""
    lasted, code = runs.T
    holds, ended, days = 1.0, np.zeros(CAUSES), np.zeros(CAUSES + 1)
    for today in range(last):
        watched = weights[lasted >= today].sum()
        if watched > 0.5:
            gone = np.array(
                [weights[(lasted == today) & (code == c)].sum() for c in range(1, CAUSES + 1)]
            )
            ended = ended + holds * gone / watched
            holds *= 1 - gone.sum() / watched
        days += np.concatenate(([holds], ended))
    return days


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("last", [4, HORIZON])
def test_errors_with_runs_cut_short_equal_the_infinitesimal_jackknife(seed: int, last: int) -> None:
    luck = np.random.default_rng(seed)
    runs = np.column_stack([luck.integers(0, 10, 25), luck.integers(0, CAUSES + 1, 25)])
    runs = np.vstack([runs, [2, 0], [HORIZON, 0]])
    step, pulls = 1e-5, []
    for run in range(len(runs)):
        nudge = np.zeros(len(runs))
        nudge[run] = step
        up, down = (weighted_times(runs, 1 + sign * nudge, last) for sign in (1, -1))
        pulls.append((up - down) / (2 * step))
    expected = np.sqrt(np.square(pulls).sum(axis=0))
    times = restricted_times(one([tuple(run) for run in runs]), last)
    assert not curves(one([tuple(run) for run in runs])).complete[0]
    found = np.concatenate((times.kept_error, times.lost_error[0]))
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_normal_limits_of_days_kept_cover_and_stay_in_the_window() -> None:
    tables = geometric(1000, 200, 100, 0.02, cut_short=0.3, seed=9)
    truth = np.sum(0.98 ** np.arange(99))
    lower, upper = restricted_times(tables).kept_limits()
    assert 0.93 <= np.mean((lower <= truth) & (truth <= upper)) <= 0.97
    lower, upper = restricted_times(tables).lost_limits()
    assert np.all(
        np.mean((lower <= (99 - truth) / 2) & ((99 - truth) / 2 <= upper), axis=0) >= 0.93
    )
    held = restricted_times(one([(8, 1), (9, 0)])).kept_limits()
    assert held[1][0] == HORIZON


def test_a_window_must_lie_within_the_table() -> None:
    for day in (0, HORIZON + 1):
        with pytest.raises(UsageError, match="through a day from 1 to 9"):
            restricted_times(one([(9, 0)]), day)


def test_table_of_durations_has_a_row_for_each_point() -> None:
    tables = geometric(4, 60, 50, 0.03, causes=5)
    table = durations_of_points(tables, 30, 0.9)
    assert table["point"].tolist() == [0, 1, 2, 3]
    assert table["runs"].tolist() == [60] * 4
    for place, row in table.iterrows():
        assert row["median_days"] == median(tables[place])
        assert row["kept_days"] == pytest.approx(restricted_mean(tables[place], 30).days)
        lost = [row[name] for name in table.columns if name.startswith("lost_")]
        assert row["kept_days"] + sum(lost) == pytest.approx(30, abs=1e-9)
    never = durations_of_points(many([[(1, 1), (9, 0), (9, 0), (9, 0)]]))
    assert never["median_days"].isna().all()
    assert "lost_cause 1" in never.columns


def test_tables_of_milestones_agree_with_the_curves() -> None:
    tables = geometric(3, 40, 50, 0.03, causes=5)
    table = milestones_of_points(tables, (10, 30, 90))
    assert len(table) == 6
    row = table[(table["point"] == 2) & (table["day"] == 30)].iloc[0]
    assert row["survival"] == curves(tables).survival[2, 30]
    assert row["upper"] == survival_limits(tables)[1][2, 30]
    shares = incidence_of_points(tables, (10, 30, 90), method="clopper-pearson")
    assert len(shares) == 3 * 5 * 2
    assert shares["cause"].nunique() == 5
    on_day = shares[(shares["point"] == 2) & (shares["day"] == 30)]
    assert on_day["incidence"].sum() + row["survival"] == pytest.approx(1.0, abs=1e-12)
    assert np.all(
        (on_day["lower"] <= on_day["incidence"]) & (on_day["incidence"] <= on_day["upper"])
    )
