"""Figures and their words, made from tables; importing this brings in Matplotlib."""

from sim.report.curves_figure import curves_figure
from sim.report.daily_figure import daily_figure
from sim.report.differences_figure import differences_figure
from sim.report.forest_figure import forest_figure
from sim.report.hazards_figure import hazards_figure
from sim.report.incidence_figure import incidence_figure
from sim.report.map_figure import map_figure
from sim.report.map_numbers import STATISTICS, Statistic
from sim.report.multiples_figure import multiples_figure
from sim.report.overlay_figure import overlay_figure
from sim.report.paths_figure import paths_figure
from sim.report.saving import (
    checked_picture,
    figure_files,
    picture,
    picture_files,
    save_figure,
    svg_text,
)
from sim.report.sheet import DescribedFigure
from sim.report.survival_figure import survival_figure

__all__ = [
    "STATISTICS",
    "DescribedFigure",
    "Statistic",
    "checked_picture",
    "curves_figure",
    "daily_figure",
    "differences_figure",
    "figure_files",
    "forest_figure",
    "hazards_figure",
    "incidence_figure",
    "map_figure",
    "multiples_figure",
    "overlay_figure",
    "paths_figure",
    "picture",
    "picture_files",
    "save_figure",
    "survival_figure",
    "svg_text",
]
