"""The benchmarks measure what they say; how fast anything is, no test can know."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path

import numpy as np
import pytest

from sim.behaviour import as_records
from sim.day import DAY, day
from sim.endings import HOLDING
from sim.ensemble import run_ensemble
from sim.model import TruceModel
from sim.noise import Luck, luck_of, uniform
from tests.benchmarks.__main__ import SECTIONS, main
from tests.benchmarks.analysis import Contest, Way, in_turns
from tests.benchmarks.cores import halves
from tests.benchmarks.drawn_runs import HORIZON, TERMS, drawn_runs
from tests.benchmarks.pairs import Comparison, compared
from tests.benchmarks.parts import THEMES, draws_per_agent_day, machine_code
from tests.benchmarks.phases import (
    DATE,
    PARTS,
    TURNS,
    agents_per_day,
    run_side_by_side,
    time_phases,
)
from tests.benchmarks.sizes import TINY
from tests.benchmarks.speed import agent_days_of, batch
from tests.benchmarks.table import Row, at_least, at_most, table
from tests.worlds import REFERENCE, shipped

ROWS = (
    "compiled ensemble, one core",
    "TruceModel.step in a loop, one core",
    "mesa.batch_run, one core",
    "compiled / TruceModel.step",
    "compiled / TruceModel built and stepped",
    "compiled / mesa.batch_run",
    "two threads / one, compiled",
    "two processes / one, 20 runs, compiled",
    "two processes / one, 20 runs, mesa",
    "truce --help",
    "truce run ttp_2021 --runs 20",
    "peak memory, 100 runs",
    "setting up a point of a sweep",
    "Scenario.with_",
    "TruceModel(opened=False)",
    "theatre_of_records",
    "an agent's day, compiled",
    *THEMES,
    "the rest",
    "sum of the parts",
    "sum against the whole",
    "one draw of noise",
    "draws",
    "noise",
    *(f"phase {name}" for name in PARTS),
    *(
        f"{what}, ours / {other}"
        for what in (
            "Kaplan-Meier of 3,000 runs",
            "Kaplan-Meier of 10 points x 300 runs",
            "Aalen-Johansen, 5 causes, 3,000 runs",
            "log-rank, 10 groups of 300",
            "Cox, 5 covariates of 3,000 runs",
            "Cox, 5 covariates of 10 points x 300 runs",
        )
        for other in ("statsmodels", "survival")
    ),
    "all curves of 10 points",
)


def test_every_row_is_printed_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "numbers.json"
    assert main(["--json", str(out)], sizes=TINY) == 0
    printed = capsys.readouterr().out.splitlines()
    headings = next(n for n, line in enumerate(printed) if line.startswith("what "))
    names = [
        line[: printed[headings].index("value")].strip() for line in printed[headings + 1 : -2]
    ]
    assert names == list(ROWS)
    written = json.loads(out.read_text())
    assert [row["what"].strip() for row in written["rows"]] == list(ROWS)
    assert {"processor", "cores", "Python", "mesa", "numba", "numpy"} <= written["machine"].keys()
    speeds = {row["what"]: row["value"] for row in written["rows"]}
    assert speeds["compiled ensemble, one core"] > speeds["mesa.batch_run, one core"] > 0


@pytest.mark.parametrize(
    ("value", "strict", "code"), [(99, True, 1), (99, False, 0), (101, True, 0)]
)
def test_only_strictness_turns_a_missed_target_into_a_failure(
    value: float,
    strict: bool,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = Row("ratio", value, "times", target=at_least(100))
    monkeypatch.setattr("tests.benchmarks.__main__.SECTIONS", (speed_rows := lambda sizes: [row],))
    speed_rows.__name__ = "speed_rows"
    assert main(["--strict"] if strict else []) == code
    assert f"{int(value < 100)} of 1 targets missed" in capsys.readouterr().out


def test_the_table_is_aligned_and_says_which_targets_hold() -> None:
    rows = [
        Row("fast", 250.4, "times", "200 to 300 in 5 pairs", at_least(100)),
        Row("slow one", 99, "times", target=at_least(100)),
        Row("late", 0.5, "s", target=at_most(0.3)),
        Row("plain", 1234567, "ns"),
    ]
    assert table(rows).splitlines() == [
        "what      value                              target  holds?",
        "fast      250 times (200 to 300 in 5 pairs)  >= 100  yes",
        "slow one  99 times                           >= 100  below",
        "late      0.5 s                              <= 0.3  above",
        "plain     1,234,567 ns",
    ]
    assert [row.as_json()["holds"] for row in rows] == [True, False, False, None]


def test_pairs_are_timed_in_turns_after_one_unmeasured_call_of_each() -> None:
    called: list[str] = []
    fast, slow = iter((9.0, 1.0, 2.0, 1.0)), iter((9.0, 100.0, 100.0, 300.0))
    comparison = compared(
        lambda: called.append("fast") or next(fast), lambda: called.append("slow") or next(slow), 3
    )
    assert called == ["fast", "slow"] * 4
    assert comparison == Comparison((1.0, 2.0, 1.0), (100.0, 100.0, 300.0))
    assert comparison.ratios == [100.0, 50.0, 300.0]
    assert (comparison.ratio, comparison.spread) == (100.0, "50 to 300 in 3 pairs")


def test_the_timed_phases_are_those_of_the_day_in_their_order() -> None:
    names = [phase.__name__ for phase in DAY]
    assert list(PARTS[: len(DAY)]) == names
    assert (PARTS[DATE], PARTS[TURNS]) == ("date", "opening and summary")
    assert [name for name in run_side_by_side.__code__.co_names if name in names] == names
    assert [name for name in day.__code__.co_names if name in names] == names


@pytest.mark.parametrize("name", ["ttp_2021", "split_early"])
def test_what_is_timed_are_the_runs_of_the_ensemble(name: str) -> None:
    rows = time_phases(shipped(name), 300).rows
    ensemble = run_ensemble(shipped(name), int(rows["run"].max()) + 1)
    assert len(set(rows["run"].tolist())) == 300
    assert rows.tobytes() == ensemble[rows["run"]].tobytes()


def test_parts_are_counted_over_the_agents_that_mesa_steps() -> None:
    timing = time_phases(REFERENCE, 100)
    assert timing.nanoseconds.keys() >= {phase.__name__ for phase in DAY}
    assert sum(timing.nanoseconds.values()) > 0
    assert timing.days >= timing.rows["days"].sum()
    model = TruceModel(REFERENCE)
    at_first = len(model.agents)
    assert at_first <= agents_per_day(REFERENCE) < at_first + 1
    assert agent_days_of(0) >= at_first * run_ensemble(REFERENCE, 1)["days"][0]


def test_the_batch_of_mesa_holds_the_runs_of_the_ensemble() -> None:
    before = multiprocessing.get_start_method(allow_none=True)
    ended = batch(4)
    assert multiprocessing.get_start_method(allow_none=True) == before
    rows = run_ensemble(REFERENCE, 4)
    assert [row["run"] for row in ended] == [0, 1, 2, 3]
    assert [row["Step"] for row in ended] == rows["days"].tolist()
    assert [row["outrage"] for row in ended] == rows["outrage"].tolist()


def test_draws_are_counted_in_runs_and_timed_one_by_one() -> None:
    assert 0.5 < draws_per_agent_day() < 20
    luck = luck_of(1, 0)
    drawn = machine_code()(100, as_records([luck], Luck))
    assert drawn == pytest.approx(sum(uniform(luck, who, 1) for who in range(100)))


@pytest.mark.parametrize("threads", [1, 2])
def test_two_halves_make_an_ensemble(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple[int, int]] = []
    monkeypatch.setattr(
        "tests.benchmarks.cores.run_ensemble",
        lambda scenario, runs, first, workers: called.append((first, runs)),
    )
    halves(50, threads)
    assert sorted(called) == [(0, 50), (50, 50)]


def test_times_of_different_numbers_are_not_compared() -> None:
    ours = Way("ours", lambda: 1.0, lambda found: np.array([found]))
    theirs = Way("theirs", lambda: 1.01, lambda found: np.array([found]))
    with pytest.raises(AssertionError, match="theirs finds other numbers"):
        in_turns(Contest("a task", ours, (theirs,), 1e-3), theirs, 2)
    assert len(in_turns(Contest("a task", ours, (theirs,), 0.1), theirs, 2).ratios) == 2


def test_drawn_runs_are_shaped_like_those_of_an_ensemble() -> None:
    drawn = drawn_runs(100_000, 100)
    holding = drawn.endings == HOLDING
    assert 0.14 < np.mean(holding & (drawn.days == HORIZON)) < 0.17
    assert 0.01 < np.mean(holding & (drawn.days < HORIZON)) < 0.025
    assert (drawn.days.min(), drawn.days.max()) == (1, HORIZON)
    assert set(drawn.endings.tolist()) == set(range(6))
    assert all((drawn.days == term).sum() > 3 * (drawn.days == term + 1).sum() for term in TERMS)
    assert np.bincount(drawn.points).tolist() == [1000] * 100


def test_every_section_has_a_name_to_print() -> None:
    assert all(section.__name__.endswith("_rows") for section in SECTIONS)
