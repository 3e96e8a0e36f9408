"""Regression on integer life tables: what makes truces end sooner, and by how much.

All models read counts by point, cause and day, so the work does not grow with the number of runs;
`cox_of_runs` alone looks at single runs. Effects come with limits; p-values only when asked for.
Limits measure Monte-Carlo error, or with clusters the spread between points. Neither says how far
the model is from the world.
"""

from sim.analysis.regression.baseline import BANDS
from sim.analysis.regression.choice import compare_models
from sim.analysis.regression.covariates import indicators
from sim.analysis.regression.cox import CoxFit, cox
from sim.analysis.regression.cox_rows import cox_of_runs
from sim.analysis.regression.cure import never_ending
from sim.analysis.regression.distributions import Distribution
from sim.analysis.regression.effects import Effects
from sim.analysis.regression.grouped import GroupedFit, grouped
from sim.analysis.regression.parametric import parametric
from sim.analysis.regression.parametric_fit import ParametricFit
from sim.analysis.regression.piecewise import PiecewiseFit, piecewise_exponential
from sim.analysis.regression.proportionality import Proportionality, proportionality
from sim.analysis.regression.subdistribution import subdistribution

__all__ = [
    "BANDS",
    "CoxFit",
    "Distribution",
    "Effects",
    "GroupedFit",
    "ParametricFit",
    "PiecewiseFit",
    "Proportionality",
    "compare_models",
    "cox",
    "cox_of_runs",
    "grouped",
    "indicators",
    "never_ending",
    "parametric",
    "piecewise_exponential",
    "proportionality",
    "subdistribution",
]
