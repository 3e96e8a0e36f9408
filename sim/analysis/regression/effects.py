"""Effects with their standard errors and limits, as a table; p-values only when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import scipy  # loads its parts when they are first used
from numpy.typing import NDArray

from sim.analysis.intervals import normal_reach
from sim.errors import UsageError

if TYPE_CHECKING:
    import pandas

Floats = NDArray[np.float64]
Errors = Literal["robust", "model"]

FEW_CLUSTERS = 30


@dataclass(frozen=True, eq=False)
class Effects:
    """Estimated coefficients, shape [k], on the log scale of a ratio ("hazard ratio", say).

    `covariance` [k, k] is based on the model: it holds if the covariates explain all differences
    between points. `robust` [k, k] (None without clusters) holds also if points differ in other
    ways, provided that there are many points and that they were drawn at random: the points of a
    grid are no random sample of the world.
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    robust: Floats | None
    ratio: str

    @property
    def standard_errors(self) -> Floats:
        """Standard errors based on the model; shape [k]."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    @property
    def robust_standard_errors(self) -> Floats | None:
        """Standard errors robust to what runs of one cluster have in common; shape [k]."""
        return None if self.robust is None else np.asarray(np.sqrt(np.diag(self.robust)))

    def table(
        self, level: float = 0.95, errors: Errors | None = None, p_values: bool = False
    ) -> pandas.DataFrame:
        """Return one row for each effect.

        Columns: covariate, coefficient, the ratio (its exponential) with `lower` and `upper`, both
        standard errors, and `errors`, the kind that the limits rest on: "robust" where there are
        clusters, unless told otherwise. `p_values` adds `p_value` for the hypothesis of no effect.

        Errors: `UsageError` for a level outside 0..1, or robust errors where there are none.
        """
        import pandas

        kind, deviation = self._chosen(errors)
        reach = deviation * normal_reach(level)
        at = self.coefficients
        with np.errstate(over="ignore"):  # a limit may be infinite
            ratio, lower, upper = (np.exp(place) for place in (at, at - reach, at + reach))
        columns = {
            "covariate": self.names,
            "coefficient": at,
            self.ratio.replace(" ", "_"): ratio,
            "lower": lower,
            "upper": upper,
            "standard_error": self.standard_errors,
            "robust_standard_error": _or_missing(self.robust_standard_errors, self.names),
            "errors": kind,
        }
        tested = {"p_value": two_sided(self.coefficients / deviation)} if p_values else {}
        return pandas.DataFrame(columns | tested)

    def _chosen(self, errors: Errors | None) -> tuple[str, Floats]:
        robust = self.robust_standard_errors
        if errors == "model" or (errors is None and robust is None):
            return "model", self.standard_errors
        if robust is None:
            raise UsageError("There are no robust errors: give `clusters` when fitting.")
        return "robust", robust


def two_sided(z: Floats) -> Floats:
    """Return the two-sided p-value of a standard normal statistic."""
    return np.asarray(2.0 * scipy.special.ndtr(-np.abs(z)))


def sandwich(covariance: Floats, scores: Floats) -> Floats | None:
    """Return the covariance robust to clusters, from the scores of each; shape [clusters, k].

    None if there are no more clusters than parameters, since it would be singular. There is no
    correction for few clusters, as in R's survival package.
    """
    if len(scores) <= scores.shape[1]:
        return None
    influence = scores @ covariance
    return np.asarray(influence.T @ influence)


def cluster_notes(clusters: int, parameters: int, what: str = "points") -> tuple[str, ...]:
    """Say what few clusters mean for robust errors; nothing if there are enough."""
    if clusters <= parameters:
        return (
            f"{clusters} {what} are too few for robust standard errors of {parameters} "
            "parameters; those given trust the model.",
        )
    if clusters < FEW_CLUSTERS:
        return (f"With only {clusters} {what}, robust standard errors tend to be too small.",)
    return ()


def _or_missing(values: Floats | None, names: tuple[str, ...]) -> Floats:
    return np.full(len(names), np.nan) if values is None else values
