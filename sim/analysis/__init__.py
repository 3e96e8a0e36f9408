"""Survival statistics from integer life tables; reads arrays and tables, never the model."""

from sim.analysis.bands import PERCENTS, PathCounts, bands_table
from sim.analysis.compared import IndependentTables, against, followed_through
from sim.analysis.comparisons import comparison_table, difference_curve_table, pairing_words
from sim.analysis.curves import Curves, SurvivalCurves, curves, survival_curves
from sim.analysis.difference_bands import (
    DIFFERENCE_BAND_NAMES,
    DifferenceBand,
    difference_band,
)
from sim.analysis.differences import (
    ending_differences,
    incidence_differences,
    restricted_mean_differences,
    restricted_mean_ratios,
    survival_differences,
    time_lost_differences,
)
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
from sim.analysis.gray import gray_test
from sim.analysis.hazards import ALL_CAUSES, age_bands, hazards_table
from sim.analysis.intervals import clopper_pearson, mid_p
from sim.analysis.life_table import LifeTable, life_table, merge
from sim.analysis.life_tables import LifeTables, life_tables
from sim.analysis.limits import incidence_limits, survival_limits
from sim.analysis.mixture import Mixture, mixture
from sim.analysis.multiplicity import holm, shared_level, verdicts
from sim.analysis.pairs import PairTables, pair_tables
from sim.analysis.planner import (
    exact_runs_for_share,
    runs_for_band,
    runs_for_median,
    runs_for_milestone,
    runs_for_restricted_mean,
    runs_for_share,
)
from sim.analysis.point_tables import durations_of_points, incidence_of_points, milestones_of_points
from sim.analysis.quantiles import medians, quantile_limits, quantiles
from sim.analysis.ranks import (
    GroupTest,
    HazardRatio,
    Pairwise,
    hazard_ratio,
    log_rank,
    pairwise_log_rank,
)
from sim.analysis.redrawn import RedrawnPairs, redrawn_pairs
from sim.analysis.restricted import RestrictedTimes, restricted_times
from sim.analysis.sequential import (
    Verdict,
    level_at_look,
    look_at_milestone,
    look_at_restricted_mean,
    look_at_share,
    precise_means,
    precise_points,
    time_uniform,
)
from sim.analysis.simultaneous import BAND_NAMES, Band, incidence_band, survival_band
from sim.analysis.sums import Differences, Ratios
from sim.analysis.swaps import SwapTest, swap_test
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
    "ALL_CAUSES",
    "BAND_NAMES",
    "DIFFERENCE_BAND_NAMES",
    "METHOD_NAMES",
    "MILESTONES",
    "PERCENTS",
    "Band",
    "Curves",
    "DifferenceBand",
    "Differences",
    "GroupTest",
    "HazardRatio",
    "IndependentTables",
    "LifeTable",
    "LifeTables",
    "Method",
    "Mixture",
    "PairTables",
    "Pairwise",
    "PathCounts",
    "Ratios",
    "RedrawnPairs",
    "RestrictedMean",
    "RestrictedTimes",
    "SurvivalCurves",
    "SwapTest",
    "Uncertainty",
    "Verdict",
    "against",
    "age_bands",
    "bands_table",
    "clopper_pearson",
    "comparison_table",
    "curves",
    "default_method",
    "difference_band",
    "difference_curve_table",
    "durations_of_points",
    "ending_differences",
    "endings_table",
    "exact_runs_for_share",
    "followed_through",
    "gray_test",
    "hazard_ratio",
    "hazards_table",
    "holm",
    "incidence",
    "incidence_band",
    "incidence_differences",
    "incidence_limits",
    "incidence_of_points",
    "incidence_table",
    "level_at_look",
    "life_table",
    "life_table_of_runs",
    "life_table_of_survival",
    "life_tables",
    "log_rank",
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
    "pair_tables",
    "pairing_words",
    "pairwise_log_rank",
    "precise_means",
    "precise_points",
    "quantile",
    "quantile_interval",
    "quantile_limits",
    "quantiles",
    "redrawn_pairs",
    "restricted_mean",
    "restricted_mean_differences",
    "restricted_mean_ratios",
    "restricted_times",
    "runs_for_band",
    "runs_for_median",
    "runs_for_milestone",
    "runs_for_restricted_mean",
    "runs_for_share",
    "shared_level",
    "survival",
    "survival_band",
    "survival_curves",
    "survival_differences",
    "survival_interval",
    "survival_limits",
    "survival_table",
    "swap_test",
    "time_lost_differences",
    "time_uniform",
    "verdicts",
    "why_table",
]
