"""Work shared among threads or processes."""

from __future__ import annotations

import os
import signal
from threading import current_thread, main_thread
from time import sleep

import pytest

from sim.workers import processes, processors, shared, threads


def slow_square(number: int) -> int:
    sleep(0.001 * (10 - number))
    return number * number


def process_number(_: int) -> int:
    return os.getpid()


def answer_to_ctrl_c(_: int) -> object:
    return signal.getsignal(signal.SIGINT)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_results_come_in_the_order_of_the_work(workers: int) -> None:
    with shared(workers, threads) as each:
        assert list(each(slow_square, range(10))) == [n * n for n in range(10)]


def test_one_worker_is_the_caller() -> None:
    with shared(1, threads) as each:
        assert set(each(lambda _: current_thread(), range(3))) == {main_thread()}


def test_several_threads_are_not_the_caller() -> None:
    with shared(2, threads) as each:
        assert main_thread() not in set(each(lambda _: current_thread(), range(3)))


def test_processes_are_others_and_leave_ctrl_c_to_the_caller() -> None:
    with shared(2, processes) as each:
        assert os.getpid() not in set(each(process_number, range(2)))
        assert set(each(answer_to_ctrl_c, range(2))) == {signal.SIG_IGN}


def test_an_error_of_a_worker_reaches_the_caller() -> None:
    with pytest.raises(ZeroDivisionError), shared(2, threads) as each:
        list(each(lambda number: 1 // number, [1, 0]))


def test_there_is_a_processor() -> None:
    assert 1 <= processors() <= (os.cpu_count() or 1)


def test_processors_are_those_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5, 7}, raising=False)
    assert processors() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert processors() == 1
