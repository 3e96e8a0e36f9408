"""Published data sets: the numbers that R's survival package prints for them (R 4.2, version 3.5).

Months of the second set stand where truces have days.
"""

import numpy as np
import pytest

from sim.analysis import (
    LifeTable,
    curves,
    life_table,
    median,
    quantile_interval,
    restricted_mean,
    restricted_times,
    survival_interval,
)
from tests.life_tables import published


def lung(sex: int) -> LifeTable:
    """Survival of patients with advanced lung cancer: Loprinzi et al. 1994, J. Clin. Oncol. 12."""
    data = published("lung")
    mine = data["sex"] == sex
    days = data["time"][mine].astype(int)
    return life_table(days, (data["status"][mine] == 2).astype(int), 1022, causes=1)


def mgus2() -> LifeTable:
    """Progression (first) and death of 1,384 patients: Kyle et al. 2002, N. Engl. J. Med. 346."""
    data = published("mgus2")
    progressed = data["pstat"] == 1
    months = np.where(progressed, data["ptime"], data["futime"]).astype(int)
    codes = np.where(progressed, 1, 2 * data["death"]).astype(int)
    return life_table(months, codes, int(months.max()), causes=2)


@pytest.mark.parametrize(("sex", "middle", "limits"), [(1, 270, (212, 310)), (2, 426, (348, 550))])
def test_lung_medians_and_their_log_limits(sex: int, middle: int, limits) -> None:
    assert median(lung(sex)) == middle
    assert quantile_interval(lung(sex), method="log") == limits


def test_lung_curve_and_its_errors() -> None:
    found, days = curves(lung(1)), [100, 365]
    errors = np.sqrt(found.survival_variance[0, days])
    np.testing.assert_allclose(errors, [0.032265576, 0.043423589], rtol=1e-7)
    np.testing.assert_allclose(
        found.cumulative_hazard[0, days], [0.18987956, 1.08025522], rtol=1e-7
    )
    errors = np.sqrt(found.cumulative_hazard_variance[0, days])
    np.testing.assert_allclose(errors, [0.038819621, 0.127819428], rtol=1e-7)
    lower, _ = survival_interval(lung(1), method="log")
    np.testing.assert_allclose(lower[days], [0.76520757, 0.26090050], rtol=1e-7)


@pytest.mark.parametrize(("sex", "days", "error"), [(1, 241, 10.4), (2, 297, 10.8)])
def test_lung_restricted_means(sex: int, days: int, error: float) -> None:
    found = restricted_mean(lung(sex), 365)
    assert found.days == pytest.approx(days, abs=0.5)
    assert found.standard_error == pytest.approx(error, abs=0.05)


def test_mgus2_incidences_and_their_errors() -> None:
    found, months = curves(mgus2()), [60, 120, 240]
    assert found.runs[0] == 1384
    progression, death = found.incidence[0][:, months]
    np.testing.assert_allclose(progression, [0.0341037, 0.0637222, 0.0998137], atol=5e-8)
    np.testing.assert_allclose(death, [0.3203670, 0.5318177, 0.7240280], atol=5e-8)
    errors = np.sqrt(found.incidence_variance[0][:, months])
    np.testing.assert_allclose(errors[0], [0.0048893, 0.0067968, 0.0097848], atol=5e-8)
    np.testing.assert_allclose(errors[1], [0.012567372, 0.014059645, 0.015606345], rtol=1e-7)


def test_mgus2_months_lost_to_each_ending() -> None:
    found = restricted_times(mgus2(), 240)
    assert found.kept[0] == pytest.approx(110.588899, abs=5e-7)
    np.testing.assert_allclose(found.lost[0], [14.190548, 115.220552], atol=5e-7)
