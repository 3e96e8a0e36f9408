"""The record of ceasefires as shipped: counts that add up, curves that fall, limits that hold."""

import numpy as np
import pytest

from sim.analysis import Uncertainty, survival
from sim.errors import UsageError
from sim.evidence import NEAREST_RECORD, RECORD_CAUSES, record, record_names


@pytest.mark.parametrize("name", record_names())
def test_counts_add_up_to_all_truces(name: str) -> None:
    found = record(name)
    assert found.table.runs == found.truces
    assert found.table.ended.shape[0] == len(RECORD_CAUSES)
    assert found.table.at_risk[0] == found.truces
    assert (np.diff(found.table.at_risk) <= 0).all()
    assert found.uncertainty is Uncertainty.EMPIRICAL


@pytest.mark.parametrize("name", record_names())
def test_the_curve_of_the_counts_is_the_one_that_was_published(name: str) -> None:
    """Days are whole here and halves in the source, so a share may differ by half a percent."""
    found = record(name)
    curve = survival(found.table)
    for day, share, lower, upper in found.milestones.itertuples(index=False):
        known = curve[min(day, len(curve) - 1)]
        assert known == pytest.approx(share, abs=0.005)
        assert lower <= share <= upper
    assert found.milestones["day"].tolist() == [7, 30, 90, 180, 365]
    assert (np.diff(found.milestones["survival"]) <= 0).all()


@pytest.mark.parametrize("name", record_names())
def test_bounds_hold_the_share_of_dated_ends_and_fall(name: str) -> None:
    bounds = record(name).bounds
    if bounds is None:
        assert name == "TTP-2021-like ceasefires"
        return
    assert (bounds["lower"] <= bounds["dated_only"]).all()
    assert (bounds["dated_only"] <= bounds["upper"]).all()
    for column in ("lower", "dated_only", "upper"):
        assert (np.diff(bounds[column]) <= 0).all()
    assert 0.1 < record(name).undated_share < 0.6


def test_the_nearest_stratum_is_the_one_that_was_published() -> None:
    found = record()
    assert found.name == NEAREST_RECORD
    assert (found.truces, found.countries, found.unit) == (404, 60, "spell")
    assert survival(found.table)[[30, 90, 180, 365]].round(2).tolist() == [0.52, 0.41, 0.33, 0.29]
    assert not found.has_own_bounds
    assert record("all ceasefires").has_own_bounds


def test_an_unknown_stratum_is_refused_with_the_names() -> None:
    with pytest.raises(UsageError, match="no stratum 'all'; it has core peace-process spells, all"):
        record("all")
