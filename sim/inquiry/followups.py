"""The studies that a sensitivity analysis runs, made from the one it is given."""

from __future__ import annotations

from collections.abc import Sequence

from sim.scenario import Scenario
from sim.scenario.resolved import yaml_value
from sim.sweep.designs import Design, Morris, Saltelli
from sim.sweep.reading import Plan
from sim.sweep.space import Factor, Follows, Space
from sim.sweep.study import Study

LEFT_OUT = ("truce.term_days",)
"""0 means open-ended there, so the parameter has no low and high end to compare."""
RUNS = 200
SCREENING, INDICES = "screening", "indices"
"""The two stages: what is added to the title of their study, and the names of their folders."""


def of_scenario(case: Scenario, runs: int = RUNS, seed: int = 1) -> Study:
    """Return a study of all parameters of a scenario, over the ranges worth a sweep."""
    lines = [
        f"title: {yaml_value(case.title)}",
        f"runs: {runs}",
        f"seed: {seed}",
        "design: morris",
        "factors: all",
        f"except: [{', '.join(LEFT_OUT)}]",
        "base:",
        *(f"  {line}" for line in case.to_yaml().splitlines()[1:]),
    ]
    return Study.from_yaml("\n".join(lines) + "\n")


def is_spread_out(study: Study) -> bool:
    """Whether a study says from which distributions its factors are drawn, as a design that draws.

    Other studies step through a few values of a few factors; a sensitivity analysis then takes all
    parameters of their base.
    """
    return study.plan is not None and not study.plan.design.steps_through_values


def space_of(study: Study) -> Space:
    """Return the factors that a sensitivity analysis of a study varies."""
    if not is_spread_out(study):
        study = of_scenario(study.base, study.runs, study.seed)
    assert study.plan is not None
    return study.plan.space


def screening(study: Study, trajectories: int | None = None) -> Study:
    """Return the study that screens the factors: the study itself where it has this design.

    `trajectories` is the number of walks: by default that of the study, or else that of the design.
    """
    own = study.plan.design if study.plan else None
    options = own.options.model_dump() if isinstance(own, Morris) else {}
    if trajectories is not None:
        options["trajectories"] = trajectories
    return redesigned(study, space_of(study), Morris(**options), SCREENING)


def sharing(screened: Study, kept: Sequence[int], samples: int) -> Study:
    """Return the study that shares variance out among some of the free factors of a screening.

    `kept` are places among the free factors; all others stay as in the base.
    """
    assert screened.plan is not None
    design = Saltelli(samples=samples, seed=screened.plan.design.seed)
    return redesigned(screened, part_of(screened.plan.space, kept), design, INDICES)


def part_of(space: Space, kept: Sequence[int]) -> Space:
    """Return some of the free factors, in their order, with those that follow them."""
    columns = {space.free[place] for place in kept}
    staying = [
        column
        for column, factor in enumerate(space.factors)
        if (factor.spread.leader if isinstance(factor.spread, Follows) else column) in columns
    ]
    return Space(tuple(_moved(space.factors[column], staying) for column in staying))


def _moved(factor: Factor, staying: list[int]) -> Factor:
    if not isinstance(factor.spread, Follows):
        return factor
    return Factor(factor.target, Follows(staying.index(factor.spread.leader)))


def redesigned(study: Study, space: Space, design: Design, what: str) -> Study:
    """Return a study of other factors or another design, read and checked like any other.

    Errors: `ScenarioError` when points of the design are impossible in the base.
    """
    title = f"{study.title.removesuffix(f': {SCREENING}')}: {what}"
    draft = Study(
        title, study.question, study.base, study.runs, study.seed, space.paths, (),
        plan=Plan(space, design, ()),
    )  # fmt: skip
    return Study.from_yaml(draft.to_yaml())
