"""What models of the same runs are compared by: the criteria of Akaike and Schwarz."""

from __future__ import annotations

import numpy as np


class Criteria:
    """AIC and BIC of a fit that states its runs, its parameters and its log-likelihood."""

    runs: int
    parameters: int
    log_likelihood: float

    @property
    def aic(self) -> float:
        """Akaike's criterion: twice the parameters less twice the log-likelihood."""
        return 2.0 * self.parameters - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Bayesian criterion; n is the number of runs."""
        return float(self.parameters * np.log(self.runs)) - 2.0 * self.log_likelihood
