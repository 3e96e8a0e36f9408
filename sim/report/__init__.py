"""Figures and their words, made from tables; importing this brings in Matplotlib."""

from sim.report.paths_figure import paths_figure
from sim.report.saving import figure_files, picture_files, save_figure, svg_text
from sim.report.sheet import DescribedFigure
from sim.report.survival_figure import survival_figure

__all__ = [
    "DescribedFigure",
    "figure_files",
    "paths_figure",
    "picture_files",
    "save_figure",
    "survival_figure",
    "svg_text",
]
