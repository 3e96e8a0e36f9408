"""Hazards by age band: counts by definition, exact limits, no cause taken for another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis import age_bands, clopper_pearson, hazards_table
from sim.analysis.intervals import poisson_rate
from sim.endings import CAUSES as ENDINGS
from sim.errors import UsageError
from tests.life_tables import CAUSES, HORIZON, RUNS, geometric, one

EDGES = st.lists(st.integers(0, HORIZON), min_size=1, unique=True).map(sorted)


@given(RUNS, EDGES)
def test_counts_follow_their_definitions(runs, last_days) -> None:
    table = hazards_table(one(runs), last_days)
    assert len(table) == (CAUSES + 1) * len(last_days)
    for row in table.itertuples():
        within = [
            (day, code) for day, code in runs if row.first_day <= day <= row.last_day and code
        ]
        code = 0 if row.cause == "all" else int(row.cause.removeprefix("cause "))
        assert row.ended == sum(not code or own == code for _, own in within)
        assert row.at_risk == sum(day >= row.first_day for day, _ in runs)
        days = range(row.first_day, row.last_day + 1)
        assert row.truce_days == sum(sum(day >= today for day, _ in runs) for today in days)
        cut = any(row.first_day <= day < row.last_day and not own for day, own in runs)
        assert np.isnan(row.risk) == (cut or not row.at_risk)


def test_hazard_and_risk_have_exact_limits() -> None:
    table = hazards_table(geometric(1, 500, 100, 0.01), [9, 49, 99], 0.9)
    lower, upper = poisson_rate(table["ended"], table["truce_days"], 0.9)
    np.testing.assert_array_equal(table["hazard"], table["ended"] / table["truce_days"])
    np.testing.assert_array_equal(table["hazard_lower"], lower)
    np.testing.assert_array_equal(table["hazard_upper"], upper)
    np.testing.assert_allclose(
        table["risk_upper"], clopper_pearson(table["ended"], table["at_risk"], 0.9)[1]
    )


def test_a_constant_hazard_is_found_in_every_week() -> None:
    table = hazards_table(geometric(1, 100_000, 50, 0.02, causes=2, seed=2), None, 0.9999)
    weekly = table[(table["cause"] == "all") & (table["first_day"] > 0)]
    assert len(weekly) == 6
    assert np.all((weekly["hazard_lower"] < 0.02) & (weekly["hazard_upper"] > 0.02))
    own = table[(table["cause"] == "cause 1") & (table["first_day"] > 0)]
    assert np.all((own["hazard_lower"] < 0.01) & (own["hazard_upper"] > 0.01))


def test_hazards_of_causes_sum_to_that_of_all() -> None:
    table = hazards_table(geometric(2, 300, 60, 0.03, causes=5))
    names = [ending.name for ending in ENDINGS]
    assert table["cause"].unique().tolist() == ["all", *names]
    sums = table[table["cause"] != "all"].groupby(["point", "first_day"])["hazard"].sum()
    every = table[table["cause"] == "all"].set_index(["point", "first_day"])["hazard"]
    np.testing.assert_allclose(sums.to_numpy(), every.to_numpy(), rtol=1e-12)


def test_weeks_are_the_default_and_the_last_may_be_short() -> None:
    assert age_bands(20) == [7, 14, 20]
    assert age_bands(30, 30) == [30]
    with pytest.raises(UsageError, match="at least 1 day"):
        age_bands(20, 0)


@pytest.mark.parametrize("last_days", [[], [3, 3], [5, 2], [-1, 4], [4, 10]])
def test_days_that_do_not_rise_are_refused(last_days) -> None:
    with pytest.raises(UsageError, match=r"rise within 0\.\.9"):
        hazards_table(one([(1, 1)]), last_days)


@pytest.mark.parametrize(
    ("horizon", "width", "apart", "expected"),
    [
        (40, 7, [30], [7, 14, 21, 29, 30, 37, 40]),
        (35, 7, [30], [7, 14, 21, 29, 30, 35]),
        (60, 30, [30, 60], [29, 30, 59, 60]),
        (3, 7, [1, 2, 3], [1, 2, 3]),
        (9, 2, [1], [1, 3, 5, 7, 9]),
        (10, 4, [7, 0, 11, 7], [4, 6, 7, 10]),
    ],
)
def test_days_apart_are_bands_of_their_own(horizon, width, apart, expected) -> None:
    assert age_bands(horizon, width, apart) == expected


@given(st.integers(1, 200), st.integers(1, 40), st.lists(st.integers(-3, 210), max_size=12))
def test_bands_around_days_apart_cover_all_days(horizon, width, apart) -> None:
    bands = age_bands(horizon, width, apart)
    assert bands == sorted(set(bands))
    assert bands[-1] == horizon
    within = {day for day in apart if 0 < day <= horizon}
    assert within <= set(bands)
    for before, last in zip([0, *bands[:-1]], bands, strict=True):
        assert last - before == 1 or last not in within or before == 0
        assert last - before < 1.5 * width + 1
