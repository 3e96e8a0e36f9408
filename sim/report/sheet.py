"""The sheet of paper a figure is drawn on: blocks stacked from the top, measured in points.

Every block has a fixed height, so that nothing can overlap whatever the data or the title; the
sheet grows with the number of lines of text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

WIDTH = 548.0
LEFT = 92.0
RIGHT = 116.0
EDGE = 12.0
_POINTS_PER_INCH = 72.0


class DescribedFigure(Figure):
    """A Matplotlib figure that knows its title and its description for readers who cannot see it.

    Both are plain text and go into the SVG as `<title>` and `<desc>`.
    """

    title_text: str = ""
    description: str = ""


@dataclass
class Sheet:
    """Blocks of a figure from the top down; `used` is how many points are taken so far."""

    figure: DescribedFigure
    height: float
    used: float = EDGE

    @classmethod
    def of_height(cls, height: float) -> Sheet:
        """Return an empty sheet, `height` points high."""
        size = (WIDTH / _POINTS_PER_INCH, height / _POINTS_PER_INCH)
        figure = DescribedFigure(figsize=size, dpi=100, facecolor="white")
        return cls(figure, height)

    def skip(self, points: float) -> None:
        """Leave `points` of space."""
        self.used += points

    def lines(self, lines: Sequence[str], size: float, leading: float, **style: Any) -> None:
        """Write lines of text one below the other, from the left edge."""
        for line in lines:
            self.text(EDGE, line, size, va="top", **style)
            self.used += leading

    def text(self, x: float, line: str, size: float, **style: Any) -> Text:
        """Write one line at `x` points from the left, at the height reached so far."""
        place = (x / WIDTH, 1.0 - self.used / self.height)
        return self.figure.text(*place, line, fontsize=size, **style)

    def axes(self, height: float, **options: Any) -> Axes:
        """Add axes of this height between the left and the right margin, below what is there."""
        bottom = 1.0 - (self.used + height) / self.height
        box = (LEFT / WIDTH, bottom, AXES_WIDTH / WIDTH, height / self.height)
        self.used += height
        axes: Axes = self.figure.add_axes(box, **options)
        return axes


AXES_WIDTH = WIDTH - LEFT - RIGHT
