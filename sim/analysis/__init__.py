"""Survival statistics from integer life tables; reads arrays and tables, never the model."""

from sim.analysis.bands import PERCENTS, PathCounts, bands_table
from sim.analysis.curves import Curves, curves
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
from sim.analysis.hazards import age_bands, hazards_table
from sim.analysis.intervals import clopper_pearson, mid_p
from sim.analysis.life_table import LifeTable, life_table, merge
from sim.analysis.life_tables import LifeTables, life_tables
from sim.analysis.limits import incidence_limits, survival_limits
from sim.analysis.mixture import Mixture, mixture
from sim.analysis.planner import (
    exact_runs_for_share,
    runs_for_band,
    runs_for_median,
    runs_for_milestone,
    runs_for_restricted_mean,
    runs_for_share,
)
from sim.analysis.point_tables import (
    durations_of_points,
    incidence_of_points,
    milestones_of_points,
)
from sim.analysis.quantiles import medians, quantile_limits, quantiles
from sim.analysis.restricted import RestrictedTimes, restricted_times
from sim.analysis.sequential import (
    Verdict,
    level_at_look,
    look_at_milestone,
    look_at_restricted_mean,
    look_at_share,
    precise_points,
    time_uniform,
)
from sim.analysis.simultaneous import BAND_NAMES, Band, incidence_band, survival_band
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
from sim.analysis.uncertainty import Uncertainty

__all__ = [
    "BAND_NAMES",
    "METHOD_NAMES",
    "MILESTONES",
    "PERCENTS",
    "Band",
    "Curves",
    "LifeTable",
    "LifeTables",
    "Method",
    "Mixture",
    "PathCounts",
    "RestrictedMean",
    "RestrictedTimes",
    "Uncertainty",
    "Verdict",
    "age_bands",
    "bands_table",
    "clopper_pearson",
    "curves",
    "default_method",
    "durations_of_points",
    "endings_table",
    "exact_runs_for_share",
    "hazards_table",
    "incidence",
    "incidence_band",
    "incidence_limits",
    "incidence_of_points",
    "incidence_table",
    "level_at_look",
    "life_table",
    "life_table_of_runs",
    "life_table_of_survival",
    "life_tables",
    "look_at_milestone",
    "look_at_restricted_mean",
    "look_at_share",
    "median",
    "medians",
    "merge",
    "mid_p",
    "milestones_of_points",
    "milestones_table",
    "mixture",
    "precise_points",
    "quantile",
    "quantile_interval",
    "quantile_limits",
    "quantiles",
    "restricted_mean",
    "restricted_times",
    "runs_for_band",
    "runs_for_median",
    "runs_for_milestone",
    "runs_for_restricted_mean",
    "runs_for_share",
    "survival",
    "survival_band",
    "survival_interval",
    "survival_limits",
    "survival_table",
    "time_uniform",
    "why_table",
]
