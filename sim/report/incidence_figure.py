"""The figure of how truces end: shares of all endings by day, stacked, for one point or a few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.analysis import LifeTables, endings_table, incidence_table
from sim.endings import CAUSES, ENDINGS, HOLDING
from sim.errors import UsageError
from sim.report.appearance import PAPER, QUIET_INK, appearance_of, house_style
from sim.report.curves_figure import last_day_of, percent_axis
from sim.report.day_axis import day_ticks, draw_ends_of_term, mark_days, term_ends
from sim.report.end_labels import LEADING
from sim.report.endings_panel import Layer, draw_stack, label_layers
from sim.report.named_curves import checked_names, foot_words
from sim.report.sheet import TEXT, WIDTH, DescribedFigure, Sheet, Words, legend_height
from sim.report.wording import count, percent, wrap

MOST_STACKS = 6

_ALONE, _DAYS = 224.0, 38.0
_PANEL, _BETWEEN_ROWS = 150.0, 42.0
_LEFT, _BETWEEN, _RIGHT = 48.0, 50.0, 56.0
_LEADING = 10.5
_MOST_COLUMNS = 3
_LEGEND_COLUMNS = 3
_MOST_INTERVALS, _POINTS_PER_INTERVAL = 7, 36.0


@dataclass(frozen=True, eq=False)
class Stack:
    """One point: its name, its runs, its incidence table, and its endings with limits."""

    number: int
    name: str
    runs: int
    shares: pandas.DataFrame
    endings: pandas.DataFrame

    def with_limits(self, layer: Layer) -> str:
        """Return the share of an ending at the end, as "Lapses 82.7 %" over "(81.0–84.3)"."""
        row = self.endings.set_index("ending").loc[layer.ending.name]
        limits = f"({100 * row['lower']:.1f}–{100 * row['upper']:.1f})"
        return f"{layer.label} {percent(layer.share)}\n{limits}"


def incidence_figure(
    tables: LifeTables,
    names: Sequence[str] | None = None,
    *,
    title: str,
    seed: int,
    subtitle: str = "",
    term_days: int | Sequence[int] | None = None,
) -> DescribedFigure:
    """Return the shares of truces that ended in each way by each day, stacked, of 1 to 6 points.

    On every day the shares and that of the truces still holding sum to 1: endings compete, and none
    is treated as censoring of another. Arguments as in `sim.report.curves_figure`.

    Errors: `UsageError` for more than 6 points, and as in `sim.report.named_curves.checked_names`;
    `ResultsError` for other causes than those of the registry.
    """
    called = checked_names(tables, names)
    if len(tables) > MOST_STACKS:
        raise UsageError(
            f"At most {MOST_STACKS} points stand side by side, and there are {len(tables)}; choose "
            "some, or draw one ending at all points as a heat map."
        )
    last = last_day_of(tables)
    stacks = [_stack(tables, row, name, last) for row, name in enumerate(called)]
    ends = term_ends(term_days, last)
    words = Words(title, subtitle, foot_words(tables, seed, last))
    with house_style():
        draw = _one_alone if len(stacks) == 1 else _side_by_side
        return draw(words, stacks, ends, last).finished(_describe(stacks), _data(stacks))


def _stack(tables: LifeTables, row: int, name: str, last: int) -> Stack:
    table = tables[row]
    shares = incidence_table(table)
    return Stack(
        tables.numbers[row],
        name,
        table.runs,
        shares[shares["day"] <= last],
        endings_table(table),
    )


def _one_alone(words: Words, stacks: Sequence[Stack], ends: Sequence[int], last: int) -> Sheet:
    """Draw one point over the width of the sheet, every share labelled with its limits."""
    (only,) = stacks
    sheet = Sheet.begun(words, 2 * LEADING + _ALONE + _DAYS)
    sheet.skip(2 * LEADING)
    axes = sheet.axes(_ALONE)
    layers = _draw(axes, only, ends)
    axes.set_ylabel("Share of truces", fontsize=TEXT)
    labels = [only.with_limits(layer) for layer in layers]
    label_layers(axes, layers, labels, distance=2 * LEADING + 2.0)
    mark_days(axes, last, day_ticks(last, _MOST_INTERVALS))
    sheet.skip(_DAYS)
    return sheet


def _side_by_side(words: Words, stacks: Sequence[Stack], ends: Sequence[int], last: int) -> Sheet:
    """Draw small panels with a common legend, each share labelled with its percentage."""
    columns = min(len(stacks), _MOST_COLUMNS) if len(stacks) != 4 else 2
    width = (WIDTH - _LEFT - _RIGHT - _BETWEEN * (columns - 1)) / columns
    room = width + _BETWEEN - 14.0
    titles = [wrap(stack.name, room, TEXT, "bold", most_lines=3) for stack in stacks]
    heading = _LEADING * max(len(lines) for lines in titles) + 8.0
    rows = -(-len(stacks) // columns)
    entries = _legend_entries(stacks)
    body = legend_height(len(entries), _LEGEND_COLUMNS) + rows * (heading + _PANEL + _BETWEEN_ROWS)
    sheet = Sheet.begun(words, body)
    sheet.legend(entries, _LEGEND_COLUMNS)
    days = day_ticks(last, max(1, int(width // _POINTS_PER_INTERVAL)))
    for place, stack in enumerate(stacks):
        column = place % columns
        left = _LEFT + column * (width + _BETWEEN)
        sheet.block(left, titles[place], TEXT, _LEADING, weight="bold")
        axes = sheet.panel(left, width, _PANEL, below=heading)
        _draw_small(axes, stack, ends, days, last)
        if column:
            axes.set_yticklabels([])
        if column == columns - 1 or place == len(stacks) - 1:
            sheet.skip(heading + _PANEL + _BETWEEN_ROWS)
    return sheet


def _draw_small(
    axes: Axes, stack: Stack, ends: Sequence[int], days: Sequence[int], last: int
) -> None:
    layers = _draw(axes, stack, ends)
    label_layers(axes, layers, [percent(layer.share) for layer in layers])
    mark_days(axes, last, days)


def _draw(axes: Axes, stack: Stack, ends: Sequence[int]) -> list[Layer]:
    layers = draw_stack(axes, stack.shares)
    percent_axis(axes)
    draw_ends_of_term(axes, ends)
    return layers


def _legend_entries(stacks: Sequence[Stack]) -> list[Artist]:
    """Return an entry for each ending that occurs, in the order of the stack, and for holding."""
    found = pandas.concat([stack.endings for stack in stacks])
    names = set(found["ending"][found["share"] > 0])
    entries: list[Artist] = []
    for cause in sorted(CAUSES, key=lambda cause: cause.precedence):
        if cause.name in names:
            look = appearance_of(cause.name)
            entries.append(
                Patch(facecolor=look.colour, hatch=look.hatch, edgecolor=PAPER, label=cause.label)
            )
    holding = Patch(facecolor=PAPER, edgecolor=QUIET_INK, linewidth=0.6, label="Still holding")
    return [*entries, holding]


def _describe(stacks: Sequence[Stack]) -> str:
    """Return the shares on the last day, largest first, for each point."""
    told = []
    for stack in stacks:
        found = stack.endings[stack.endings["share"] > 0].sort_values(
            "share", ascending=False, kind="stable"
        )
        shares = ", ".join(_share_words(*row) for row in found[_COLUMNS].itertuples(index=False))
        told.append(f"{stack.name} ({count(stack.runs, 'run')}): {shares}")
    return (
        f"Stacked areas: the shares of simulated truces that ended in each way by each day since "
        f"signing, through day {int(stacks[0].shares['day'].iloc[-1]):,}; with the share still "
        "holding they sum to 100 % on every day. At the end, with 95 % intervals: "
        f"{'; '.join(told)}."
    )


_COLUMNS = ["ending", "share", "lower", "upper"]


def _share_words(name: str, share: float, lower: float, upper: float) -> str:
    labels = {cause.name: cause.label.lower() for cause in CAUSES}
    words = labels.get(name, "still holding")
    return f"{words} {percent(share)} ({100 * lower:.1f} to {100 * upper:.1f})"


def _data(stacks: Sequence[Stack]) -> pandas.DataFrame:
    """Return the shares as a table: a row for each point, day and ending."""
    return pandas.concat([_data_of(stack) for stack in stacks], ignore_index=True)


def _data_of(stack: Stack) -> pandas.DataFrame:
    names = [*(cause.name for cause in CAUSES), ENDINGS[HOLDING].name]
    long = stack.shares.melt("day", names, var_name="ending", value_name="share")
    long.insert(0, "point", stack.number)
    long.insert(1, "name", stack.name)
    return long
