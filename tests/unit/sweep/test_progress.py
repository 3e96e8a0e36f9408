"""Counts while a sweep runs: rate, time left, median so far, and the note for other terminals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.endings import HOLDING, VIOLENCE
from sim.sweep.progress import NOTE, Progress, Tally, leave_note, read_note
from sim.sweep.run_table import FAILED, RUN

NOW = Progress(
    runs=100, done=40, failed=3, found=10, held=7, median_days=55, seconds=15.0, workers=2
)


FORGED = (
    b'{"at": 1, "process": 2, "machine": "m", "runs": "\\u001b[2J", "done": 0, "failed": 0, '
    + (b'"found": 0, "held": 0, "median_days": null, "seconds": 1, "workers": 1}')
)


def rows(*runs: tuple[int, int]) -> np.ndarray:
    return np.array([(days, ending, 0) for days, ending in runs], dtype=RUN)


def test_rate_and_time_left_are_of_this_attempt() -> None:
    assert NOW.rate == 2.0
    assert NOW.seconds_left == 30.0


def test_nothing_done_tells_no_time() -> None:
    assert replace(NOW, done=10).seconds_left is None
    assert replace(NOW, seconds=0.0).rate == 0.0


def test_a_tally_counts_and_leaves_failed_runs_out() -> None:
    tally = Tally(10)
    tally.add(rows((5, VIOLENCE), (60, HOLDING), (0, FAILED)))
    tally.add(rows((7, VIOLENCE)))
    now = tally.progress()
    assert (now.runs, now.done, now.failed, now.held, now.median_days) == (10, 4, 1, 1, 7)


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from([HOLDING, VIOLENCE, FAILED]))))
def test_the_median_is_the_first_day_on_which_at_most_half_hold(
    runs: list[tuple[int, int]],
) -> None:
    tally = Tally(len(runs))
    tally.add(rows(*runs))
    sound = [(days, ending) for days, ending in runs if ending != FAILED]
    expected = next(
        (
            day
            for day in range(61)
            if 2 * sum(d > day or ending == HOLDING for d, ending in sound) <= len(sound)
        ),
        None,
    )
    assert tally.progress().median_days == (expected if sound else None)


def test_a_note_comes_back_with_where_it_was_left(tmp_path: Path) -> None:
    import os

    leave_note(tmp_path, NOW)
    note = read_note(tmp_path)
    assert note is not None
    assert note[0] == NOW
    assert note[1]["process"] == os.getpid()


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[1]", b'{"at": 1}', b"\xff", FORGED])
def test_a_note_that_cannot_be_read_is_none(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / NOTE).write_bytes(content)
    assert read_note(tmp_path) is None


def test_a_tally_does_not_grow() -> None:
    tally = Tally(10)
    size = tally.days.nbytes
    for _ in range(50):
        tally.add(rows(*[(36_500, VIOLENCE)] * 100))
    assert tally.days.nbytes == size
    assert set(vars(tally)) == {
        "runs",
        "workers",
        "going_on",
        "done",
        "failed",
        "found",
        "held",
        "days",
        "began",
    }
