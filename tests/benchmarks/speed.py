"""The compiled engine against Mesa: the same model, the same runs, one core."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import mesa
from mesa.batchrunner import batch_run

from sim.ensemble import run_ensemble, theatre_of_records
from sim.model import TruceModel
from sim.scenario import Scenario
from tests.benchmarks.pairs import Comparison, compared, core_seconds
from tests.benchmarks.phases import agents_per_day
from tests.benchmarks.sizes import Sizes
from tests.benchmarks.table import Row, Target, at_least
from tests.worlds import REFERENCE

FASTER = at_least(100)
SEED = 1


class CollectingModel(TruceModel):
    """The model as a user of `mesa.batch_run` would write it: with a data collector."""

    def __init__(self, case: Scenario, run: int, seed: int = SEED) -> None:
        super().__init__(case, seed=seed, run=run)
        self.datacollector = mesa.DataCollector(
            model_reporters={"ending": "ending", "outrage": lambda model: model.state.outrage}
        )

    def step(self) -> None:
        """Run one day and collect."""
        super().step()
        self.datacollector.collect(self)


def speed_rows(sizes: Sizes) -> list[Row]:
    """Compare the compiled engine with stepping and with `mesa.batch_run`."""
    agent_days = sum(agent_days_of(run) for run in range(sizes.stepped_runs))
    stepped = compared(
        lambda: compiled_time(sizes.compiled_runs),
        lambda: stepping_time(sizes.stepped_runs) / agent_days,
        sizes.pairs,
    )
    built = compared(
        lambda: compiled_time(sizes.compiled_runs),
        lambda: core_seconds(lambda: build_and_step(sizes.stepped_runs)) / agent_days,
        sizes.pairs,
    )
    batched = compared(
        lambda: compiled_time(sizes.compiled_runs),
        lambda: core_seconds(lambda: batch(sizes.stepped_runs)) / agent_days,
        sizes.pairs,
    )
    return [
        rate_row("compiled ensemble", stepped.fast),
        rate_row("TruceModel.step in a loop", stepped.slow),
        rate_row("mesa.batch_run", batched.slow),
        ratio_row("compiled / TruceModel.step", stepped, FASTER),
        ratio_row("compiled / TruceModel built and stepped", built),
        ratio_row("compiled / mesa.batch_run", batched, FASTER),
    ]


def rate_row(what: str, times: tuple[float, ...]) -> Row:
    """Return how many agent-days go by in a second, at the median of the times."""
    return Row(f"{what}, one core", 1 / median(times), "agent-days/s", raw={"seconds": times})


def ratio_row(what: str, comparison: Comparison, target: Target | None = None) -> Row:
    """Return how many times faster the compiled engine is."""
    return Row(what, comparison.ratio, "times", comparison.spread, target, comparison.raw())


def compiled_time(runs: int) -> float:
    """Return seconds per agent-day of an ensemble, from the scenario to the rows."""
    rows: list[Any] = []
    seconds = core_seconds(lambda: rows.append(run_ensemble(REFERENCE, runs, seed=SEED, workers=1)))
    return seconds / (rows[0]["days"].sum() * agents_per_day(REFERENCE))


def stepping_time(runs: int) -> float:
    """Return the seconds that stepping takes; building the models is not counted."""
    models = [TruceModel(REFERENCE, seed=SEED, run=run) for run in range(runs)]
    return core_seconds(lambda: [step_through(model) for model in models])


def build_and_step(runs: int) -> None:
    """Build the model of each run and step it."""
    for run in range(runs):
        step_through(TruceModel(REFERENCE, seed=SEED, run=run))


def step_through(model: TruceModel) -> None:
    """Step a model to its end."""
    while model.running:
        model.step()


def batch(runs: int) -> list[dict[str, Any]]:
    """Run the batch, and leave the start method of processes as it was: `batch_run` sets it."""
    before = multiprocessing.get_start_method(allow_none=True)
    try:
        return batch_run(
            CollectingModel,
            {"case": REFERENCE, "run": range(runs)},
            number_processes=1,
            rng=SEED,
            max_steps=REFERENCE.horizon_days,
            display_progress=False,
        )
    finally:
        multiprocessing.set_start_method(before, force=True)


def agent_days_of(run: int) -> int:
    """Return the sum over days of the agents that Mesa steps: the state, brokers and groups."""
    model, agent_days = TruceModel(REFERENCE, seed=SEED, run=run), 0
    while model.running:
        agent_days += len(model.agents)
        model.step()
    return agent_days


def point_rows(sizes: Sizes) -> list[Row]:
    """Time what each point of a sweep costs before its first run."""
    cases = [changed(n / sizes.points) for n in range(sizes.points)]
    models = [TruceModel(case, opened=False) for case in cases]
    times = {
        "Scenario.with_": middle(lambda n: changed(n / sizes.points), sizes.points),
        "TruceModel(opened=False)": middle(
            lambda n: TruceModel(cases[n], opened=False), sizes.points
        ),
        "theatre_of_records": middle(lambda n: theatre_of_records(models[n].theatre), sizes.points),
    }
    whole = Row("setting up a point of a sweep", sum(times.values()), "ms", raw=times)
    return [whole, *(Row(f"  {name}", value, "ms") for name, value in times.items())]


def changed(monitoring: float) -> Scenario:
    """Return a point of a sweep over one parameter."""
    return REFERENCE.with_(**{"truce.monitoring": monitoring})


def middle(work: Callable[[int], object], times: int) -> float:
    """Return the median milliseconds of one core over calls of some work, each with its number."""
    return median(core_seconds(partial(work, n)) for n in range(times)) * 1e3
