"""The result of a parametric fit: its parameters in plain units, its curve, and its criteria."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import scipy  # loads its parts when they are first used
from numpy.typing import ArrayLike, NDArray

from sim.analysis.intervals import normal_reach
from sim.analysis.regression.covariates import Covariates
from sim.analysis.regression.criteria import Criteria
from sim.analysis.regression.effects import two_sided
from sim.analysis.regression.spells import CellModel
from sim.errors import UsageError

if TYPE_CHECKING:
    import pandas

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ParametricFit(Criteria):
    """A fitted distribution of durations; `table()` gives its parameters with limits.

    `estimates` [k] and `covariance` [k, k] are on the scale of fitting: the location at mean
    covariates, the effects of standardised covariates, then the numbers of `model.names`. The
    covariance is the inverse of the observed information. `robust` takes points as clusters, with
    the caution of `cox`; it is None for few points. `day_zero_share` is the share of runs that
    ended on day 0, apart from the distribution. `parameters` counts that too.

    `runs`, `ended` and `hazard` are as in `CoxFit`; `notes` are for the reader.
    """

    model: CellModel = field(repr=False)
    covariates: Covariates | None = field(repr=False)
    hazard: str
    runs: int
    ended: int
    estimates: Floats
    covariance: Floats = field(repr=False)
    robust: Floats | None = field(repr=False)
    parameters: int
    log_likelihood: float
    day_zero_share: float
    horizon_days: int
    notes: tuple[str, ...]

    @property
    def distribution(self) -> str:
        """The name of the distribution."""
        return self.model.family.name

    @property
    def coefficients(self) -> dict[str, float]:
        """Parameters as other programs print them: `intercept` at covariates 0, effects per unit.

        With `log_scale`, `never_ending_logit` and `q` where the model has them.
        """
        return dict(zip(self._raw_names, (self._raw @ self.estimates).tolist(), strict=True))

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors of `coefficients`, from the observed information."""
        errors = np.sqrt(np.diag(self._raw @ self.covariance @ self._raw.T))
        return dict(zip(self._raw_names, errors.tolist(), strict=True))

    @property
    def values(self) -> dict[str, float]:
        """Parameters in plain units, by the names of the table."""
        return {name: float(_moved(kind, at)) for name, kind, at, _ in self._rows(self.covariance)}

    @property
    def never_ending_share(self) -> float:
        """The share of truces that never end; 0 if the model has none."""
        return self.values.get("never_ending_share", 0.0)

    def table(self, level: float = 0.95, p_values: bool = False) -> pandas.DataFrame:
        """Return one row for each parameter, in plain units.

        Columns: parameter, estimate, lower, upper, standard_error, robust_standard_error. Days are
        those at mean covariates; "time ratio: x" is by how much one unit of x stretches durations.
        Limits come from the model's errors on the scale of fitting, so they respect the range.
        `p_values` adds p_value for the hypothesis that a time ratio is 1.

        Errors: `UsageError` when `level` is not between 0 and 1.
        """
        import pandas

        reach = normal_reach(level)
        rows = [
            {
                "parameter": name,
                "estimate": _moved(kind, at),
                "lower": min(_moved(kind, at - reach * error), _moved(kind, at + reach * error)),
                "upper": max(_moved(kind, at - reach * error), _moved(kind, at + reach * error)),
                "standard_error": _stretch(kind, at) * error,
                "robust_standard_error": _stretch(kind, at) * robust,
            }
            | ({"p_value": _p_value(name, at, error)} if p_values else {})
            for (name, kind, at, error), (*_, robust) in zip(
                self._rows(self.covariance), self._rows(self._robust_or_missing), strict=True
            )
        ]
        return pandas.DataFrame(rows)

    def survival(
        self, days: ArrayLike | None = None, covariates: Mapping[str, ArrayLike] | None = None
    ) -> Floats:
        """Return the fitted S(d) on `days` (0..H by default), at mean covariates; shape [days].

        With `covariates`, one number or array for each name, the shape is [points, days].

        Errors: `UsageError` for covariates other than those of the fit.
        """
        on = np.arange(self.horizon_days + 1.0) if days is None else np.asarray(days, dtype=float)
        location = self.estimates[0] if covariates is None else self._location(covariates)[:, None]
        curve = self.model.survival(on, location, self.estimates[self._width :])
        return np.asarray((1.0 - self.day_zero_share) * curve)

    def latent_survival_at_horizon(self) -> float:
        """Return the share not yet ended at the horizon among those that end at some time."""
        others = dict(zip(self.model.names, self.estimates[self._width :], strict=True))
        if "never_ending_logit" in others:
            others["never_ending_logit"] = -np.inf
        values = np.array(list(others.values()))
        horizon = np.array([float(self.horizon_days)])
        return float(np.max(self.model.survival(horizon, self._locations, values)))

    @property
    def _width(self) -> int:
        return 1 if self.covariates is None else 1 + len(self.covariates.names)

    @property
    def _locations(self) -> Floats:
        if self.covariates is None:
            return self.estimates[:1]
        return np.asarray(
            self.estimates[0] + self.covariates.standardised @ self.estimates[1 : self._width]
        )

    @property
    def _raw_names(self) -> tuple[str, ...]:
        names = () if self.covariates is None else self.covariates.names
        return ("intercept", *names, *self.model.names)

    @property
    def _raw(self) -> Floats:
        """The matrix that takes estimates to `coefficients`."""
        turn = np.eye(len(self.estimates))
        if self.covariates is not None:
            effects = range(1, self._width)
            turn[effects, effects] = 1.0 / self.covariates.spread
            turn[0, 1 : self._width] = -self.covariates.centre / self.covariates.spread
        return turn

    @property
    def _robust_or_missing(self) -> Floats:
        return np.full_like(self.covariance, np.nan) if self.robust is None else self.robust

    def _rows(self, covariance: Floats) -> Iterator[tuple[str, str, float, float]]:
        """Yield name, transformation, place and standard error of each parameter."""
        family = self.model.family
        errors = np.sqrt(np.diag(self._raw @ covariance @ self._raw.T))
        yield family.location, "exp", float(self.estimates[0]), float(np.sqrt(covariance[0, 0]))
        for name, at, error in list(
            zip(self._raw_names, self._raw @ self.estimates, errors, strict=True)
        )[1:]:
            if name == "log_scale":
                sign = -1.0 if family.inverse_scale else 1.0
                yield str(family.scale), "exp", sign * float(at), float(error)
            elif name == "never_ending_logit":
                yield "never_ending_share", "expit", float(at), float(error)
            elif name == "q":
                yield "q", "as it is", float(at), float(error)
            else:
                yield f"time ratio: {name}", "exp", float(at), float(error)

    def _location(self, covariates: Mapping[str, ArrayLike]) -> Floats:
        known = () if self.covariates is None else self.covariates.names
        if self.covariates is None or set(covariates) != set(known):
            raise UsageError(
                f"The fit has the covariates {', '.join(map(repr, known)) or 'none'}; these are "
                f"{', '.join(repr(name) for name in covariates)}."
            )
        columns = [np.atleast_1d(np.asarray(covariates[name], dtype=float)) for name in known]
        values = np.stack(np.broadcast_arrays(*columns), axis=1)
        standard = (values - self.covariates.centre) / self.covariates.spread
        return np.asarray(self.estimates[0] + standard @ self.estimates[1 : self._width])


def _moved(kind: str, at: float) -> float:
    """Return a parameter in plain units."""
    moves = {"exp": np.exp, "expit": scipy.special.expit, "as it is": float}
    with np.errstate(over="ignore"):  # a limit may be infinite
        return float(moves[kind](at))


def _stretch(kind: str, at: float) -> float:
    """Return the slope of `_moved`."""
    value = _moved(kind, at)
    return {"exp": value, "expit": value * (1.0 - value), "as it is": 1.0}[kind]


def _p_value(name: str, at: float, error: float) -> float:
    tested = name.startswith("time ratio")
    return float(two_sided(np.array(at / error))) if tested else float("nan")
