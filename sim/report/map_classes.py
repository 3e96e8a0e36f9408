"""Classes of a map: round limits, and a colour for each, from light for low to dark for high.

Colours come from cividis, which readers with colour-blindness see as others do and which keeps its
order in grey (Nunez, Anderton & Renslow 2018, PLoS ONE 13:e0199239).
"""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.colors import to_hex, to_rgb
from numpy.typing import NDArray

from sim.report.appearance import INK, PAPER
from sim.report.number_axis import round_ticks

MOST_CLASSES = 8


@dataclass(frozen=True)
class Classes:
    """Limits between classes, round and rising, and the colours between them."""

    limits: list[float]
    colours: list[str]

    def place(self, value: float) -> int:
        """Return the class of a value; a value on a limit belongs to the class above."""
        return int(np.clip(np.searchsorted(self.limits, value, "right") - 1, 0, len(self) - 1))

    def __len__(self) -> int:
        return len(self.colours)

    @property
    def inner(self) -> list[float]:
        """The limits with a class on either side: where contour lines run."""
        return self.limits[1:-1]


def classes_of(values: NDArray[np.float64]) -> Classes:
    """Return classes that hold all values; nan are passed over."""
    known = values[~np.isnan(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    limits = round_ticks(low, high, MOST_CLASSES - 2)
    many = len(limits) - 1
    ramp = matplotlib.colormaps["cividis"]
    shades = np.linspace(0.97, 0.05, many) if many > 1 else [0.75]
    return Classes(limits, [to_hex(ramp(float(shade))) for shade in shades])


def ink_on(colour: str) -> str:
    """Return black or white, whichever can be read better on a colour."""
    return max((INK, PAPER), key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0..1, as WCAG 2 defines it."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(colour)
    ]
    return float(np.dot([0.2126, 0.7152, 0.0722], parts))
