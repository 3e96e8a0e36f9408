"""Survival statistics from integer life tables; reads arrays and tables, never the model."""

from sim.analysis.bands import PERCENTS, PathCounts, bands_table
from sim.analysis.compared import IndependentTables, against, followed_through
from sim.analysis.comparisons import comparison_table, difference_curve_table, pairing_words
from sim.analysis.difference_bands import (
    DifferenceBand,
    RedrawnPairs,
    difference_band,
    redrawn_pairs,
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
from sim.analysis.intervals import clopper_pearson, mid_p
from sim.analysis.life_table import LifeTable, life_table, merge
from sim.analysis.life_tables import LifeTables, life_tables
from sim.analysis.multiplicity import holm, shared_level, verdicts
from sim.analysis.pairs import PairTables, pair_tables
from sim.analysis.ranks import (
    GroupTest,
    HazardRatio,
    Pairwise,
    hazard_ratio,
    log_rank,
    pairwise_log_rank,
)
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

__all__ = [
    "METHOD_NAMES",
    "MILESTONES",
    "PERCENTS",
    "DifferenceBand",
    "Differences",
    "GroupTest",
    "HazardRatio",
    "IndependentTables",
    "LifeTable",
    "LifeTables",
    "Method",
    "PairTables",
    "Pairwise",
    "PathCounts",
    "Ratios",
    "RedrawnPairs",
    "RestrictedMean",
    "SwapTest",
    "against",
    "bands_table",
    "clopper_pearson",
    "comparison_table",
    "default_method",
    "difference_band",
    "difference_curve_table",
    "ending_differences",
    "endings_table",
    "followed_through",
    "gray_test",
    "hazard_ratio",
    "holm",
    "incidence",
    "incidence_differences",
    "incidence_table",
    "life_table",
    "life_table_of_runs",
    "life_table_of_survival",
    "life_tables",
    "log_rank",
    "median",
    "merge",
    "mid_p",
    "milestones_table",
    "pair_tables",
    "pairing_words",
    "pairwise_log_rank",
    "quantile",
    "quantile_interval",
    "redrawn_pairs",
    "restricted_mean",
    "restricted_mean_differences",
    "restricted_mean_ratios",
    "shared_level",
    "survival",
    "survival_differences",
    "survival_interval",
    "survival_table",
    "swap_test",
    "time_lost_differences",
    "verdicts",
    "why_table",
]
