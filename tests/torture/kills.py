"""A sweep that is killed again and again, and what is left of it each time.

`python -m tests.torture.kills 50` kills one sweep fifty times and prints what it did. Kills come at
random moments, from a seed, spread evenly over the work: of a worker, of the server that workers
are forked from, of the process that runs the sweep, of all of them, shortly after a start, and
while the tables are written after a polite request to stop.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from sim.sweep import Study
from sim.sweep.folder import read_folder
from sim.sweep.parts import block_of
from sim.sweep.study_run import run_study
from tests.journeys.conftest import PATIENCE, REPOSITORY, environment, heed_ctrl_c
from tests.torture.noted import NOTES, WORKERS

STUDY = """\
title: A study to be killed
base: ttp_2021
runs: {runs}
seed: 7
factors:
  brokers.0.leverage: {{from: 0, to: 1, steps: 4}}
  groups.0.funding: [0, 0.5, 1]
"""
PRECISE = (
    STUDY.format(runs=96).replace("{", "{{").replace("}", "}}")
    + "precision: {{day: 60, half_width: 0.18, every: 12}}\n"
)
"""The same, with as many runs of each point as it takes."""
POINTS = 12
RUNS_PER_KILL = 12  # of each point: about half a second of work for two workers
SOON_GONE = 5.0  # seconds for all processes to end after the one that started them
START_SECONDS = 2.0  # about, until the first block is begun

Parts = dict[str, tuple[int, int]]  # by name: inode and time of writing


@dataclass
class Sweep:
    """A sweep in processes of its own, all of one session."""

    home: Path
    doing: str = "noted"
    size: int | None = None  # runs of all points, where it is known otherwise than by the manifest
    process: Any = None

    @property
    def folder(self) -> Path:
        return self.home / "swept"

    @property
    def study(self) -> Path:
        return self.home / "study.yaml"

    def begin(self) -> None:
        """Start it, or go on with it."""
        words = ["-m", "tests.torture.noted", str(self.study), str(self.folder), self.doing]
        with (self.home / "said.txt").open("a") as said:
            self.process = subprocess.Popen(
                [sys.executable, *words],
                cwd=self.home,
                env=environment(PYTHONPATH=str(REPOSITORY)),
                stdout=said,
                stderr=said,
                start_new_session=True,
                preexec_fn=heed_ctrl_c,
            )

    @property
    def said(self) -> str:
        return (self.home / "said.txt").read_text()

    def members(self) -> list[psutil.Process]:
        """Return all processes of the sweep that are alive, the first one first."""
        return [each for each in psutil.process_iter() if session_of(each) == self.process.pid]

    def server(self) -> list[psutil.Process]:
        """Return the process that the workers are forked from, if there is one."""
        return [each for each in children_of(self.process.pid) if "forkserver" in words_of(each)]

    def workers(self) -> list[psutil.Process]:
        """Return the worker processes."""
        return [worker for server in self.server() for worker in children_of(server.pid)]

    def parts(self) -> Parts:
        """Return the finished parts."""
        with suppress(OSError):
            return {
                part.name: (part.stat().st_ino, part.stat().st_mtime_ns)
                for part in (self.folder / "runs").glob("runs-*.parquet")
            }
        return self.parts()

    def begun(self) -> list[str]:
        """Return the blocks that workers began, in order."""
        notes = self.home / NOTES
        return notes.read_text().splitlines() if notes.exists() else []

    def manifest(self) -> dict[str, Any]:
        """Return the manifest; empty while there is none."""
        with suppress(OSError):
            return dict(json.loads((self.folder / "manifest.json").read_bytes()))
        return {}

    def wait_until(self, there: Callable[[], bool]) -> bool:
        """Wait for something to come true; return False if the sweep ended before."""
        until = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            if there():
                return True
            assert time.monotonic() < until, f"nothing happens: {self.said}"
            time.sleep(0.005)
        return False

    def has_done(self, share: float) -> bool:
        """Is so much of the sweep there?"""
        runs = sum(size_of(name) for name in self.parts())
        return runs >= share * (self.size or POINTS * self.manifest().get("runs", float("inf")))

    def end(self) -> None:
        """Kill whatever is left."""
        kill(self.members())
        self.process.wait(PATIENCE)


def size_of(name: str) -> int:
    """Return how many runs the part of this name holds."""
    block = block_of(name)
    return block.size if block else 0


def session_of(process: psutil.Process) -> int:
    """Return the session of a process; 0 if it is dead, or only waits to be noticed."""
    with suppress(OSError, psutil.Error):
        return 0 if process.status() == psutil.STATUS_ZOMBIE else os.getsid(process.pid)
    return 0


def children_of(pid: int) -> list[psutil.Process]:
    """Return the living children of a process."""
    with suppress(psutil.Error):
        return [each for each in psutil.Process(pid).children() if session_of(each)]
    return []


def words_of(process: psutil.Process) -> str:
    """Return the command line of a process."""
    with suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def kill(processes: list[psutil.Process]) -> None:
    """Kill processes, as the system does when memory is short: with no warning."""
    for each in processes:
        with suppress(psutil.Error):
            each.kill()


@dataclass
class Torturer:
    """Kills a sweep, goes on with it, and keeps account of what each kill cost."""

    sweep: Sweep
    dice: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    allowed: int = 0  # blocks that may be run again
    slowest: float = 0.0  # seconds until all processes were gone
    seen: Parts = field(default_factory=dict)

    def kill_once(self, kind: str, share: float) -> None:
        """Kill the sweep in one way at a random moment once so much of it is done."""
        sweep = self.sweep
        if kind != "start" and not sweep.wait_until(lambda: sweep.has_done(share)):
            raise AssertionError(f"the sweep ended with {sweep.process.returncode}: {sweep.said}")
        time.sleep(self.dice.uniform(0, START_SECONDS if kind == "start" else 1.0))
        getattr(self, f"kill_{kind}")()
        self.kills[kind] += 1

    def kill_worker(self) -> None:
        """Kill one worker; the sweep goes on."""
        self.allowed += 1
        workers = self.sweep.workers()
        kill(self.dice.sample(workers, min(1, len(workers))))

    def kill_server(self) -> None:
        """Kill what the workers are forked from, and one of them, so that it is missed."""
        self.allowed += 1
        workers = self.sweep.workers()
        kill([*self.sweep.server(), *workers[:1]])

    def kill_parent(self) -> None:
        """Kill the process that runs the sweep; its workers must not live on."""
        kill([psutil.Process(self.sweep.process.pid)])
        self.go_on()

    def kill_both(self) -> None:
        """Kill all processes of the sweep, in any order."""
        members = self.sweep.members()
        self.dice.shuffle(members)
        kill(members)
        self.go_on()

    def kill_start(self) -> None:
        """Kill the sweep soon after it was started."""
        self.kill_parent()

    def kill_tables(self) -> None:
        """Ask the sweep to stop, and kill it while it writes its tables."""
        with suppress(ProcessLookupError):
            self.sweep.process.send_signal(signal.SIGTERM)
        time.sleep(self.dice.uniform(0, 0.15))
        self.kill_parent()

    def go_on(self) -> None:
        """Check that everything is gone, and that finished parts are not; then begin again."""
        self.allowed += WORKERS
        began = time.monotonic()
        self.sweep.process.wait(PATIENCE)
        self.check_parts()
        self.sweep_away(began)
        self.sweep.begin()

    def sweep_away(self, began: float) -> None:
        """Wait until no process of the sweep is alive."""
        while left := self.sweep.members():
            took = time.monotonic() - began
            assert took < SOON_GONE, f"still there after {took:.0f} s: {left}"
            time.sleep(0.02)
        self.slowest = max(self.slowest, time.monotonic() - began)

    def check_parts(self) -> None:
        """Check that no finished part was lost or written again."""
        now = self.sweep.parts()
        assert now.items() >= self.seen.items(), "finished parts were lost or written again"
        self.seen = now


@dataclass(frozen=True)
class Account:
    """What a sweep went through."""

    kills: dict[str, int]
    blocks: int
    again: int  # blocks that were begun more than once, counting each time but the first
    allowed: int  # a block for each worker that was killed or lost whom it worked for
    slowest: float  # seconds until the last process was gone
    hashes: dict[str, str]
    expected: dict[str, str]


KINDS = ("worker", "both", "start", "tables", "server", "parent", "start", "worker")


def torture(home: Path, kills: int, seed: int, study: str = STUDY) -> Account:
    """Kill one sweep so many times, let it finish, and compare it with one left in peace."""
    sweep = Sweep(home)
    sweep.study.write_text(study.format(runs=kills * RUNS_PER_KILL))
    expected = hashes_in_peace(home)
    sweep.size = read_folder(home / "peaceful").size
    torturer = Torturer(sweep, random.Random(seed))
    sweep.begin()
    try:
        for number in range(kills):
            torturer.kill_once(KINDS[number % len(KINDS)], 0.9 * number / kills)
        assert sweep.process.wait(PATIENCE) == 0, sweep.said
        torturer.check_parts()
    finally:
        sweep.end()
    begun = sweep.begun()
    return Account(
        kills=dict(torturer.kills),
        blocks=len(sweep.parts()),
        again=len(begun) - len(set(begun)),
        allowed=torturer.allowed,
        slowest=torturer.slowest,
        hashes=sweep.manifest()["hashes"],
        expected=expected,
    )


def hashes_in_peace(home: Path) -> dict[str, str]:
    """Return the hashes of the same study, run without interruption by the compiled engine."""
    return run_study(Study.load(home / "study.yaml"), home / "peaceful", threads=True).hashes


def main(kills: int, seed: int = 1) -> None:
    """Torture a sweep and print the account."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        account = torture(Path(home), kills, seed)
    ways = ", ".join(f"{number} {kind}" for kind, number in sorted(account.kills.items()))
    print(f"{sum(account.kills.values())} kills in {time.monotonic() - began:.0f} s: {ways}")
    print(f"{account.blocks} blocks; {account.again} begun again, {account.allowed} allowed")
    print(f"no process lived longer than {account.slowest:.1f} s after the kill")
    same = account.hashes == account.expected
    print(f"hashes {'as' if same else 'NOT as'} those of a sweep left in peace")
    sys.exit(not (same and account.again <= account.allowed))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
