"""Several models of the same runs side by side, by AIC and BIC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.regression.grouped import GroupedFit
from sim.analysis.regression.parametric_fit import ParametricFit
from sim.analysis.regression.piecewise import PiecewiseFit
from sim.errors import UsageError

if TYPE_CHECKING:
    import pandas

Model = ParametricFit | PiecewiseFit | GroupedFit


def compare_models(fits: Sequence[Model]) -> pandas.DataFrame:
    """Return one row per model, the best by AIC first.

    Columns: model, parameters, log_likelihood, aic, aic_above_best, bic, weight (Akaike's: shares
    that sum to 1). n of BIC is the number of runs. With very many runs even tiny misfits decide, so
    look at the fitted curves too: the best of several poor models is still poor.

    Errors: `UsageError` for no model, and for models of other runs, another hazard or another
    likelihood, whose criteria do not compare.

    Source: Burnham & Anderson 2004, Sociol. Methods Res. 33:261, doi 10.1177/0049124104268644.
    """
    import pandas

    if not fits:
        raise UsageError("There is no model to compare.")
    if len({(fit.hazard, fit.runs, _continuous(fit)) for fit in fits}) > 1:
        raise UsageError(
            "Only models of the same runs, the same ending and the same likelihood can be compared."
        )
    aic = np.array([fit.aic for fit in fits])
    weight = np.exp(-0.5 * (aic - aic.min()))
    columns = {
        "model": [_name(fit) for fit in fits],
        "parameters": [fit.parameters for fit in fits],
        "log_likelihood": [fit.log_likelihood for fit in fits],
        "aic": aic,
        "aic_above_best": aic - aic.min(),
        "bic": [fit.bic for fit in fits],
        "weight": weight / weight.sum(),
    }
    return pandas.DataFrame(columns).sort_values("aic", kind="stable", ignore_index=True)


def _name(fit: Model) -> str:
    if isinstance(fit, GroupedFit):
        return f"discrete time, {fit.link}"
    never = isinstance(fit, ParametricFit) and fit.model.cured
    return f"{fit.distribution} and never ending" if never else fit.distribution


def _continuous(fit: Model) -> bool:
    return isinstance(fit, ParametricFit) and fit.model.continuous
