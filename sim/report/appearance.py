"""How figures look: one style, one colour and hatch per ending, and nothing global changed.

The colours keep more than 3:1 contrast on white, can be told apart by readers with
colour-blindness, and alternate between dark and light, so that neighbours in a stack differ in grey
print as well. They start from the set of Okabe & Ito 2008, Color Universal Design.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib

from sim.endings import CAUSES

INK = "#1A1A1A"
QUIET_INK = "#595959"
BAND_FILL = "#D4D4D4"
BAND_EDGE = "#767676"
GRID = "#E4E4E4"
PAPER = "#FFFFFF"

STYLE: dict[Any, object] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial", "Helvetica"],
    "font.size": 8.0,
    "text.color": INK,
    "text.parse_math": False,
    "text.usetex": False,
    "axes.edgecolor": QUIET_INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": QUIET_INK,
    "ytick.color": QUIET_INK,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "truce-sim",
    "pdf.fonttype": 42,
}

_COLOURS = ("#D55E00", "#004D80", "#CC79A7", "#595959", "#009E73", "#5D3A9B", "#E66101")
_HATCHES = ("", "///", "", "", "\\\\\\", "xx")


@dataclass(frozen=True)
class Appearance:
    """How the area of one ending is filled: an RGB colour and a hatch in white ("" for none)."""

    colour: str
    hatch: str


def appearance_of(ending_name: str) -> Appearance:
    """Return the fill of an ending by its place in the registry; new endings get the next one.

    Errors: `ValueError` when no ending that ends a truce has this name.
    """
    place = [cause.name for cause in CAUSES].index(ending_name)
    return Appearance(_COLOURS[place % len(_COLOURS)], _HATCHES[place % len(_HATCHES)])


@dataclass(frozen=True)
class LineLook:
    """How a curve is told from others: an RGB colour, a line type (Matplotlib's) and a symbol."""

    colour: str
    dashes: Any
    symbol: str


LINE_LOOKS: tuple[LineLook, ...] = (
    LineLook(INK, "solid", "o"),
    LineLook("#D55E00", (0, (6, 1.6)), "s"),
    LineLook("#0072B2", (0, (3, 1.2)), "^"),
    LineLook("#CC79A7", (0, (7, 1.4, 1.4, 1.4)), "D"),
    LineLook("#6B3E00", (0, (1.4, 1.2)), "v"),
    LineLook("#009E73", (0, (7, 1.4, 1.4, 1.4, 1.4, 1.4)), "P"),
)
"""The looks of curves, in the order in which they are given out; neighbours differ in grey."""


@contextmanager
def house_style() -> Iterator[None]:
    """Apply the style of the project for a while; the reader's own settings come back unchanged."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        yield
