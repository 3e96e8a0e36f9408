"""All patterns in order, each with what was simulated and whether it is met."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.scenario.words import did_you_mean
from sim.scorecard.cases import Component, case, components, contrast, state_leverage
from sim.scorecard.fitted import fitted
from sim.scorecard.measured import Floats, Inputs, Measured
from sim.scorecard.ratios import hazard_ratios
from sim.scorecard.selected import selection
from sim.scorecard.severity import severity_exponent
from sim.sweep import Study
from sim.validation.retained import Retained, retained
from sim.validation.targets import Target, targets
from sim.validation.vectors import limits
from sim.validation.world import STUDY, ClockName

Verdict = Literal["pass", "fail", "not simulated"]

ENOUGH = 0.5
"""Share of the set that must meet every part of a pattern."""

MEASURES: dict[str, Callable[[Target, Inputs], Measured]] = {
    "case": case,
    "contrast": contrast,
    "state_leverage": state_leverage,
    "severity_exponent": severity_exponent,
    "selection": selection,
}
"""How a pattern is measured, by its `measure`; S1-S5 and hazard ratios have ways of their own."""
RATIO = "hazard_ratio"


@dataclass(frozen=True)
class Entry:
    """One pattern with what was measured.

    `measured` is None for what one truce cannot show. `other` is measured otherwise and decides
    nothing: S1-S5 on luck that the choice of the set did not see, ratios on the other clock.
    """

    target: Target
    measured: Measured | None = None
    other: Measured | None = None

    @property
    def verdict(self) -> Verdict:
        """Whether enough of the set meets every part, if it was simulated."""
        if self.measured is None:
            return "not simulated"
        return "pass" if self.share >= ENOUGH else "fail"

    @property
    def share(self) -> float:
        """Share of the set that meets every part; nan if not simulated."""
        return share_meeting(self.target, self.measured)

    @property
    def medians(self) -> Floats:
        """The median over the set of each part."""
        return np.asarray(np.median(self._values, axis=0))

    @property
    def bands(self) -> Floats:
        """Where the middle of the set lies, [parts, 2]."""
        return np.stack(limits(self._values), axis=-1)

    @property
    def _values(self) -> Floats:
        if self.measured is None:
            raise ValueError(f"{self.target.id} is not simulated")
        return self.measured.values


@dataclass(frozen=True)
class Scorecard:
    """All entries in the order of the targets, and what they were made from.

    `components` are those of the comprehensive strategy of F3, each alone.
    """

    entries: tuple[Entry, ...]
    given: Inputs
    components: tuple[Component, ...] = ()

    def count(self, verdict: Verdict, ids: Sequence[str] | None = None) -> int:
        """Return how many patterns have a verdict, of all or of some."""
        return sum(
            each.verdict == verdict for each in self.entries if ids is None or each.target.id in ids
        )


def share_meeting(target: Target, measured: Measured | None) -> float:
    """Return the share of the vectors that meet every part of a target; nan for none measured."""
    if measured is None:
        return float("nan")
    met: NDArray[np.bool_] = np.array(
        [
            [part.is_met_by(float(value)) for part, value in zip(target.parts, row, strict=True)]
            for row in measured.values
        ]
    )
    return float(met.all(axis=1).mean())


def scorecard(
    vectors: int | None = None,
    conflicts: int = 512,
    case_runs: int = 2000,
    seed: int = 5,
    watch: Callable[[str], None] = lambda line: None,
    workers: int | None = None,
    found: Retained | None = None,
    only: Sequence[str] = (),
) -> Scorecard:
    """Measure every pattern and claim.

    Args:
        vectors: how many members of the set, its middle first; all by default.
        conflicts: of the world ensemble, under each vector.
        case_runs: truces of a single case under each vector.
        seed: of all runs but those that the set was chosen by.
        watch: told what is measured.
        workers: threads; the numbers do not depend on them.
        found: the set; by default the one that is shipped.
        only: the ids of those that are wanted, such as S12; all by default.

    Errors: `UsageError` for a number out of range or an unknown id, `ResultsError` when the set is
    missing.
    """
    asked = chosen_targets(only)
    whole = found or retained()
    check_sizes(conflicts, case_runs, seed)
    given = Inputs(_first(whole, vectors), conflicts, case_runs, seed, workers=workers)
    entries = dict(_fitted_entries(asked, given, watch))
    for target in asked:
        if target.simulated and target.id not in entries:
            watch(f"{target.id}: {target.pattern}")
            entries[target.id] = _entry(target, given)
    parts = components(given) if any(each.measure == "contrast" for each in asked) else []
    told = tuple(entries.get(target.id, Entry(target)) for target in asked)
    return Scorecard(told, given, tuple(parts))


def chosen_targets(only: Sequence[str] = ()) -> tuple[Target, ...]:
    """Return the targets of these ids in order, all for none (`UsageError` for an unknown one)."""
    known = {each.id: each for each in targets()}
    for name in only:
        if name not in known:
            raise UsageError(f"there is no pattern or claim {name}{did_you_mean(name, known)}")
    return tuple(each for each in known.values() if not only or each.id in only)


def _fitted_entries(
    asked: Sequence[Target], given: Inputs, watch: Callable[[str], None]
) -> Iterator[tuple[str, Entry]]:
    chosen = [each for each in asked if each.fits]
    if not chosen:
        return
    watch(f"S1-S5 under {len(given.found)} vectors, on two clocks")
    own, other = fitted(chosen, given), fitted(chosen, given, other_luck=True)
    for target, *measured in zip(chosen, own, other, strict=True):
        yield target.id, Entry(target, *measured)


def check_sizes(conflicts: int, case_runs: int, seed: int) -> None:
    """Refuse numbers out of range (`UsageError`)."""
    most = len(Study.load(STUDY))
    if not 64 <= conflicts <= most:
        raise UsageError(f"the conflicts must be 64 to {most:,}, not {conflicts:,}")
    if not 100 <= case_runs <= 1_000_000:
        raise UsageError(f"the runs of a case must be 100 to 1,000,000, not {case_runs:,}")
    if not 0 <= seed < 2**32:
        raise UsageError(f"the seed must be 0 to {2**32 - 1:,}, not {seed:,}")


def _first(found: Retained, vectors: int | None) -> Retained:
    number = len(found) if vectors is None else vectors
    if not 2 <= number <= len(found):
        raise UsageError(f"the vectors must be 2 to {len(found)}, not {number}")
    return Retained(
        found.vectors[:number], found.values[:number], found.distances[:number], found.provenance
    )


def _entry(target: Target, given: Inputs) -> Entry:
    if target.measure != RATIO:
        return Entry(target, MEASURES[target.measure](target, given))
    own = cast(ClockName, target.clock)
    other: ClockName = "formal" if own == "war" else "war"
    return Entry(target, hazard_ratios(target, given, own), hazard_ratios(target, given, other))
