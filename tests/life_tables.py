"""Life tables for tests: from lists of runs, from a drawn sample, from published data."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from sim.analysis import LifeTable, LifeTables, life_table

HORIZON = 9
CAUSES = 3
Run = tuple[int, int]
"""A day 0..HORIZON and the code of an ending, 0 for holding."""

RUNS = st.lists(st.tuples(st.integers(0, HORIZON), st.integers(0, CAUSES)), min_size=1, max_size=25)
POINTS = st.lists(RUNS, min_size=1, max_size=5)


def one(runs: Sequence[Run]) -> LifeTable:
    days, codes = np.array(runs, dtype=np.int64).T
    return life_table(days, codes, HORIZON, CAUSES)


def many(points: Sequence[Sequence[Run]]) -> LifeTables:
    return together([one(runs) for runs in points])


def together(tables: Sequence[LifeTable]) -> LifeTables:
    return LifeTables(
        np.stack([table.ended for table in tables]),
        np.stack([table.censored for table in tables]),
        tuple(range(len(tables))),
    )


def held_to_the_horizon(runs: Sequence[Run]) -> list[Run]:
    """The same runs with none cut short."""
    return [(day if code else HORIZON, code) for day, code in runs]


def geometric(
    points: int,
    runs: int,
    days: int,
    risk: float,
    causes: int = 2,
    cut_short: float = 0.0,
    seed: int = 1,
) -> LifeTables:
    """Points whose truces end with the same risk every day from day 1, each cause as often.

    A share of the runs is cut short, on a day that is drawn evenly.
    """
    luck = np.random.default_rng(seed)
    shape = (points, runs)
    ends = luck.geometric(risk, shape)
    cause = luck.integers(0, causes, shape)
    drawn = luck.integers(0, days, shape)
    stops = np.where(luck.random(shape) < cut_short, drawn, days - 1)
    held, day = ends > stops, np.minimum(ends, stops)
    point = np.broadcast_to(np.arange(points)[:, np.newaxis], shape)
    ended = np.zeros((points, causes, days), np.int64)
    censored = np.zeros((points, days), np.int64)
    np.add.at(ended, (point[~held], cause[~held], day[~held]), 1)
    np.add.at(censored, (point[held], day[held]), 1)
    return LifeTables(ended, censored, tuple(range(points)))


def published(name: str) -> dict[str, np.ndarray]:
    """A data set that comes with R's survival package, columns of whole numbers."""
    from survival import datasets

    columns = getattr(datasets, f"load_{name}")()
    return {
        column: np.array([-1 if value is None else value for value in values])
        for column, values in columns.items()
    }
