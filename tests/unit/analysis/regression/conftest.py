"""Data sets of R's survival package, as run rows and as life tables with one point for each row."""

from dataclasses import dataclass

import numpy as np
import pytest
import survival.datasets

from sim.analysis import LifeTables, life_tables


@dataclass(frozen=True)
class Study:
    days: np.ndarray
    ended: np.ndarray
    columns: dict[str, np.ndarray]

    @property
    def tables(self) -> LifeTables:
        return life_tables(np.arange(len(self.days)), self.ended, self.days)

    def covariates(self, *names: str) -> dict[str, np.ndarray]:
        return {name: self.columns[name] for name in names}


def _numbers(values) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _study(data: dict, event: int, complete: tuple[str, ...] = ()) -> Study:
    columns = {
        name: np.array(values) if isinstance(values[0], str) else _numbers(values)
        for name, values in data.items()
    }
    kept = np.all([~np.isnan(columns[name]) for name in complete], axis=0)
    kept = np.broadcast_to(kept, columns["time"].shape)
    columns = {name: values[kept] for name, values in columns.items()}
    return Study(columns["time"].astype(int), (columns["status"] == event).astype(int), columns)


@pytest.fixture(scope="session")
def lung() -> Study:
    return _study(survival.datasets.load_lung(), 2)


@pytest.fixture(scope="session")
def lung_complete() -> Study:
    return _study(survival.datasets.load_lung(), 2, ("ph.ecog",))


@pytest.fixture(scope="session")
def lung_by_institution() -> Study:
    return _study(survival.datasets.load_lung(), 2, ("ph.ecog", "inst"))


@pytest.fixture(scope="session")
def veteran() -> Study:
    return _study(survival.datasets.load_veteran(), 1)


@pytest.fixture(scope="session")
def sweep() -> tuple[LifeTables, dict[str, np.ndarray], tuple[np.ndarray, ...]]:
    """40 points of 300 runs, hazard ratios exp(0.8 pay) and exp(-0.5 trust); also as rows."""
    rng = np.random.default_rng(7)
    points, runs, horizon = 40, 300, 120
    columns = {"pay": rng.uniform(size=points), "trust": rng.normal(size=points)}
    factor = np.exp(0.8 * columns["pay"] - 0.5 * columns["trust"])
    exact = 60 * (rng.exponential(size=(points, runs)) / factor[:, None]) ** 1.2
    endings = np.where(np.ceil(exact) <= horizon, rng.integers(1, 4, size=exact.shape), 0)
    days = np.minimum(np.ceil(exact), horizon).astype(int)
    point = np.repeat(np.arange(points), runs)
    rows = (point, endings.ravel(), days.ravel())
    return life_tables(*rows, horizon_days=horizon), columns, rows
