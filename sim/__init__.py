"""truce-sim: how long truces between a state and militant groups last, and why they end.

    >>> from sim import Scenario, simulate
    >>> ensemble = simulate(Scenario.load("ttp_2021").with_(**{"truce.monitoring": 0.8}), runs=500)
    >>> round(ensemble.survival_after(30), 1) > 0.5
    True

A sweep runs one scenario at many points and keeps what it finds in a folder:

    >>> from sim import Study
    >>> study = Study.load("leverage_and_funding")
    >>> len(study), study.runs
    (55, 1000)

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
    from sim.sweep import Study, run_study

__version__ = "0.1.0"

_HOMES = {
    "Ensemble": "sim.experiment",
    "ResultsError": "sim.errors",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.errors",
    "Study": "sim.sweep",
    "TruceError": "sim.errors",
    "TruceModel": "sim.model",
    "UsageError": "sim.errors",
    "run_study": "sim.sweep",
    "simulate": "sim.experiment",
}

__all__ = [
    "Ensemble",
    "ResultsError",
    "Scenario",
    "ScenarioError",
    "Study",
    "TruceError",
    "TruceModel",
    "UsageError",
    "__version__",
    "run_study",
    "simulate",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
