"""Survival statistics from integer life tables; reads arrays and tables, never the model."""

from sim.analysis.bands import PERCENTS, PathCounts, bands_table
from sim.analysis.estimates import (
    METHOD_NAMES,
    Method,
    RestrictedMean,
    default_method,
    incidence,
    median,
    quantile,
    quantile_interval,
    restricted_mean,
    survival,
    survival_interval,
)
from sim.analysis.intervals import clopper_pearson, mid_p
from sim.analysis.life_table import LifeTable, life_table, merge
from sim.analysis.life_tables import LifeTables, life_tables
from sim.analysis.tables import (
    MILESTONES,
    endings_table,
    incidence_table,
    life_table_of_runs,
    life_table_of_survival,
    milestones_table,
    survival_table,
    why_table,
)

__all__ = [
    "METHOD_NAMES",
    "MILESTONES",
    "PERCENTS",
    "LifeTable",
    "LifeTables",
    "Method",
    "PathCounts",
    "RestrictedMean",
    "bands_table",
    "clopper_pearson",
    "default_method",
    "endings_table",
    "incidence",
    "incidence_table",
    "life_table",
    "life_table_of_runs",
    "life_table_of_survival",
    "life_tables",
    "median",
    "merge",
    "mid_p",
    "milestones_table",
    "quantile",
    "quantile_interval",
    "restricted_mean",
    "survival",
    "survival_interval",
    "survival_table",
    "why_table",
]
