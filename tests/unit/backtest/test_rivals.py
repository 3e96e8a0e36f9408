"""The rivals, made of the global record alone."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis import survival
from sim.backtest.prediction import LAST_DAY
from sim.backtest.rivals import hazard_shares, lapse_share, relative_hazard, rivals_for
from sim.backtest.truces import BROKEN, ENDINGS, LAPSE, Happened, truces
from sim.evidence import record


def fixed(covariates: frozenset[str] = frozenset()) -> Happened:
    return Happened("", "", 2021, 30, LAPSE, 30, covariates)


@pytest.mark.parametrize("truce", truces())
def test_shares_are_shares(truce: Happened) -> None:
    names = [each.name for each in rivals_for(truce)]
    assert names == ["exponential", "log-normal", "hazard ratios"]
    for rival in rivals_for(truce):
        assert (rival.shares >= 0).all()
        assert 0.0 < rival.shares.sum() <= 1.0 + 1e-9
        assert rival.runs is None


def test_the_log_normal_follows_the_record_it_is_fitted_to_and_the_exponential_does_not() -> None:
    curve = survival(record().table)
    exponential, log_normal, _ = rivals_for(truces()[0])
    gaps = {
        rival.name: max(abs(1 - rival.through(day) - curve[day]) for day in (7, 30, 90, 180, 365))
        for rival in (exponential, log_normal)
    }
    assert gaps["log-normal"] < 0.1
    assert gaps["exponential"] > 0.2


def test_terms_lapse_on_their_last_day_and_on_no_other() -> None:
    lapses = hazard_shares(fixed())[ENDINGS.index(LAPSE)]
    days = np.flatnonzero(lapses)
    assert days.tolist() == list(range(30, LAST_DAY + 1, 30))
    held = 1.0 - hazard_shares(fixed())[:, :30].sum()
    assert lapses[30] == pytest.approx(lapse_share() * held, rel=0.01)
    opened = hazard_shares(Happened("", "", 2022, 179, BROKEN, 0, frozenset()))
    assert not opened[ENDINGS.index(LAPSE)].any()


def test_hazard_ratios_move_the_rate_of_being_broken_by_what_they_say() -> None:
    written, without = frozenset({"written"}), frozenset[str]()
    assert relative_hazard(written) / relative_hazard(without) == pytest.approx(0.5307)
    few, many = hazard_shares(fixed(written)), hazard_shares(fixed())
    row = ENDINGS.index(BROKEN)
    assert few[row, :30].sum() / many[row, :30].sum() == pytest.approx(0.53, abs=0.02)


def test_rates_of_the_record_are_used_day_by_day() -> None:
    """In days 8 to 30 of open-ended spells, 23 were broken in 4,722.5 truce-days."""
    truce = Happened("", "", 2022, 179, BROKEN, 0, frozenset())
    shares = hazard_shares(truce)
    holding = 1.0 - shares[:, :20].sum()
    rate = 23 / 4722.5 * relative_hazard(frozenset())
    assert shares[ENDINGS.index(BROKEN), 20] / holding == pytest.approx(rate, rel=0.01)
