"""Many machines: blocks go to a Dask scheduler, and only their rows come back.

The workers of the cluster need this package in the same version; a worker whose model would give
other numbers is found out by its digest, and the sweep stops with a sentence.

When a worker dies, Dask blames every block that it had, and gives a block up after several
deaths. So a block that was given up is tried again alone: only one that kills a worker by itself
is handed back as lost.
"""

from __future__ import annotations

import logging
import os
import queue
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from sim.errors import TruceError, UsageError
from sim.sweep.blocks import Block
from sim.sweep.crew import DIED, TOO_LONG, Answer, Lost, tried
from sim.sweep.work import Task, Work, work

CONNECT_SECONDS = 10
START_SECONDS = 60.0  # more for every block: a worker that has just come compiles the model first
BETWEEN_COUNTS = 1.0  # seconds between two questions of how many workers there are


@dataclass
class _Sent:
    """A block that was sent, how long it may take, and until when."""

    future: Any
    task: Task
    seconds: float
    alone: bool  # is nothing else at work?
    until: float = field(init=False)

    def __post_init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Start its clock again: until now it waited for a worker."""
        self.until = time.monotonic() + self.seconds + START_SECONDS


class Cluster:
    """The workers of a Dask cluster, one block for each of their threads.

    Args:
        address: of the scheduler, such as ``tcp://10.0.0.1:8786``.

    Errors: `UsageError` when Dask is not installed or the scheduler does not answer; later
    `TruceError` when it is gone, or its workers cannot run the model.
    """

    def __init__(self, address: str, doing: Work = work) -> None:
        try:
            self._dask: Any = import_module("distributed")
        except ImportError:
            raise UsageError(
                "A scheduler needs the package distributed: pip install 'truce-sim[cluster]'."
            ) from None
        for name in ("distributed", "distributed.client"):  # we say ourselves what is wrong
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            self._client = self._dask.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise UsageError(f"No Dask scheduler answers at {address}: {error}") from error
        self._address = address
        self._doing = doing
        self._busy: dict[str, _Sent] = {}  # by the key of the future
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()  # futures, as they end
        self._suspects: deque[tuple[Task, float]] = deque()
        self._deadly: list[Block] = []  # in each of them is a run that kills
        self._workers = 0
        self._counted = -BETWEEN_COUNTS
        self._gone = False

    @property
    def workers(self) -> int:
        """How many threads the workers have together; 0 while there are none."""
        if time.monotonic() - self._counted >= BETWEEN_COUNTS:
            with self._answering():
                self._workers = int(sum(self._client.ncores().values()))
            self._counted = time.monotonic()
        return self._workers

    @property
    def free(self) -> int:
        """How many more blocks the cluster takes: none while a suspect has to be alone."""
        return 0 if self._suspects else max(0, self.workers - len(self._busy))

    def start(self, task: Task, seconds: float) -> None:
        """Send a block, or set it aside until it can be alone if it may kill its worker."""
        place = task.block.first_point, task.block.first_run
        if any(block.holds(*place) for block in self._deadly):
            self._suspects.append((task, seconds))
        else:
            self._send(task, seconds)

    def answers(self, patience: float) -> list[Answer]:
        """Return what came back, having waited for at most `patience` seconds."""
        if self._suspects and not self._busy:
            self._send(*self._suspects.popleft(), alone=True)
        with suppress(queue.Empty):
            self._done.put(self._done.get(timeout=patience))
        answers = [self._answer(self._done.get()) for _ in range(self._done.qsize())]
        return [answer for answer in (*answers, self._too_late()) if answer is not None]

    def _send(self, task: Task, seconds: float, alone: bool = False) -> None:
        with self._answering():
            future = self._client.submit(tried, self._doing, task, pure=False)
        self._busy[future.key] = _Sent(future, task, seconds, alone)
        future.add_done_callback(self._done.put)

    def _answer(self, future: Any) -> Answer | None:
        sent = self._busy.pop(future.key, None)
        if sent is None:  # it was given up
            return None
        try:
            with self._answering():
                return sent.task, future.result()
        except self._dask.KilledWorker as error:
            self._deadly.append(sent.task.block)
            if sent.alone:
                return sent.task, Lost(DIED, f"KilledWorker: {error}")
            self._suspects.append((sent.task, sent.seconds))
            return None

    def _too_late(self) -> Answer | None:
        """Give up the block that has taken too long, and end the worker that has it.

        One that waits for a worker is not late: its clock begins anew. So do those of the blocks
        that this worker had besides.
        """
        late = [sent for sent in self._busy.values() if sent.until < time.monotonic()]
        if not late:
            return None
        with self._answering():
            working = {name: set(keys) for name, keys in self._client.processing().items()}
        first, *others = sorted(late, key=lambda sent: sent.until)
        stuck = [name for name, keys in working.items() if first.future.key in keys]
        for sent in others if stuck else late:
            sent.begin_anew()
        if not stuck:
            return None
        with self._answering():
            first.future.cancel(force=True)
            self._client.run(leave, workers=stuck, wait=False, on_error="ignore")
        del self._busy[first.future.key]
        return first.task, Lost(TOO_LONG, f"it had not ended after {first.seconds:.0f} seconds")

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Say in a sentence that the scheduler is gone, or that workers are not fit."""
        try:
            yield
        except (self._dask.KilledWorker, KeyboardInterrupt):
            raise
        except (OSError, TimeoutError, CancelledError, self._dask.client.ClosedClientError):
            self._gone = True
            raise TruceError(
                f"The Dask scheduler at {self._address} is gone. What is finished is safe: start "
                "it again and give the same command to go on."
            ) from None
        except Exception as error:
            raise TruceError(
                f"The workers at {self._address} cannot run the model: {type(error).__name__}: "
                f"{error}. They need the same version of truce-sim."
            ) from error

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._gone:
            with suppress(Exception):  # it may go just now; then there is nothing to stop
                self._client.cancel([sent.future for sent in self._busy.values()], force=True)
        self._client.close(timeout=1)


async def leave() -> None:
    """End the worker process that runs this; a nanny, if it has one, starts another.

    A thread cannot be stopped otherwise.
    """
    os._exit(1)
