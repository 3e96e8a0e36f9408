"""A sweep on a real Dask cluster of this machine: a scheduler and workers, each a process."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sim.errors import TruceError, UsageError
from sim.sweep import Study, cluster
from sim.sweep.blocks import Block
from sim.sweep.cluster import Cluster
from sim.sweep.crew import DIED, TOO_LONG, Lost
from sim.sweep.study_run import Swept, run_study
from sim.sweep.work import Finished, Task, Work, work
from tests.journeys.conftest import (
    PATIENCE,
    REPOSITORY,
    Answer,
    assert_plain,
    command,
    environment,
)
from tests.torture import deeds
from tests.torture.kills import STUDY

pytest.importorskip("distributed", reason="needs the package distributed")
psutil = pytest.importorskip("psutil", reason="needs psutil, to find the process of a nanny")

HERE = {"PYTHONPATH": str(REPOSITORY)}
RUNS = 25  # of each of the 12 points


class Site:
    """A scheduler and its workers."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.processes: list[Any] = []
        self.scheduler = self.begin_scheduler()
        (home / "study.yaml").write_text(STUDY.format(runs=RUNS))

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    @property
    def study(self) -> Study:
        return Study.load(self.home / "study.yaml")

    def begin_scheduler(self) -> Any:
        words = ["--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"]
        return self.begin("scheduler", *words)

    def begin(self, kind: str, *words: str) -> Any:
        """Start a scheduler or a worker."""
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words],
            cwd=self.home,
            env=environment(**HERE, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process

    def hire(self, *words: str, threads: int = 1) -> Any:
        """Start a worker."""
        place = ["--local-directory", str(self.home / "workers"), "--no-dashboard"]
        return self.begin("worker", self.address, "--nthreads", str(threads), *place, *words)

    def command(self, *words: str) -> Any:
        """Start `truce sweep` on this cluster."""
        return subprocess.Popen(
            command("sweep", "study.yaml", "--out", "swept", "--scheduler", self.address, *words),
            cwd=self.home,
            env=environment(**HERE),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, doing: Work = work, **settings: Any) -> Swept:
        """Run the study in this process with workers that do something of their own."""
        crew = Cluster(self.address, doing)
        return run_study(self.study, self.home / "swept", crew=lambda _: crew, **settings)

    def expected(self) -> dict[str, str]:
        """Return the hashes of the same study, run on this machine alone."""
        return run_study(self.study, self.home / "at_home", threads=True).hashes

    def hashes(self) -> dict[str, str]:
        return dict(json.loads((self.home / "swept/manifest.json").read_bytes())["hashes"])

    def parts(self) -> int:
        return len(list((self.home / "swept/runs").glob("runs-*.parquet")))

    def end(self) -> None:
        """Kill everything."""
        for process in self.processes:
            with suppress(psutil.Error):
                for child in psutil.Process(process.pid).children(recursive=True):
                    child.kill()
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def one_run(run: int) -> Task:
    """Return a block of one run of the point of which one run goes wrong."""
    return Task(Block(run, 1, deeds.POINT, 1), "", (), ((),), 1, "compiled", "none")


def wait_for_worker(crew: Cluster) -> None:
    while not crew.workers:
        time.sleep(0.1)


def answer_of(crew: Cluster) -> tuple[Task, Any]:
    """Wait for the next answer of a crew that comes alone."""
    while not (answers := crew.answers(1.0)):
        pass
    (answer,) = answers
    return answer


def ended(process: Any) -> Answer:
    out, err = process.communicate(timeout=PATIENCE)
    assert_plain(err)
    return Answer(process.returncode, out, err)


def wait_for_parts(site: Site, number: int) -> None:
    until = time.monotonic() + PATIENCE
    while site.parts() < number:
        assert time.monotonic() < until
        time.sleep(0.02)


def worker_of(nanny: Any) -> Any:
    """Return the process that a nanny looks after."""
    children = psutil.Process(nanny.pid).children()
    return next(each for each in children if "spawn_main" in " ".join(each.cmdline()))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.end()


def test_workers_that_are_killed_change_no_number(site: Site) -> None:
    """One has a nanny, which starts it again; the other has none, and stays away."""
    nanny, alone = site.hire("--nanny"), site.hire("--no-nanny")
    sweep = site.command("--engine", "mesa")
    wait_for_parts(site, 2)
    worker_of(nanny).kill()
    wait_for_parts(site, 4)
    alone.kill()
    answer = ended(sweep)
    assert answer.code == 0, answer
    assert site.hashes() == site.expected()


def test_without_workers_it_says_so_and_waits(site: Site) -> None:
    sweep = site.command("--engine", "compiled")
    said = [sweep.stderr.readline() for _ in range(2)]  # the first names the study
    assert "waiting for the first worker" in said[1]
    site.hire("--no-nanny", threads=3)
    assert ended(sweep).code == 0
    assert site.hashes() == site.expected()


def test_a_scheduler_that_dies_costs_nothing_that_is_finished(site: Site) -> None:
    site.hire("--no-nanny", threads=2)
    sweep = site.command("--engine", "mesa")
    wait_for_parts(site, 2)
    site.scheduler.kill()
    answer = ended(sweep)
    assert answer.code == 1, answer
    assert f"The Dask scheduler at {site.address} is gone." in answer.err
    assert "Traceback" not in answer.err
    site.scheduler.wait()
    site.scheduler = site.begin_scheduler()
    site.hire("--no-nanny")
    swept = site.run()
    assert swept.progress.found > 0
    assert swept.hashes == site.expected()


def test_a_sweep_that_is_stopped_leaves_nothing_to_the_cluster(site: Site) -> None:
    site.hire("--no-nanny")
    sweep = site.command("--engine", "mesa")
    wait_for_parts(site, 1)
    sweep.send_signal(signal.SIGTERM)
    answer = ended(sweep)
    assert answer.code == 130
    assert "runs are saved" in answer.err
    assert site.run().hashes == site.expected()


def test_a_scheduler_that_does_not_answer_is_met_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    with pytest.raises(UsageError, match="No Dask scheduler answers at tcp://127"):
        Cluster(f"tcp://127.0.0.1:{free_port()}")


@pytest.mark.parametrize("address", ["", "nowhere", "tcp://", "tcp://localhost:x", "ftp://a:1"])
def test_an_address_that_is_none_is_met_with_a_sentence(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    with pytest.raises(UsageError, match="No Dask scheduler answers at"):
        Cluster(address)


def test_blocks_that_share_a_worker_with_a_deadly_one_are_not_lost(site: Site) -> None:
    """Dask blames all that a dead worker had."""
    site.hire(threads=3)
    deadly, *sound = (one_run(run) for run in (deeds.RUN, 1, 2))
    with Cluster(site.address, deeds.deadly) as crew:
        wait_for_worker(crew)
        assert crew.workers == 3
        for task in (deadly, *sound):
            crew.start(task, seconds=60.0)
        answers: dict[Task, Any] = {}
        while len(answers) < 3:
            answers |= crew.answers(1.0)
        assert all(isinstance(answers[task], Finished) for task in sound)
        assert isinstance(answers[deadly], Lost)
        assert answers[deadly].cause == DIED
        assert "KilledWorker" in answers[deadly].detail
        crew.start(sound[0], seconds=60.0)
        assert isinstance(answer_of(crew)[1], Finished)


@pytest.mark.parametrize("care", ["--nanny", "--no-nanny"])
def test_a_worker_that_does_not_end_is_ended(
    site: Site, care: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "START_SECONDS", 0.0)
    worker = site.hire(care)
    stuck, sound = one_run(deeds.RUN), one_run(1)
    with Cluster(site.address, deeds.endless) as crew:
        wait_for_worker(crew)
        process = worker_of(worker) if care == "--nanny" else psutil.Process(worker.pid)
        crew.start(stuck, seconds=1.0)
        assert answer_of(crew) == (stuck, Lost(TOO_LONG, "it had not ended after 1 seconds"))
        assert psutil.wait_procs([process], PATIENCE)[1] == []
        if care == "--nanny":
            crew.start(sound, seconds=60.0)
            assert answer_of(crew)[0] == sound


def test_workers_with_other_code_are_met_with_a_sentence(site: Site) -> None:
    site.hire("--no-nanny")
    with pytest.raises(TruceError, match="Install the same version"):
        site.run(deeds.foreign)
