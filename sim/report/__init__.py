"""Figures and their words, made from tables; importing this brings in Matplotlib."""

from sim.report.curves_figure import curves_figure
from sim.report.hazards_figure import hazards_figure
from sim.report.incidence_figure import incidence_figure
from sim.report.multiples_figure import multiples_figure
from sim.report.paths_figure import paths_figure
from sim.report.saving import figure_files, picture_files, save_figure, svg_text
from sim.report.sheet import DescribedFigure
from sim.report.survival_figure import survival_figure

__all__ = [
    "DescribedFigure",
    "curves_figure",
    "figure_files",
    "hazards_figure",
    "incidence_figure",
    "multiples_figure",
    "paths_figure",
    "picture_files",
    "save_figure",
    "survival_figure",
    "svg_text",
]
