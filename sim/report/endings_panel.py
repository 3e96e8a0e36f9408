"""The strip below the curve: how truces have ended by each day, stacked, with labels beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.endings import CAUSES, ENDINGS, HOLDING, Ending
from sim.report.appearance import PAPER, appearance_of
from sim.report.end_labels import label_ends
from sim.report.step_lines import fill_steps, step_corners
from sim.report.wording import percent

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
    """Draw the stack as a strip, with its axis of shares and its labels."""
    layers = draw_stack(axes, shares)
    axes.set_yticks([0, 0.5, 1.0], ["0 %", "50 %", "100 %"])
    axes.set_ylabel("How they\nended", fontsize=_TEXT)
    labels = [f"{layer.label} {percent(layer.share)}" for layer in layers]
    label_layers(axes, layers, labels)


def draw_stack(axes: Axes, shares: pandas.DataFrame) -> list[Layer]:
    """Draw the areas of an incidence table on an axis from 0 to 1; return its layers."""
    known = shares[shares[ENDINGS[HOLDING].name].notna()]
    days = known["day"].to_numpy(np.int64)
    layers = stack(known)
    axes.set_xlim(0, int(shares["day"].iloc[-1]) + 1)
    axes.set_ylim(0.0, 1.0)
    for layer in layers:
        if layer.ending.code != HOLDING:
            _draw_layer(axes, days, layer)
    return layers


def label_layers(
    axes: Axes, layers: Sequence[Layer], labels: Sequence[str], distance: float = _LABEL_DISTANCE
) -> None:
    """Write a label beside each area, moved apart where areas are thin, with a thin leader."""
    ends = [(axes.get_xlim()[1], float(layer.top[-1] + layer.bottom[-1]) / 2) for layer in layers]
    label_ends(axes, ends, labels, distance=distance)


def _draw_layer(axes: Axes, days: NDArray[np.int64], layer: Layer) -> None:
    look = appearance_of(layer.ending.name)
    fill_steps(
        axes,
        step_corners(days, layer.bottom),
        step_corners(days, layer.top),
        facecolor=look.colour,
        hatch=look.hatch,
        edgecolor=PAPER,
        linewidth=0.5,
    )
