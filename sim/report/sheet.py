"""The sheet of paper a figure is drawn on: blocks stacked from the top, measured in points.

A figure is a head (title, subtitle), a body of panels, and a foot (what the reader must know).
Every block has a fixed height, so that nothing can overlap whatever the data or the title; the
sheet grows with the number of lines of text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.report.appearance import QUIET_INK
from sim.report.wording import plain, wrap

if TYPE_CHECKING:
    import pandas

WIDTH = 548.0
LEFT = 92.0
RIGHT = 116.0
EDGE = 12.0
AXES_WIDTH = WIDTH - LEFT - RIGHT
TEXT = 8.0
LEGEND = 24.0
_LEGEND_LEADING = 13.5
_TITLE, _SUBTITLE, _FOOT = 12.0, 9.0, 7.5
_TITLE_LEADING, _SUBTITLE_LEADING, _FOOT_LEADING = 16.0, 12.5, 10.5
_ABOVE_FOOT = 8.0
_MOST_TITLE_LINES = 6
_SLACK = 0.95  # letters grow a little wider when they are fitted to pixels
_POINTS_PER_INCH = 72.0


class DescribedFigure(Figure):
    """A Matplotlib figure that can tell what it shows to readers who cannot see it.

    `title_text`, `description` and `foot` are plain text; the first two go into the SVG as
    `<title>` and `<desc>`. `data` is a table of what is drawn, a row for each mark: None where a
    figure has none.
    """

    title_text: str = ""
    description: str = ""
    foot: str = ""
    data: pandas.DataFrame | None = None


def legend_height(entries: int, columns: int = 3) -> float:
    """Return how many points a legend takes: `LEGEND` for its first row, less for the others."""
    return LEGEND + _LEGEND_LEADING * (-(-entries // columns) - 1)


@dataclass(frozen=True)
class Words:
    """The lines of text of a figure, wrapped to the width of the sheet.

    Texts are shown as they are: nothing in them is read as a formula or as markup.
    """

    title: str
    subtitle: str = ""
    foot: str = ""
    title_lines: list[str] = field(init=False)
    subtitle_lines: list[str] = field(init=False)
    foot_lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        width = _SLACK * (WIDTH - 2 * EDGE)
        lines = {
            "title_lines": wrap(self.title, width, _TITLE, "bold", most_lines=_MOST_TITLE_LINES),
            "subtitle_lines": wrap(self.subtitle, width, _SUBTITLE),
            "foot_lines": wrap(self.foot, width, _FOOT),
        }
        for name, wrapped in lines.items():
            object.__setattr__(self, name, wrapped)

    @property
    def height(self) -> float:
        """Points that head and foot take together."""
        head = _TITLE_LEADING * len(self.title_lines) + _SUBTITLE_LEADING * len(self.subtitle_lines)
        return head + _ABOVE_FOOT + _FOOT_LEADING * len(self.foot_lines)


@dataclass
class Sheet:
    """Blocks of a figure from the top down; `used` is how many points are taken so far."""

    figure: DescribedFigure
    words: Words
    height: float
    used: float = EDGE

    @classmethod
    def begun(cls, words: Words, body: float) -> Sheet:
        """Return a sheet with its head written and room for a body of that many points."""
        height = 2 * EDGE + words.height + body
        size = (WIDTH / _POINTS_PER_INCH, height / _POINTS_PER_INCH)
        sheet = cls(DescribedFigure(figsize=size, dpi=100, facecolor="white"), words, height)
        sheet.lines(words.title_lines, _TITLE, _TITLE_LEADING, weight="bold")
        sheet.lines(words.subtitle_lines, _SUBTITLE, _SUBTITLE_LEADING, color=QUIET_INK)
        return sheet

    def finished(self, description: str, data: pandas.DataFrame | None = None) -> DescribedFigure:
        """Write the foot and return the figure with what it tells to those who cannot see it."""
        self.skip(_ABOVE_FOOT)
        self.lines(self.words.foot_lines, _FOOT, _FOOT_LEADING, color=QUIET_INK)
        self.figure.title_text = plain(self.words.title)
        self.figure.description = plain(description)
        self.figure.foot = plain(self.words.foot)
        self.figure.data = data
        return self.figure

    def legend(self, entries: Sequence[Artist], columns: int = 3) -> None:
        """Write a legend at the left edge; it takes the points of `legend_height`."""
        self.figure.legend(
            handles=list(entries),
            loc="upper left",
            bbox_to_anchor=(EDGE / WIDTH, 1.0 - (self.used + 3.0) / self.height),
            ncols=columns,
            fontsize=TEXT,
            frameon=False,
            borderaxespad=0.0,
            borderpad=0.0,
            handlelength=1.8,
            columnspacing=1.6,
        )
        self.skip(legend_height(len(entries), columns))

    def skip(self, points: float) -> None:
        """Leave `points` of space."""
        self.used += points

    def lines(self, lines: Sequence[str], size: float, leading: float, **style: Any) -> None:
        """Write lines of text one below the other, from the left edge."""
        for line in lines:
            self.text(EDGE, line, size, va="top", **style)
            self.used += leading

    def block(
        self, x: float, lines: Sequence[str], size: float, leading: float, **style: Any
    ) -> None:
        """Write lines `x` points from the left, from the height reached so far, and stay there."""
        for row, line in enumerate(lines):
            place = (x / WIDTH, 1.0 - (self.used + row * leading) / self.height)
            self.figure.text(*place, line, fontsize=size, va="top", **style)

    def text(self, x: float, line: str, size: float, **style: Any) -> Text:
        """Write one line at `x` points from the left, at the height reached so far."""
        place = (x / WIDTH, 1.0 - self.used / self.height)
        return self.figure.text(*place, line, fontsize=size, **style)

    def axes(self, height: float, **options: Any) -> Axes:
        """Add axes of this height between the left and the right margin, below what is there."""
        axes = self.panel(LEFT, AXES_WIDTH, height, **options)
        self.used += height
        return axes

    def panel(
        self, left: float, width: float, height: float, below: float = 0.0, **options: Any
    ) -> Axes:
        """Add axes `left` points from the left, `below` the height reached so far; stay there."""
        bottom = self.height - self.used - below - height
        box = (left / WIDTH, bottom / self.height, width / WIDTH, height / self.height)
        axes: Axes = self.figure.add_axes(box, **options)
        return axes
