"""The forms in which a factor is written, read into spreads.

========================================== ======================================================
``[0, 0.5, 1]``                            these values
``{from: 0, to: 1, steps: 11}``            eleven values, both ends among them; without steps,
                                           anything from 0 to 1, equally likely
``{uniform: [0, 1]}``                      the same as from and to without steps
``{normal: {mean, sd, low, high}}``        normal, cut off at low and high
``{beta: {a, b, low, high}}``              beta, stretched from low to high (0 and 1 if left out)
``{choice: [a, b], weights: [1, 3]}``      one of these, values or forms; equal weights if left out
``{same_as: path}``                        whatever that factor is
========================================== ======================================================
"""

from __future__ import annotations

import math
from collections.abc import Callable

from sim.errors import Problem
from sim.scenario.faults import wrong_type, wrote
from sim.scenario.tree import Address, Entry, Gap, Mapping, Node, Place, Scalar, Sequence
from sim.scenario.words import did_you_mean, number, printable
from sim.sweep.spreads import Beta, Choice, Listed, Normal, Range, Spread
from sim.sweep.targets import Target, Value

MOST_STEPS = 100_000
_EXAMPLE = "such as [0, 0.5, 1] or {from: 0, to: 1, steps: 5}"
_KEYS: dict[str, tuple[str, ...]] = {
    "from": ("from", "to", "steps"),
    "uniform": ("uniform",),
    "normal": ("normal",),
    "beta": ("beta",),
    "choice": ("choice", "weights"),
    "same_as": ("same_as",),
}
"""The forms by their first key, with all keys of each."""


def followed(node: Node) -> Scalar | None:
    """Return the path that stands after ``same_as``, if this is the form a factor is written in."""
    path = node.node("same_as") if isinstance(node, Mapping) and len(node.entries) == 1 else None
    return path if isinstance(path, Scalar) else None


class Reader:
    """Reads the forms of one factor and gathers problems; `places` says where each value stands."""

    def __init__(self, target: Target, address: Address) -> None:
        self.target = target
        self.problems: list[Problem] = []
        self.places: dict[Value, Place] = {}
        self._address = address

    def spread(self, node: Node) -> Spread | None:
        """Return the spread written at `node`, or None if something is wrong with it."""
        before = len(self.problems)
        spread = self._form(node)
        return spread if len(self.problems) == before else None

    def _form(self, node: Node) -> Spread | None:
        if isinstance(node, Sequence):
            return self._list(node)
        if isinstance(node, Mapping):
            return self._by_key(node)
        what = f"must say which values to try, {_EXAMPLE}{wrote(node)}"
        if isinstance(node, Scalar) and node.value is not None:
            what += "; a value that stays the same belongs under set"
        self._refuse(node.place, what)
        return None

    def _by_key(self, node: Mapping) -> Spread | None:
        key = next((key for key, keys in _KEYS.items() if set(keys) & node.entries.keys()), None)
        known = _KEYS[key] if key else tuple(word for keys in _KEYS.values() for word in keys)
        for word, entry in node.entries.items():
            if word not in known:
                what = f"unknown key (you wrote {printable(word)}){did_you_mean(word, known)}"
                self._refuse(entry.key, what)
        if key is None:
            if not node.entries:
                self._refuse(node.place, f"is empty; write {_EXAMPLE}")
            return None
        if key not in ("choice", "same_as") and not self.target.is_number:
            self._refuse(node.place, self._no_number())
            return None
        forms: dict[str, Callable[[Mapping], Spread | None]] = {
            "from": self._range,
            "uniform": self._uniform,
            "normal": self._normal,
            "beta": self._beta,
            "choice": self._choice,
            "same_as": self._misplaced,
        }
        return forms[key](node)

    def _no_number(self) -> str:
        if self.target.kind is bool:
            return "is a yes or no and has no range; write [false, true]"
        return "is text and has no range; list its values, such as [one, another]"

    def _misplaced(self, node: Mapping) -> None:
        what = "same_as must name a factor of this study and stand alone, as in {same_as: PATH}"
        self._refuse(node.place, what)

    # Values one by one

    def _list(self, node: Sequence) -> Spread | None:
        if not node.items:
            self._refuse(node.place, f"is an empty list; write values, {_EXAMPLE}")
            return None
        values = [self._listed(item) for item in node.items]
        return Listed(tuple(value for value in values if value is not None))

    def _listed(self, node: Node) -> Value | None:
        value = self.value(node)
        if value is None or value not in self.places:
            self.places |= {} if value is None else {value: node.place}
            return value
        self._refuse(node.place, f"repeated value{wrote(node)}")
        return None

    def value(self, node: Node | None) -> Value | None:
        """Return a value that the factor can take, as it will stand in the scenario."""
        if node is None or isinstance(node, Gap):
            return None
        found = self.target.problems(node)
        self.problems += found
        return None if found or not isinstance(node, Scalar) else self.target.accepted(node.value)

    # Ranges and distributions

    def _range(self, node: Mapping) -> Spread | None:
        ends = self._ends(node, "from", "to")
        steps = self._steps(node.node("steps"))
        if ends is None or steps == 0:
            return None
        spread = Range(*ends, steps=steps, whole=self._is_whole)
        what = _uneven(spread)
        if what:
            self._refuse(node.entries["steps"].node.place, what)
        return None if what else spread

    def _uniform(self, node: Mapping) -> Spread | None:
        written = node.entries["uniform"].node
        if not isinstance(written, Sequence) or len(written.items) != 2:
            self._refuse(
                written.place, f"uniform must be [lowest, highest], two values{wrote(written)}"
            )
            return None
        low, high = written.items
        pair = {"lowest": Entry(low.place, low), "highest": Entry(high.place, high)}
        ends = self._ends(Mapping(written.place, pair), "lowest", "highest")
        return Range(*ends, whole=self._is_whole) if ends else None

    def _normal(self, node: Mapping) -> Spread | None:
        below = self._options(node, "normal", ("mean", "sd", "low", "high"))
        if below is None:
            return None
        ends = self._ends(below, "low", "high")
        mean, sd = self._number(below, "mean"), self._number(below, "sd", above=0)
        if ends is None or mean is None or sd is None:
            return None
        if not ends[0] <= mean <= ends[1]:
            place = below.entries["mean"].node
            self._refuse(place.place, f"mean must lie between low and high{wrote(place)}")
            return None
        return Normal(mean, sd, *ends, whole=self._is_whole)

    def _beta(self, node: Mapping) -> Spread | None:
        below = self._options(node, "beta", ("a", "b"), optional=("low", "high"))
        if below is None:
            return None
        for name, value in (("low", 0), ("high", 1)):
            if name not in below.entries:
                end = Scalar(below.place, value, str(value))
                below = below.with_entry(name, Entry(below.place, end))
        ends = self._ends(below, "low", "high")
        a, b = self._number(below, "a", above=0), self._number(below, "b", above=0)
        if ends is None or a is None or b is None:
            return None
        return Beta(a, b, *ends, whole=self._is_whole)

    @property
    def _is_whole(self) -> bool:
        return self.target.kind is int

    def _ends(self, node: Mapping, lower: str, upper: str) -> tuple[float, float] | None:
        low, high = self._end(node, lower), self._end(node, upper)
        if low is None or high is None:
            return None
        if low >= high:
            what = (
                f"{lower} must be less than {upper} ({number(low)} is not less than {number(high)})"
            )
            self._refuse(node.entries[lower].node.place, what)
            return None
        return low, high

    def _end(self, node: Mapping, name: str) -> float | None:
        if name not in node.entries:
            self._refuse(node.place, f"{name} is missing")
            return None
        value = self.value(node.node(name))
        return value if isinstance(value, int | float) else None

    def _options(
        self, node: Mapping, form: str, needed: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> Mapping | None:
        below, known = node.entries[form].node, (*needed, *optional)
        if not isinstance(below, Mapping):
            what = f"{form} must be a section with {', '.join(known)}{wrote(below)}"
            self._refuse(below.place, what)
            return None
        for word, entry in below.entries.items():
            if word not in known:
                what = f"unknown key (you wrote {printable(word)}){did_you_mean(word, known)}"
                self._refuse(entry.key, what)
        return below

    def _number(self, node: Mapping, name: str, above: float | None = None) -> float | None:
        """Return a number that is no value of the factor, such as a standard deviation."""
        if name not in node.entries:
            self._refuse(node.place, f"{name} is missing")
            return None
        written = node.entries[name].node
        value = written.value if isinstance(written, Scalar) else None
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            self._refuse(written.place, f"{name} {wrong_type(float, written)}")
            return None
        if above is not None and value <= above:
            self._refuse(written.place, f"{name} must be above {number(above)}{wrote(written)}")
            return None
        return float(value)

    def _steps(self, node: Node | None) -> int | None:
        """Return the number of steps, None if there is none and 0 if it is wrong."""
        if node is None:
            return None
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int):
            self._refuse(node.place, f"steps {wrong_type(int, node)}")
            return 0
        if not 2 <= value <= MOST_STEPS:
            what = (
                f"steps counts the values, both ends among them: 2 to {MOST_STEPS:,}{wrote(node)}"
            )
            self._refuse(node.place, what)
            return 0
        return value

    # One of several

    def _choice(self, node: Mapping) -> Spread | None:
        options = node.node("choice")
        if not isinstance(options, Sequence) or not options.items:
            place = options.place if options else node.place
            self._refuse(
                place, "choice must be a list, such as {choice: [0, 0.5], weights: [1, 3]}"
            )
            return None
        read = [self._option(item) for item in options.items]
        weights = self._weights(node.node("weights"), len(read))
        if weights is None:
            return None
        return Choice(tuple(option for option in read if option is not None), weights)

    def _option(self, node: Node) -> Value | Spread | None:
        return self._form(node) if isinstance(node, Mapping) else self._listed(node)

    def _weights(self, node: Node | None, count: int) -> tuple[float, ...] | None:
        if node is None:
            return (1.0,) * count
        if not isinstance(node, Sequence) or len(node.items) != count:
            what = f"weights must be a list of {count} numbers, one for each choice{wrote(node)}"
            self._refuse(node.place, what)
            return None
        entries = {f"weight {i + 1}": Entry(item.place, item) for i, item in enumerate(node.items)}
        above = Mapping(node.place, entries)
        weights = [self._number(above, name, above=0) for name in entries]
        return tuple(weight for weight in weights if weight is not None)

    def _refuse(self, place: Place, what: str) -> None:
        self.problems.append(place.problem(self._address, what))


def _uneven(spread: Range) -> str:
    """Say that the steps between whole numbers are not whole, and which would be."""
    if not spread.whole or spread.steps is None:
        return ""
    width = int(spread.high) - int(spread.low)
    if width % (spread.steps - 1) == 0:
        return ""
    fitting = [gaps + 1 for gaps in range(1, min(width, MOST_STEPS - 1) + 1) if width % gaps == 0]
    near = sorted(sorted(fitting, key=lambda steps: abs(steps - (spread.steps or 0)))[:2])
    return (
        f"{spread.steps} steps from {spread.low} to {spread.high} are not whole numbers; "
        f"{' or '.join(map(str, near))} steps are, or list the values"
    )
