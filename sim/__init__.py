"""truce-sim: how long truces between a state and militant groups last, and why they end.

    >>> from sim import Scenario, simulate
    >>> ensemble = simulate(Scenario.load("ttp_2021").with_(**{"truce.monitoring": 0.8}), runs=500)
    >>> round(ensemble.survival_after(30), 1) > 0.5
    True

Nothing heavy is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.errors import ResultsError, ScenarioError, TruceError, UsageError
    from sim.experiment import Ensemble, simulate
    from sim.model import TruceModel
    from sim.scenario import Scenario

__version__ = "0.1.0"

_HOMES = {
    "Ensemble": "sim.experiment",
    "ResultsError": "sim.errors",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.errors",
    "TruceError": "sim.errors",
    "TruceModel": "sim.model",
    "UsageError": "sim.errors",
    "simulate": "sim.experiment",
}

__all__ = [
    "Ensemble",
    "ResultsError",
    "Scenario",
    "ScenarioError",
    "TruceError",
    "TruceModel",
    "UsageError",
    "__version__",
    "simulate",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
