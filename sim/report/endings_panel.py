"""The strip below the curve: how truces have ended by each day, stacked, with labels beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.endings import CAUSES, ENDINGS, HOLDING, Ending
from sim.report.appearance import PAPER, QUIET_INK, appearance_of
from sim.report.day_axis import visible_days
from sim.report.wording import percent

SMALLEST_STEP = 0.005
"""Steps of the strip under half a percent of its height (less than half a point) are joined."""

_TEXT = 8.0
_LABEL_DISTANCE = 10.0


@dataclass(frozen=True)
class Layer:
    """One area of the stack: its ending, its edges on every day, and its share on the last day.

    `bottom` and `top` have shape [days]; all three lie in 0..1.
    """

    ending: Ending
    bottom: NDArray[np.float64]
    top: NDArray[np.float64]
    share: float

    @property
    def label(self) -> str:
        """The words beside the area."""
        return "Still holding" if self.ending.code == HOLDING else self.ending.label


def stack(shares: pandas.DataFrame) -> list[Layer]:
    """Return the layers from the bottom up: endings in order of precedence, still holding on top.

    `shares` is an incidence table. Layers with no share on the last day are left out.
    """
    layers, floor = [], np.zeros(len(shares))
    for ending in (*sorted(CAUSES, key=lambda cause: cause.precedence), ENDINGS[HOLDING]):
        share = shares[ending.name].to_numpy(np.float64)
        layers.append(Layer(ending, floor, floor + share, float(share[-1])))
        floor = floor + share
    return [layer for layer in layers if layer.share > 0]


def draw_endings(axes: Axes, shares: pandas.DataFrame) -> None:
    """Draw the stack and its labels."""
    known = shares[shares[ENDINGS[HOLDING].name].notna()]
    days = known["day"].to_numpy(np.int64)
    layers = stack(known)
    for layer in layers:
        if layer.ending.code != HOLDING:
            _draw_layer(axes, days, layer)
    axes.set_ylim(0.0, 1.0)
    axes.set_yticks([0, 0.5, 1.0], ["0 %", "50 %", "100 %"])
    axes.set_ylabel("How they\nended", fontsize=_TEXT)
    _label_layers(axes, int(days[-1]) + 1, layers)


def spread(places: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """Move sorted places apart until neighbours are `distance` apart, as little as is simple.

    All stay between `low` and `high` as long as there is room for them.
    """
    moved = list(places)
    for i in range(len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + distance if i else low)
    ceiling = max(high, low + distance * (len(moved) - 1))
    for i in reversed(range(len(moved))):
        moved[i] = min(moved[i], moved[i + 1] - distance if i + 1 < len(moved) else ceiling)
    return moved


def _draw_layer(axes: Axes, days: NDArray[np.int64], layer: Layer) -> None:
    kept = visible_days(np.stack([layer.bottom, layer.top]), SMALLEST_STEP)
    look = appearance_of(layer.ending.name)
    axes.fill_between(
        np.append(days[kept], days[-1] + 1),
        np.append(layer.bottom[kept], layer.bottom[-1]),
        np.append(layer.top[kept], layer.top[-1]),
        step="post",
        facecolor=look.colour,
        hatch=look.hatch,
        edgecolor=PAPER,
        linewidth=0.5,
    )


def _label_layers(axes: Axes, edge: int, layers: Sequence[Layer]) -> None:
    """Write each label beside its area, moved apart where areas are thin, with a thin leader."""
    height = axes.get_window_extent().height * 72.0 / axes.figure.dpi
    middles = [height * (layer.top[-1] + layer.bottom[-1]) / 2.0 for layer in layers]
    places = spread(middles, _LABEL_DISTANCE, 0.0, height)
    for layer, middle, place in zip(layers, middles, places, strict=True):
        axes.annotate(
            f"{layer.label} {percent(layer.share)}",
            (edge, middle / height),
            xytext=(12, place - middle),
            textcoords="offset points",
            va="center",
            fontsize=_TEXT,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": QUIET_INK,
                "linewidth": 0.6,
                "shrinkA": 1,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
        )
