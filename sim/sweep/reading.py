"""From the text of a study to its points, or to the list of all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from sim.errors import Problem
from sim.parameters import Section
from sim.scenario import Scenario
from sim.scenario.assembly import refuse
from sim.scenario.checking import checked_fields
from sim.scenario.definition import Text
from sim.scenario.document import Source, read_document
from sim.scenario.faults import wrote
from sim.scenario.loading import is_empty
from sim.scenario.overrides import parse_path
from sim.scenario.source import NoTextError, read_text
from sim.scenario.tree import Entry, Mapping, Node, Place, Scalar, Sequence, plain
from sim.scenario.words import did_you_mean, printable, printable_path
from sim.sweep import table
from sim.sweep.bases import read_base
from sim.sweep.clashes import clashes
from sim.sweep.designs import DESIGNS, LARGEST_SEED, MOST_POINTS, Design, Grid, Points
from sim.sweep.factors import Written, read_factors
from sim.sweep.precision import Precision
from sim.sweep.space import Follows, Row, Space
from sim.sweep.targets import Target, Value

MOST_CHARACTERS = table.MOST_BYTES
MOST_RUNS = 1_000_000_000
KEYS = (
    "title", "question", "base", "set", "runs", "seed", "precision",
    "design", "factors", "except", "compare_to", "vectors",
)  # fmt: skip
"""The keys of a study, in the order in which one is best written."""
BASE = "base"


class Heading(Section):
    """The values of a study that say what is asked, how many runs it takes and with which luck."""

    title: Text = Field(default="Untitled study", description="One line that names the study.")
    question: Text = Field(default="", description="What running this study can answer.")
    runs: int = Field(default=1000, ge=1, le=MOST_RUNS, description="Runs of each point.")
    seed: int = Field(
        default=1,
        ge=0,
        le=LARGEST_SEED,
        description="Seed of the runs. All points share it, so that they differ by the factors "
        "and not by luck.",
    )


@dataclass(frozen=True)
class Plan:
    """How the points of a study came about.

    `rows` holds for every row of the design, in its order, the number of its point: a design may
    ask for a point more than once, and a baseline takes the number 0.
    """

    space: Space
    design: Design
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Content:
    """All that a study file states, read and checked."""

    heading: Heading
    base: Scenario
    plan: Plan
    points: tuple[Row, ...]
    baseline: int | None
    precision: Precision | None
    vectors: tuple[str, ...]


@dataclass
class _Draft:
    """What has been read so far."""

    root: Mapping
    path: Path
    problems: list[Problem] = field(default_factory=list)

    def report(self, place: Place, key: str, what: str) -> None:
        self.problems.append(place.problem((key,) if key else (), what))


def read_file(path: Path) -> Content:
    """Read the study at `path`.

    Raises
    ------
    ScenarioError
        With every problem of the study, its base and its table.
    """
    try:
        text = read_text(path, "study", MOST_CHARACTERS)
    except NoTextError as fault:
        shown = printable_path(path)
        refuse([Place(shown, fault.line, fault.column, shown).problem((), fault.what)])
        raise AssertionError("unreachable") from None
    return read_study(text, path)


def read_study(text: str, path: Path) -> Content:
    """Read the text of a study; `path` names it and is where the files it names are looked for.

    Raises
    ------
    ScenarioError
        As in `read_file`.
    """
    shown = printable_path(path)
    start = Place(shown, 1, 1, shown)
    root, problems = read_document(text, Source(shown, shown), MOST_CHARACTERS)
    refuse(problems if root is None else ())
    if root is None or is_empty(root):
        refuse([start.problem((), "is empty; see docs/sweeps.md for a study to start from")])
    if not isinstance(root, Mapping):
        refuse(
            [
                start.problem(
                    (),
                    "must hold keys such as base: and factors:"
                    + wrote(root or Scalar(start, None, "")),
                )
            ]
        )
    assert isinstance(root, Mapping)
    draft = _Draft(root, path, list(problems))
    content = _content(draft)
    refuse(draft.problems)
    assert content is not None
    return content


def _content(draft: _Draft) -> Content | None:
    _refuse_unknown_keys(draft)
    heading, problems = heading_of(draft.root)
    draft.problems += problems
    precision = _precision(draft)
    design = _design(draft)
    base, problems = read_base(draft.root, draft.path)
    draft.problems += problems
    if base is None:
        return None
    if design is None:
        draft.problems += _factors_alone(draft, base)
        return None
    written = _written(draft, design, base)
    draft.problems += written.problems
    if written.problems or not written.factors:
        return None
    space = Space(tuple(written.factors))
    baseline = _baseline(draft, space)
    vectors = _vectors(draft, space)
    _refuse_unfit(draft, design, written)
    if draft.problems:
        return None
    points, rows = _numbered(baseline, design.points(space, design.seed))
    draft.problems += clashes(base, written, points)
    horizon = _shortest_horizon(base, space, points)
    if precision is not None and precision.day > horizon:
        _refuse_precision(draft, "day", f"lies beyond horizon_days, which is {horizon}")
    numbered = None if baseline is None else 0
    return Content(heading, base, Plan(space, design, rows), points, numbered, precision, vectors)


def _refuse_unknown_keys(draft: _Draft) -> None:
    for key, entry in draft.root.entries.items():
        if key not in KEYS:
            what = f"unknown key (you wrote {printable(key)}){did_you_mean(key, KEYS)}"
            draft.report(entry.key, key, what)


def heading_of(root: Mapping) -> tuple[Heading, list[Problem]]:
    """Return what a study says of itself and what is wrong with it; wrong values are left out."""
    own = {key: entry for key, entry in root.entries.items() if key in Heading.model_fields}
    node, problems = checked_fields(Heading, Mapping(root.place, own), ())
    return Heading.model_validate(plain(node) or {}), problems


# The precision


def _precision(draft: _Draft) -> Precision | None:
    node = draft.root.node("precision")
    if node is None:
        return None
    read, problems = checked_fields(Precision, node, ("precision",))
    draft.problems += problems
    if problems:
        return None
    precision = Precision(**plain(read))
    objection = precision.objection()
    if objection is None:
        return precision
    _refuse_precision(draft, *objection)
    return None


def _refuse_precision(draft: _Draft, key: str, what: str) -> None:
    section = draft.root.node("precision")
    written = section.node(key) if isinstance(section, Mapping) else None
    assert written is not None
    draft.problems.append(written.place.problem(("precision", key), what + wrote(written)))


def _shortest_horizon(base: Scenario, space: Space, points: Iterable[Row]) -> int:
    if "horizon_days" not in space.paths:
        return base.horizon_days
    column = space.paths.index("horizon_days")
    return min(int(point[column]) for point in points)


# The design


def _design(draft: _Draft) -> Design | None:
    node = draft.root.node("design")
    if node is None:
        return Grid()
    named = node.node("name") if isinstance(node, Mapping) else node
    name = named.value if isinstance(named, Scalar) else None
    if name not in DESIGNS:
        draft.report(named.place if named else node.place, "design", _no_design(node, named))
        return None
    kind = DESIGNS[str(name)]
    return _with_options(draft, kind, node)


def _no_design(node: Node, named: Node | None) -> str:
    if named is None:
        return f"name is missing; it is one of {', '.join(DESIGNS)}"
    if not isinstance(named, Scalar) or not isinstance(named.value, str):
        return f"must be one of {', '.join(DESIGNS)}{wrote(named)}"
    return f"there is no such design{wrote(named)}{did_you_mean(named.value, DESIGNS)}"


def _with_options(draft: _Draft, kind: type[Design], node: Node) -> Design | None:
    entries = node.entries if isinstance(node, Mapping) else {}
    given = Mapping(node.place, {key: each for key, each in entries.items() if key != "name"})
    checked, problems = checked_fields(kind.options_model, given, ("design",))
    draft.problems += problems
    if problems:
        return None
    design = kind(**plain(checked))
    objection = design.objection()
    if objection is None:
        return design
    option, what = objection
    given_node = given.node(option)
    place = given_node.place if given_node else node.place
    seen = wrote(given_node) if given_node else ""
    draft.problems.append(place.problem(("design", option), what + seen))
    return None


# The factors


def _written(draft: _Draft, design: Design, base: Scenario) -> Written:
    if not isinstance(design, Points):
        return read_factors(draft.root, base)
    written = Written()
    for key in ("factors", "except"):
        if key in draft.root.entries:
            what = (
                "has no place beside the design points: the header of the table names the factors"
            )
            draft.report(draft.root.entries[key].key, key, what)
    read, written.problems = _table(draft, design)
    if read:
        written.factors, written.places, problems = table.factors_of(read, base)
        written.keys = [read.place(1, column) for column in range(len(written.factors))]
        written.problems += problems
    return written


def _factors_alone(draft: _Draft, base: Scenario) -> list[Problem]:
    """Say what is wrong with the factors where the design is unknown."""
    is_listed = draft.root.node("factors") is not None
    return read_factors(draft.root, base).problems if is_listed else []


def _table(draft: _Draft, design: Points) -> tuple[table.Table | None, list[Problem]]:
    node = draft.root.node("design")
    assert isinstance(node, Mapping)
    if design.options.file is not None:
        return table.read_file(design.options.file, draft.path, node.entries["file"].node.place)
    at = node.entries["table"].node.place
    # The text after the mark | starts on the next line.
    return table.read_cells(design.options.table, Place(at.file, at.line + 1, 1, at.layer))


def _refuse_unfit(draft: _Draft, design: Design, written: Written) -> None:
    unfit = False
    for factor, key in zip(written.factors, written.keys, strict=True):
        what = "" if isinstance(factor.spread, Follows) else design.refusal(factor.spread)
        if what:
            draft.problems.append(key.problem(factor.target.address, what))
            unfit = True
    space = Space(tuple(written.factors))
    count = 0 if unfit else design.count(space)
    if count > MOST_POINTS:
        place = draft.root.node("design") or draft.root.node("factors") or draft.root
        what = f"the design {design.name} asks for {count:,} points; at most {MOST_POINTS:,}"
        draft.report(place.place, "design", f"{what}: take fewer, or a design that samples")


# The baseline and the numbers of the points


def _baseline(draft: _Draft, space: Space) -> Row | None:
    node = draft.root.node("compare_to")
    if node is None:
        return None
    if isinstance(node, Scalar) and node.value == BASE:
        return space.base
    if not isinstance(node, Mapping) or not node.entries:
        what = f"must be base, or lines of path: value for some of the factors{wrote(node)}"
        draft.report(node.place, "compare_to", what)
        return None
    changes: dict[int, Value] = {}
    for key, entry in node.entries.items():
        column = _column(draft, key, entry, space)
        if column is not None:
            value = _baseline_value(draft, entry, space.factors[column].target)
            changes |= {} if value is None else {column: value}
    return space.varied(changes)


def _column(draft: _Draft, key: str, entry: Entry, space: Space) -> int | None:
    address = parse_path(key)
    for column, factor in enumerate(space.factors):
        if factor.target.address == address:
            return column
    what = (
        "is no factor of this study; compare_to gives values to factors, and all else is as in "
        f"the base{did_you_mean(key, space.paths)}"
    )
    draft.problems.append(entry.key.problem(("compare_to", key), what))
    return None


def _baseline_value(draft: _Draft, entry: Entry, target: Target) -> Value | None:
    problems = target.problems(entry.node)
    draft.problems += problems
    if problems or not isinstance(entry.node, Scalar):
        return None
    return target.accepted(entry.node.value)


def _vectors(draft: _Draft, space: Space) -> tuple[str, ...]:
    """Return the factors that together are a vector of parameters, in the order of the factors."""
    node = draft.root.node("vectors")
    if node is None:
        return ()
    items = node.items if isinstance(node, Sequence) else []
    if not items:
        what = f"must be a list of factors, such as [model.stick, model.carrot]{wrote(node)}"
        draft.report(node.place, "vectors", what)
    named = set()
    for item in items:
        if isinstance(item, Scalar) and item.written in space.paths:
            named.add(item.written)
        else:
            hint = did_you_mean(item.written, space.paths) if isinstance(item, Scalar) else ""
            draft.report(item.place, "vectors", f"is no factor of this study{wrote(item)}{hint}")
    if named and len(named) == len(space.paths):
        draft.report(node.place, "vectors", "leaves no factor beside the vectors; leave one out")
    return tuple(path for path in space.paths if path in named)


def _numbered(baseline: Row | None, rows: Iterable[Row]) -> tuple[tuple[Row, ...], tuple[int, ...]]:
    """Return the different points, the baseline first, and the number of each row's point."""
    numbers: dict[Row, int] = {} if baseline is None else {baseline: 0}
    order = tuple(numbers.setdefault(row, len(numbers)) for row in rows)
    return tuple(numbers), order
