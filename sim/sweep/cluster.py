"""Many machines: blocks go to a Dask scheduler, and only their rows come back.

The workers of the cluster need this package in the same version; a worker whose model would give
other numbers is found out by its digest, and the sweep stops with a sentence.
"""

from __future__ import annotations

import time
from contextlib import suppress
from importlib import import_module
from typing import Any

from sim.errors import UsageError
from sim.sweep.crew import DIED, TOO_LONG, Answer, Lost, tried
from sim.sweep.work import Task, Work, work

CONNECT_SECONDS = 10


class Cluster:
    """The workers of a Dask cluster, one block for each of their threads.

    Args:
        address: of the scheduler, such as ``tcp://10.0.0.1:8786``.

    Errors: `UsageError` when Dask is not installed or the scheduler does not answer.
    """

    def __init__(self, address: str, doing: Work = work) -> None:
        try:
            distributed: Any = import_module("distributed")
        except ImportError:
            raise UsageError(
                "A scheduler needs the package distributed: pip install 'truce-sim[cluster]'."
            ) from None
        try:
            self._client = distributed.Client(
                address, timeout=CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, ValueError, TimeoutError) as error:
            raise UsageError(f"No Dask scheduler answers at {address}: {error}") from error
        self._dask = distributed
        self._doing = doing
        self._busy: dict[Any, tuple[Task, float, float]] = {}  # future: task, deadline, limit

    @property
    def free(self) -> int:
        """How many more blocks the cluster takes: its threads, less what they have to do."""
        return max(0, int(sum(self._client.ncores().values())) - len(self._busy))

    def start(self, task: Task, seconds: float) -> None:
        """Send a block; its clock runs from here."""
        future = self._client.submit(tried, self._doing, task, pure=False, retries=0)
        self._busy[future] = (task, time.monotonic() + seconds, seconds)

    def answers(self, patience: float) -> list[Answer]:
        """Return what came back, having waited for at most `patience` seconds."""
        if not self._busy:
            time.sleep(min(patience, 0.2))  # no worker yet: the cluster may still be growing
            return []
        with suppress(self._dask.TimeoutError):
            self._dask.wait(list(self._busy), timeout=patience, return_when="FIRST_COMPLETED")
        done = [future for future in self._busy if future.done()]
        late = [future for future, (_, until, _) in self._busy.items() if until < time.monotonic()]
        return [
            *(self._answer(future) for future in done),
            *(self._too_late(future) for future in late if future not in done),
        ]

    def _answer(self, future: Any) -> Answer:
        task, _, _ = self._busy.pop(future)
        try:
            return task, future.result()
        except Exception as error:  # whatever the cluster says of a block that it gave up
            return task, Lost(DIED, f"{type(error).__name__}: {error}")

    def _too_late(self, future: Any) -> Answer:
        """Give up a block, and restart the worker that has it: a thread cannot be stopped."""
        task, _, seconds = self._busy.pop(future)
        stuck = [name for name, keys in self._client.processing().items() if future.key in keys]
        future.cancel(force=True)
        if stuck:
            self._client.restart_workers(stuck, raise_for_error=False)
        return task, Lost(TOO_LONG, f"it had not ended after {seconds:.0f} seconds")

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.cancel(list(self._busy), force=True)
        self._client.close()
