"""The inverse question: the smallest change of the levers of one truce that reaches a goal.

Every trial meets the luck of the same runs, so trials differ by the change alone. Each lever is
tried alone, both ways: at eight steps up to its end, then by halving between the first step that
reaches the goal and the one before. Nothing needs to rise or fall steadily for that, though a
window narrower than a step may be missed. Then two or three of the most helpful levers are moved
together, along some ways of sharing the distance between them, each way halved in turn down to
where the goal is just reached.

What was chosen because it just reached the goal looks a little better than it is. Each answer is
therefore run once more with fresh luck.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from math import inf

from sim.ensemble import run_ensemble
from sim.errors import UsageError
from sim.inquiry.aim import Aim, Estimate
from sim.inquiry.lever import Lever, Value, distance_of, levers_of
from sim.scenario import Scenario

STEPS = 8
HALVINGS = 7
FEW = 5  # levers that are moved together
NEAR = 0.01  # distance to which levers that move together are halved
LARGEST_GROUP = 3
SHARES: dict[int, tuple[tuple[float, ...], ...]] = {
    0: ((),),
    1: ((1.0,),),
    2: ((0.5, 0.5), (0.25, 0.75), (0.75, 0.25)),
    3: ((1 / 3, 1 / 3, 1 / 3), (0.6, 0.2, 0.2), (0.2, 0.6, 0.2), (0.2, 0.2, 0.6)),
}
"""How several levers share a distance, by the number of those that move by degrees."""

Changes = Mapping[Lever, Value]
Test = Callable[[Estimate], bool]


@dataclass(frozen=True)
class Trials:
    """Runs one truce under changes, each once; `first` is the number of the first run."""

    case: Scenario
    aim: Aim
    runs: int
    seed: int
    first: int = 0
    known: dict[tuple[tuple[str, Value], ...], Estimate] = field(default_factory=dict)

    def __call__(self, changes: Changes) -> Estimate:
        """Return how near the goal the truce comes with some changes."""
        values = {lever.path: value for lever, value in changes.items()}
        key = tuple(sorted(values.items()))
        if key not in self.known:
            case = self.case.with_(**values)
            rows = run_ensemble(case, self.runs, self.seed, first=self.first)
            self.known[key] = self.aim.estimate(rows)
        return self.known[key]

    def with_fresh_luck(self) -> Trials:
        """Return trials with other runs of the same seed."""
        return Trials(self.case, self.aim, self.runs, self.seed, self.first + self.runs)


@dataclass(frozen=True)
class Answer:
    """A change and what it comes to.

    `at_least` and `at_most` are the change of a single lever at which the interval begins to reach
    the goal and the one from which all of it does (None where the lever does not go so far, and
    where several levers move); `fresh` is the estimate with luck that had no part in the search.
    """

    changes: Changes
    reaches: bool
    estimate: Estimate
    fresh: Estimate
    at_least: Value | None = None
    at_most: Value | None = None

    @property
    def distance(self) -> float:
        """How much is changed; see `sim.inquiry.lever`."""
        return distance_of(self.changes)


@dataclass(frozen=True)
class Inverse:
    """The answer to the inverse question: the base, each lever alone, several, and all at once.

    Of a lever that does not reach the goal alone, `alone` holds the best that it can do.
    """

    aim: Aim
    case: Scenario
    base: Estimate
    alone: list[Answer]
    together: Answer | None
    everything: Answer

    @property
    def is_met(self) -> bool:
        """Whether the truce reaches the goal as it is."""
        return self.aim.met(self.base.value)


def smallest_changes(case: Scenario, goal: str, runs: int = 2000, seed: int = 1) -> Inverse:
    """Return the smallest changes of the levers of a truce that reach a goal.

    Errors: `UsageError` for a goal that is not understood or numbers out of range.
    """
    if not 100 <= runs <= 1_000_000:
        raise UsageError(f"the runs must be 100 to 1,000,000, not {runs:,}")
    if not 0 <= seed < 2**64:
        raise UsageError(f"the seed must lie between 0 and 2**64 - 1, not {seed}")
    aim = Aim.of(goal, case.horizon_days)
    trials = Trials(aim.followed(case), aim, runs, seed)
    fresh = trials.with_fresh_luck()
    base = trials({})
    levers = levers_of(case)
    alone = [] if aim.met(base.value) else [_alone(lever, trials, fresh) for lever in levers]
    helpful = _helpful({lever: _best_scanned(lever, trials) for lever in levers}, trials)
    together = None if aim.met(base.value) else _together(helpful, alone, trials, fresh)
    everything = _with_all(helpful)
    return Inverse(aim, case, base, alone, together, _answer(everything, trials, fresh))


def _answer(
    changes: Changes, trials: Trials, fresh: Trials,
    at_least: Value | None = None, at_most: Value | None = None,
) -> Answer:  # fmt: skip
    estimate = trials(changes)
    reaches = trials.aim.met(estimate.value)
    return Answer(changes, reaches, estimate, fresh(changes), at_least, at_most)


# One lever


def _alone(lever: Lever, trials: Trials, fresh: Trials) -> Answer:
    aim = trials.aim
    value = _smallest(lever, trials, lambda estimate: aim.met(estimate.value))
    if value is None:
        return _answer({lever: _best_scanned(lever, trials)}, trials, fresh)
    if lever.is_switch:
        return _answer({lever: value}, trials, fresh)
    at_least = _smallest(lever, trials, aim.maybe_met)
    at_most = _smallest(lever, trials, aim.surely_met)
    return _answer({lever: value}, trials, fresh, at_least, at_most)


def _smallest(lever: Lever, trials: Trials, test: Test) -> Value | None:
    """Return the smallest change of a lever that passes a test, either way; None if none does."""
    found = [_toward(lever, end, trials, test) for end in lever.ends]
    reached = [value for value in found if value is not None]
    return min(reached, key=lever.distance) if reached else None


def _toward(lever: Lever, end: Value, trials: Trials, test: Test) -> Value | None:
    passed = next(
        (step for step in _steps(lever) if test(trials({lever: lever.at(end, step)}))), None
    )
    if passed is None or lever.is_switch:
        return None if passed is None else end
    low, high = passed - 1 / STEPS, passed
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if lever.at(end, middle) in (lever.at(end, low), lever.at(end, high)):
            break
        if test(trials({lever: lever.at(end, middle)})):
            high = middle
        else:
            low = middle
    return lever.at(end, high)


def _steps(lever: Lever) -> list[float]:
    return [1.0] if lever.is_switch else [step / STEPS for step in range(1, STEPS + 1)]


def _best_scanned(lever: Lever, trials: Trials) -> Value:
    """Return the value of a lever, among its steps both ways, that comes nearest to the goal."""
    sign = 1 if trials.aim.wants_more else -1
    values = [lever.at(end, step) for end in lever.ends for step in _steps(lever)]
    return max(values, key=lambda value: sign * trials({lever: value}).value)


# Several levers


def _helpful(best: Changes, trials: Trials) -> Changes:
    """Return the levers that help by themselves with their best values, the most helpful first.

    Of equals, the one with the smaller distance comes first.
    """
    sign = 1 if trials.aim.wants_more else -1
    base = trials({}).value
    gain = {lever: sign * (trials({lever: best[lever]}).value - base) for lever in best}
    helping = [lever for lever in best if gain[lever] > 0]
    helping.sort(key=lambda lever: (-gain[lever], lever.distance(best[lever])))
    return {lever: best[lever] for lever in helping}


def _with_all(helpful: Changes) -> Changes:
    """Return all changes that help, at one of two levers on one path the more helpful."""
    first: dict[str, Lever] = {}
    for lever in helpful:
        first.setdefault(lever.path, lever)
    return {lever: helpful[lever] for lever in first.values()}


def _few(helpful: Changes) -> Changes:
    """Return the changes on the most helpful paths, all levers of each."""
    paths = list(dict.fromkeys(lever.path for lever in helpful))[:FEW]
    return {lever: value for lever, value in helpful.items() if lever.path in paths}


def _together(
    helpful: Changes, alone: list[Answer], trials: Trials, fresh: Trials
) -> Answer | None:
    """Return the nearest change of two or three levers that reaches the goal, if it is nearer.

    None if no change that was tried does so at a smaller distance than one lever alone.
    """
    limit = min((answer.distance for answer in alone if answer.reaches), default=inf)
    nearest: Changes | None = None
    for ray in _rays(_few(helpful)):
        changes = ray.nearest(trials, limit)
        if changes is not None and distance_of(changes) < limit:
            nearest, limit = changes, distance_of(changes)
    return None if nearest is None else _answer(nearest, trials, fresh)


@dataclass(frozen=True)
class Ray:
    """A few levers that move together toward their values, in fixed shares of the distance.

    `toward` holds the levers that move by degrees, `thrown` the switches.
    """

    toward: Changes
    shares: tuple[float, ...]
    thrown: Changes

    def at(self, distance: float) -> Changes:
        """Return the changes when the levers have moved so far together, none beyond its end.

        A lever of whole numbers that has not come as far as the next one is not changed.
        """
        moved = {
            lever: lever.at(value, min(1.0, share * distance / lever.distance(value)))
            for (lever, value), share in zip(self.toward.items(), self.shares, strict=True)
        }
        changed = {lever: value for lever, value in moved.items() if value != lever.base}
        return {**self.thrown, **changed}

    def nearest(self, trials: Trials, limit: float) -> Changes | None:
        """Return the first changes on the way that reach the goal, if that is within a distance."""
        ends = [
            lever.distance(value) / share
            for (lever, value), share in zip(self.toward.items(), self.shares, strict=True)
        ]
        low, high = 0.0, min(limit - distance_of(self.thrown), max(ends, default=0.0))
        if high < 0 or not trials.aim.met(trials(self.at(high)).value):
            return None
        while high - low > NEAR:
            middle = (low + high) / 2
            if trials.aim.met(trials(self.at(middle)).value):
                high = middle
            else:
                low = middle
        return self.at(high)


def _rays(helpful: Changes) -> Iterator[Ray]:
    """Yield the ways in which two or three levers move together."""
    for size in (2, LARGEST_GROUP):
        for group in combinations(helpful, size):
            if len({lever.path for lever in group}) < size:
                continue
            thrown = {lever: helpful[lever] for lever in group if lever.is_switch}
            toward = {lever: helpful[lever] for lever in group if not lever.is_switch}
            for shares in SHARES[len(toward)]:
                yield Ray(toward, shares, thrown)
