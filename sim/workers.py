"""Work shared among threads or processes; its results come in the order of the work."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

ENGINES = ("compiled", "mesa")
"""How runs are made: by machine code, which threads can share, or by Mesa, which processes can."""
TIME_LIMIT = 120.0  # seconds that a worker of a sweep may take for a block, cut to take about one


def processors() -> int:
    """Return how many processors this process may use, 1 or more."""
    if hasattr(os, "sched_getaffinity"):  # a cluster gives a process some of a machine's
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads(workers: int) -> Executor:
    """Return workers for what leaves the interpreter alone, as machine code does."""
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(workers)


def processes(workers: int) -> Executor:
    """Return workers for plain Python; each starts afresh and imports what it needs."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Ctrl-C reaches every process of a terminal; the one that shares out the work answers it.
    return ProcessPoolExecutor(
        workers, get_context("spawn"), signal.signal, (signal.SIGINT, signal.SIG_IGN)
    )


@contextmanager
def shared(workers: int, among: Callable[[int], Executor]) -> Iterator[Callable[..., Any]]:
    """Give a `map` that shares its work among so many workers, and does it here if it is one.

    Leaving the block early, by an error or an interruption, drops the work that has not begun and
    waits for what has.
    """
    if workers == 1:
        yield map
        return
    pool = among(workers)
    try:
        yield pool.map
    finally:
        pool.shutdown(cancel_futures=True)
