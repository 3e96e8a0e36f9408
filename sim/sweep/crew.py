"""Who does the work: processes or threads of this machine.

A crew takes as many blocks as it has free hands, never more, so that what is lost when everything
dies at once is at most one block for each. See `sim.sweep.cluster` for many machines.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for_any
from types import ModuleType
from typing import Any, Protocol

from sim.compilation import is_still_to_be_kept
from sim.errors import TruceError
from sim.sweep.work import LONGEST_DETAIL, Finished, OtherModelError, Task, Work, work

DIED, TOO_LONG, RAISED, OTHER_MODEL = "worker died", "time limit", "worker failed", "other model"
MOST_FALSE_STARTS = 3  # workers, for each that is wanted, that die in a row before they are ready
HOPELESS = 300  # deaths before anything was finished; one run that kills costs 40 to be found
READY = "ready"  # the first word of a worker
START_SECONDS = 300.0  # for a worker to get ready: it may have to compile the model
WARM = "sim.sweep.warm"
PAUSES = (0.1, 0.3, 1.0, 3.0)  # seconds between attempts to start a worker
CEASES_SECONDS = 5.0  # for a worker to leave when it is told to


@dataclass(frozen=True)
class Lost:
    """A block that came back without its rows: why, and what is known about it."""

    cause: str
    detail: str


Answer = tuple[Task, Finished | Lost]


class Crew(Protocol):
    """Those who run blocks. Used with `with`; leaving it stops all work."""

    @property
    def workers(self) -> int:
        """How many blocks can be run at once; 0 while nobody has come yet."""

    @property
    def free(self) -> int:
        """How many more blocks it takes now."""

    def start(self, task: Task, seconds: float) -> None:
        """Begin a block that may take so long."""

    def answers(self, patience: float) -> list[Answer]:
        """Wait for at most so many seconds, and return the blocks that came back."""

    def __enter__(self) -> Crew: ...

    def __exit__(self, *_: object) -> None: ...


class Processes:
    """Worker processes of this machine, each with a pipe of its own.

    A worker that dies, or that takes longer than it may, takes nothing with it but its block;
    another one stands in for it.
    """

    def __init__(self, workers: int, doing: Work = work) -> None:
        self._doing = doing
        self._context = multiprocessing.get_context(start_method())
        if start_method() == "forkserver":
            compile_elsewhere()
            self._context.set_forkserver_preload([WARM])
        self._workers = [_Worker(self._context, doing) for _ in range(workers)]
        self._false_starts = 0
        self._deaths = 0
        self._is_proven = False

    @property
    def workers(self) -> int:
        """How many there are."""
        return len(self._workers)

    @property
    def free(self) -> int:
        """How many workers have nothing to do."""
        return sum(worker.task is None for worker in self._workers)

    @property
    def pids(self) -> list[int]:
        """The process numbers of the workers."""
        return [worker.pid for worker in self._workers]

    def start(self, task: Task, seconds: float) -> None:
        """Give a block to a free worker."""
        next(worker for worker in self._workers if worker.task is None).start(task, seconds)

    def answers(self, patience: float) -> list[Answer]:
        """Return what came back, having waited for at most `patience` seconds."""
        busy = [worker for worker in self._workers if worker.task is not None]
        now = time.monotonic()
        until = min([worker.deadline for worker in busy], default=now + patience)
        ready = wait_for_any([worker.pipe for worker in busy], max(0.0, min(patience, until - now)))
        return [
            answer
            for worker in busy
            if (answer := self._answer(worker, worker.pipe in ready)) is not None
        ]

    def _answer(self, worker: _Worker, has_news: bool) -> Answer | None:
        task = worker.task
        assert task is not None
        if not has_news and time.monotonic() < worker.deadline:
            return None
        said = worker.said() if has_news else worker.too_long()
        if said is None:
            self._false_starts = 0
            return None
        if isinstance(said, Lost) and said.cause in (DIED, TOO_LONG):
            return self._after_loss(worker, task, said)
        self._is_proven = True
        return task, said

    def _after_loss(self, worker: _Worker, task: Task, lost: Lost) -> Answer | None:
        """Put another worker in its place; a block is blamed only if its worker had been ready."""
        worker.stop()
        another = _Worker(self._context, self._doing)
        self._workers[self._workers.index(worker)] = another
        if worker.is_ready:
            self._deaths += lost.cause == DIED
        else:
            self._false_starts += 1
            another.start(task, worker.seconds)
        self._refuse_to_go_on(lost)
        return (task, lost) if worker.is_ready else None

    def _refuse_to_go_on(self, lost: Lost) -> None:
        """Give up where it is not the runs that end the workers."""
        if self._false_starts > MOST_FALSE_STARTS * len(self._workers):
            raise TruceError(
                f"The worker processes die as soon as they start ({lost.detail}); try --threads, "
                "or see the log of the system for what ends them."
            )
        if self._deaths > HOPELESS and not self._is_proven:
            raise TruceError(
                f"The worker processes die over everything that they are given ({lost.detail}); "
                "see the log of the system for what ends them. It may be a lack of memory."
            )

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()


def compile_elsewhere() -> None:
    """Have the model compiled by a process that ends then, for compiling takes much memory."""
    if is_still_to_be_kept():
        once = multiprocessing.get_context("spawn").Process(target=import_module, args=(WARM,))
        with script_set_aside(import_module):
            once.start()
        once.join()


def start_method() -> str:
    """Return how workers are started: from a server that has the model ready, where there is one.

    Forking this process itself would copy its locks in whatever state its threads left them.
    """
    return "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


@contextmanager
def script_set_aside(doing: object) -> Iterator[None]:
    """Start processes without the script of this one, unless what they do is written in it.

    They would run the script to have what it defines, and with it the sweep that it asks for.
    """
    script = sys.modules["__main__"]
    if getattr(doing, "__module__", None) == "__main__":
        yield
        return
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


class _Worker:
    """One process, the block that it works on, and until when it may."""

    def __init__(self, context: Any, doing: Work) -> None:
        self.pipe, theirs = context.Pipe()
        lifeline, self._lifeline = context.Pipe(duplex=False)
        self.task: Task | None = None
        self.seconds = 0.0
        self.deadline = 0.0
        self.is_ready = False
        with script_set_aside(doing):
            self._process = started(context, theirs, lifeline, doing)
        theirs.close()
        lifeline.close()

    @property
    def pid(self) -> int:
        return int(self._process.pid or 0)

    def start(self, task: Task, seconds: float) -> None:
        self.task, self.seconds = task, seconds
        self.deadline = time.monotonic() + (seconds if self.is_ready else START_SECONDS)
        with suppress(OSError):  # it is dead then, which `said` will find out
            self.pipe.send(task)

    def said(self) -> Finished | Lost | None:
        """Return its answer; None if it only says that it is ready, from when its time runs."""
        try:
            said: Finished | Lost | str = self.pipe.recv()
        except (EOFError, OSError):
            return Lost(DIED, self._last_words())
        if isinstance(said, str):
            self.is_ready = True
            self.deadline = time.monotonic() + self.seconds
            return None
        self.task = None
        return said

    def too_long(self) -> Lost:
        """Say that it has been waited for long enough."""
        seconds = self.seconds if self.is_ready else START_SECONDS
        return Lost(TOO_LONG, f"it had not ended after {seconds:.3g} seconds")

    def _last_words(self) -> str:
        self._process.join(CEASES_SECONDS)
        code = self._process.exitcode
        if code in {-number for number in signal.Signals}:
            return f"the worker process was ended by {signal.Signals(-code).name}"
        return f"the worker process ended with exit code {code}"

    def stop(self) -> None:
        self.pipe.close()
        self._lifeline.close()  # ends it even where the server that could kill it is dead
        self._process.kill()
        self._process.join(CEASES_SECONDS)


def started(context: Any, pipe: Connection, lifeline: Connection, doing: Work) -> Any:
    """Return a new worker process; try again if the server that forks it was just killed.

    Errors: `TruceError` when none can be started.
    """
    for pause in PAUSES:
        process = context.Process(target=serve, args=(pipe, lifeline, doing), daemon=True)
        with suppress(OSError, EOFError), interruptions_held():
            process.start()
            return process
        time.sleep(pause)  # a server that was killed takes a moment to be found dead
    raise TruceError("No worker process can be started; try --threads.")


@contextmanager
def interruptions_held() -> Iterator[None]:
    """Hold Ctrl-C back for a moment; processes started meanwhile, and theirs, never hear of it.

    Otherwise one that comes while a worker is born would end it with a traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # which lets Ctrl-C through again when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve(pipe: Connection, lifeline: Connection, doing: Work) -> None:
    """Say when ready, then work on what comes through a pipe, until its other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started us decides when to stop
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=leave_with, args=(lifeline,), daemon=True).start()
    import_module(WARM)
    with suppress(EOFError, OSError):
        pipe.send(READY)
        while True:
            pipe.send(tried(doing, pipe.recv()))


def leave_with(lifeline: Connection) -> None:
    """End this process, whatever it is doing, when the other end of the lifeline is gone.

    Nothing is ever sent through it: its end is that of the one who wants the answers.
    """
    with suppress(EOFError, OSError):
        lifeline.recv_bytes()
    os._exit(0)


def tried(doing: Work, task: Task) -> Finished | Lost:
    """Do the work, or say what went wrong with it as a whole."""
    try:
        finished = doing(task)
        objection = finished.objection(task.block)
    except OtherModelError as error:
        return Lost(OTHER_MODEL, str(error))
    except Exception:
        return Lost(RAISED, traceback.format_exc()[-LONGEST_DETAIL:])
    return Lost(RAISED, objection) if objection else finished


class Threads:
    """Threads of this process. They start at once, but none can be stopped or replaced."""

    def __init__(self, workers: int, doing: Work = work) -> None:
        self._workers = workers
        self._doing = doing
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="truce")
        self._busy: dict[Future[Finished | Lost], Task] = {}

    @property
    def workers(self) -> int:
        """How many there are."""
        return self._workers

    @property
    def free(self) -> int:
        """How many threads have nothing to do."""
        return self._workers - len(self._busy)

    def start(self, task: Task, seconds: float) -> None:
        """Give a block to a thread; the time limit cannot be kept here."""
        self._busy[self._pool.submit(tried, self._doing, task)] = task

    def answers(self, patience: float) -> list[Answer]:
        """Return what came back, having waited for at most `patience` seconds."""
        done, _ = wait_for(self._busy, timeout=patience, return_when=FIRST_COMPLETED)
        return [(self._busy.pop(future), future.result()) for future in done]

    def __enter__(self) -> Threads:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
