"""Whatever stands in a study, it is read or refused in words."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.resolved import yaml_value
from sim.sweep import Study
from sim.sweep.reading import KEYS

WORDS = st.sampled_from(
    [*KEYS, "all", "base", "ttp_2021", "grid", "sobol", "morris", "points", "name", "from", "to",
     "steps", "uniform", "normal", "beta", "choice", "weights", "same_as", "mean", "sd", "low",
     "high", "a", "b", "truce.opacity", "truce.term_days", "groups.0.trust", "truce.ratified",
     "table", "file", "levels", "shocks.0.day", "", "groups", "truce.opacity\n0.5"]
)  # fmt: skip
SCALARS = WORDS | st.integers(-2, 40) | st.floats(-1, 2) | st.booleans() | st.none()
NODES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(WORDS, below, max_size=4),
    max_leaves=12,
)


def flow(node: Any) -> str:
    """A value as YAML on one line."""
    if isinstance(node, dict):
        return f"{{{', '.join(f'{yaml_value(key)}: {flow(item)}' for key, item in node.items())}}}"
    if isinstance(node, list):
        return f"[{', '.join(map(flow, node))}]"
    return "null" if node is None else yaml_value(node)


def is_read_or_refused(text: str) -> None:
    try:
        study = Study.from_yaml(text)
    except ScenarioError:
        return
    assert len(set(study.points)) == len(study)
    assert Study.from_yaml(study.to_yaml()) == study


@given(st.dictionaries(st.sampled_from(KEYS), NODES))
@settings(deadline=None, max_examples=150)
def test_any_keys(content: dict[str, Any]) -> None:
    is_read_or_refused(flow({"base": "ttp_2021", **content}))


@given(NODES, NODES, st.sampled_from(["grid", "one_at_a_time", "sobol", "morris"]))
@settings(deadline=None, max_examples=150)
def test_any_forms(one: Any, other: Any, design: str) -> None:
    factors = {"truce.opacity": one, "truce.term_days": other, "groups.0.trust": [0.5]}
    is_read_or_refused(flow({"base": "ttp_2021", "design": design, "factors": factors}))


@given(st.text(max_size=80))
@settings(deadline=None, max_examples=100)
def test_any_table(text: str) -> None:
    header = "truce.opacity,groups.0.name\n"
    design = {"name": "points", "table": header + text}
    is_read_or_refused(flow({"base": "ttp_2021", "design": design}))
