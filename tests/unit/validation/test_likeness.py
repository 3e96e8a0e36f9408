"""Targets as numbers: what is compared, how sure the targets are, and who passes."""

from __future__ import annotations

import numpy as np
import pytest

from sim.validation.likeness import (
    aims,
    discrepancy_covariance,
    likeness,
    met,
    misses,
    parts,
    target_covariance,
)
from sim.validation.summaries import NAMES

NONE = np.zeros((len(NAMES), len(NAMES)))


def test_each_statistic_meets_the_part_of_its_name():
    for name, part in zip(NAMES, parts(), strict=True):
        if "S(" in name:
            assert part.name == name[3:]
    assert aims()[NAMES.index("S2 log hazard ratio")] == pytest.approx(np.log(8))
    assert aims()[NAMES.index("S4 lapsed")] == 0.34


def test_targets_miss_nothing_at_their_own_values():
    aim = likeness(NONE)
    assert aim.implausibility(aims()) == 0.0
    assert aim.distance(aims()) == 0.0


def test_the_worst_statistic_decides():
    aim = likeness(NONE)
    values = aims()
    values[3] += 2 * aim.covariance[3, 3] ** 0.5
    values[9] -= 4 * aim.covariance[9, 9] ** 0.5
    assert aim.implausibility(values) == pytest.approx(4)
    assert aim.implausibility(values, more=3 * np.diag(aim.covariance)) == pytest.approx(2)


def test_points_of_a_curve_are_correlated_and_more_so_when_near():
    covariance = target_covariance()
    deviations = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(deviations, deviations)
    assert 0 < correlation[0, 3] < correlation[2, 3] < 1
    assert correlation[0, 9] == 0
    assert (np.linalg.eigvalsh(covariance) > 0).all()


def test_variances_add_up():
    noise = np.diag(np.full(len(NAMES), 0.01))
    total = target_covariance() + discrepancy_covariance() + noise
    assert likeness(noise).covariance == pytest.approx(total)
    assert (np.diag(discrepancy_covariance()) > 0).all()


def test_a_pattern_is_met_when_all_its_parts_are():
    values = np.array([aims(), aims(), aims()])
    values[1, NAMES.index("S1 S(1826)")] = 0.5
    values[2, NAMES.index("S4 broken early")] = 0.0
    values[2, NAMES.index("S4 lapsed")] = 0.25  # so too many are renewed
    good = met(values)
    assert good["S1"].tolist() == [True, False, True]
    assert good["S4"].tolist() == [True, True, False]
    assert good["S2"].all()


def test_misses_are_distances_from_the_tolerance():
    values = np.array([aims()])
    assert (misses(values) == 0).all()
    values[0, 0] = 0.85
    values[0, NAMES.index("S2 log hazard ratio")] = np.log(40)
    missed = misses(values)[0]
    assert missed[0] == pytest.approx(0.05)
    assert missed[NAMES.index("S2 log hazard ratio")] == pytest.approx(np.log(2))
    assert (missed > 0).sum() == 2
