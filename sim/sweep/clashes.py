"""Points whose values are right one by one and impossible together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.errors import Problem, ScenarioError
from sim.scenario import Scenario
from sim.scenario.assembly import assembled
from sim.scenario.overrides import overridden, parse_path, typed_overrides
from sim.scenario.tree import Place
from sim.sweep.factors import Written
from sim.sweep.space import Row
from sim.sweep.targets import Value, written

MOST_CLASHES = 100


@dataclass
class _Clash:
    """Something wrong with at least one point: where it is reported, the first point, how many."""

    place: Place
    path: str
    what: str
    first: int
    values: str
    points: int = 0

    def problem(self) -> Problem:
        others = f" and {self.points - 1:,} more" if self.points > 1 else ""
        what = f"{self.what}; found in point {self.first} ({self.values}){others}"
        return self.place.problem(parse_path(self.path), what)


def clashes(base: Scenario, read: Written, points: tuple[Row, ...]) -> list[Problem]:
    """Put together every different combination that could clash; report each value once.

    Every value has been checked by itself. Only those that the rules on contradictions compare are
    put together: the others go with one another in any combination (`Target.is_tied`).
    """
    tied = [column for column, factor in enumerate(read.factors) if factor.target.is_tied]
    found: dict[tuple[Place, str], _Clash] = {}
    for number, values, count in _combinations(tied, points):
        for clash in _clashes(base, read, dict(zip(tied, values, strict=True)), number):
            first = found.setdefault((clash.place, clash.path), clash)
            first.points += count
        if len(found) > MOST_CLASHES:
            break
    return [clash.problem() for clash in found.values()]


def _combinations(tied: list[int], points: tuple[Row, ...]) -> Iterator[tuple[int, Row, int]]:
    """Yield the first point, the values and the number of points of each combination."""
    if not tied:
        return
    counts: dict[Row, list[int]] = {}
    for number, point in enumerate(points):
        values = tuple(point[column] for column in tied)
        counts.setdefault(values, [number, 0])[1] += 1
    for values, (number, count) in counts.items():
        yield number, values, count


def _clashes(
    base: Scenario, read: Written, values: dict[int, Value], number: int
) -> Iterator[_Clash]:
    paths = {column: read.factors[column].target.path for column in values}
    changes = typed_overrides({paths[column]: value for column, value in values.items()})
    tree, _ = overridden(base.tree, changes)
    try:
        assembled(tree, ())
    except ScenarioError as error:
        told = ", ".join(f"{paths[column]} {written(value)}" for column, value in values.items())
        for problem in error.problems:
            column = _column_to_blame(problem.path, paths)
            place = read.places[column].get(values[column], read.keys[column])
            yield _Clash(place, problem.path, problem.what, number, told)


def _column_to_blame(path: str, paths: dict[int, str]) -> int:
    """Return the factor that a problem is about, or else the first that could be."""
    near = [column for column, each in paths.items() if each == path or each.startswith(f"{path}.")]
    return (near or list(paths))[0]
