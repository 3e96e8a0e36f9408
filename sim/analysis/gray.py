"""Gray's test: do groups differ in how many truces end by one cause, and how soon?

It compares the cumulative incidence of one cause, where the log-rank test of that cause compares
hazards among truces that still hold. On each day the numbers at risk are replaced by
R = n (1 - F) / S, with S and F the share that held and the share ended by the cause until then: the
runs that the other causes have taken out are counted as if they were still there, unended.

Source: Gray 1988, Ann. Stat. 16:1141, doi 10.1214/aos/1176350951, with rho = 0 and the variance of
its section 3 (ties as in the author's program). Effects, p-values and shared luck are treated as
in `sim.analysis.ranks`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.life_tables import LifeTables
from sim.analysis.ranks import GroupTest, refuse_shared_luck, tested
from sim.errors import ResultsError, UsageError

Floats = NDArray[np.float64]


def gray_test(
    groups: LifeTables, cause: int, *, p_value: bool = False, independent: bool = False
) -> GroupTest:
    """Test whether the incidence of a cause (code 1..) differs between groups.

    Each point of `groups` is a group.

    Errors: `UsageError` when there are fewer than two groups, there is no such cause, or a p-value
    is asked for without `independent=True`; `ResultsError` when a group has no run.
    """
    refuse_shared_luck(p_value, independent)
    causes = groups.ended.shape[1]
    if len(groups) < 2 or not 1 <= cause <= causes:
        raise UsageError(
            f"Gray's test needs at least two groups and a cause from 1 to {causes}; there are "
            f"{len(groups)} groups, and the cause is {cause}."
        )
    if not np.all(groups.runs > 0):
        raise ResultsError(f"Group {int(np.argmin(groups.runs))} has no run to compare.")
    curves = _Curves.of(groups, cause)
    observed = groups.ended[:, cause - 1].sum(axis=1).astype(float)
    return tested(observed, curves.expected(), curves.covariance(), p_value)


@dataclass(frozen=True)
class _Curves:
    """Day by day, what the test is made of; shapes [days, groups] and, pooled, [days, 1].

    "Before" is just before the day's endings. Groups that nobody is left in count as nothing.
    """

    at_risk: Floats
    own: Floats  # endings by the cause
    other: Floats
    held_before: Floats
    held: Floats
    ended_before: Floats  # share ended by the cause

    @staticmethod
    def of(groups: LifeTables, cause: int) -> _Curves:
        """Take the days on which a run ended from the life tables."""
        days = groups.ended_by_day.any(axis=0)
        own = groups.ended[:, cause - 1, days].T.astype(float)
        all_ended = groups.ended_by_day[:, days].T
        at_risk = groups.at_risk[:, days].T.astype(float)
        held = np.cumprod(1.0 - all_ended / np.maximum(at_risk, 1.0), axis=0)
        before = _one_day_earlier(held, 1.0)
        ended = np.cumsum(before * own / np.maximum(at_risk, 1.0), axis=0)
        return _Curves(at_risk, own, all_ended - own, before, held, _one_day_earlier(ended, 0.0))

    @property
    def restored(self) -> Floats:
        """The numbers at risk had nobody ended: n / S."""
        return _ratio(self.at_risk, self.held_before)

    @property
    def pooled_own(self) -> Floats:
        """The endings by the cause in all groups."""
        return np.asarray(self.own.sum(axis=1, keepdims=True))

    @property
    def pooled_steps(self) -> Floats:
        """The steps of the incidence of the cause if the groups do not differ."""
        return _ratio(self.pooled_own, self.restored.sum(axis=1, keepdims=True))

    def expected(self) -> Floats:
        """Return the endings by the cause that each group would have; shape [groups]."""
        risk = self.restored * (1.0 - self.ended_before)
        return np.asarray((self.pooled_own * _ratio(risk, risk.sum(axis=1, keepdims=True))).sum(0))

    def covariance(self) -> Floats:
        """Return the covariance of observed minus expected; shape [groups, groups].

        Endings of group k move the score of group i at once, by `jump`, and by what they change in
        the curves that later days are weighed with: the second part of each `move`.
        """
        pooled = np.cumsum(self.pooled_steps, axis=0)
        jump = self._jumps()
        slope = _ratio(self.pooled_steps, 1.0 - _one_day_earlier(pooled, 0.0))
        so_far = np.cumsum(jump * slope[:, :, np.newaxis], axis=0)
        to_come = so_far[-1] - so_far if len(so_far) else so_far
        unended = _ratio(1.0 - pooled, self.held)
        by_own = jump + np.where(self.held > 0, 1.0 - unended, 1.0)[:, np.newaxis] * to_come
        by_other = -unended[:, np.newaxis] * to_come
        own, other = self._variances()
        return _weighed(by_own, own) + _weighed(by_other, other)

    def _jumps(self) -> Floats:
        """Return diag(n / S) minus its projection on the whole; shape [days, groups, groups]."""
        restored = self.restored
        share = _ratio(restored, restored.sum(axis=1, keepdims=True))
        unit = np.eye(restored.shape[1])
        return restored[:, :, np.newaxis] * (unit - share[:, np.newaxis])

    def _variances(self) -> tuple[Floats, Floats]:
        """Return the variance of what ends by the cause and by others, allowing for ties."""
        whole = self.restored.sum(axis=1, keepdims=True) * self.held_before
        own = _untied(self.pooled_own, whole) * _ratio(
            self.held_before * self.pooled_steps, self.at_risk
        )
        rate = _ratio(self.held_before**2 * self.other, self.at_risk**2)
        return own, _untied(self.other, self.at_risk) * rate


def _weighed(moves: Floats, variances: Floats) -> Floats:
    """Return the sum over days d and groups k of move[i, k] move[j, k] variance[k]."""
    return np.asarray(np.einsum("dik,djk,dk->ij", moves, moves, variances))


def _untied(ended: Floats, at_risk: Floats) -> Floats:
    """Return (n - e) / (n - 1), by which ties make a variance smaller; 1 without ties."""
    return np.where(ended > 1, 1.0 - _ratio(ended - 1.0, at_risk - 1.0), 1.0)


def _one_day_earlier(curve: Floats, at_first: float) -> Floats:
    return np.concatenate([np.full((1, curve.shape[1]), at_first), curve[:-1]])[: len(curve)]


def _ratio(above: Floats, below: Floats) -> Floats:
    """Return a ratio, 0 where there is nothing to divide by."""
    some = below > 0
    return np.asarray(np.where(some, above / np.where(some, below, 1.0), 0.0))
