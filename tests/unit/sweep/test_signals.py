"""Signals that are put off."""

from __future__ import annotations

import signal
import threading

import pytest

from sim.sweep.signals import stopping_put_off


@pytest.fixture(autouse=True)
def heeded() -> object:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_signal_takes_effect_when_the_block_is_finished() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012
        with stopping_put_off():
            signal.raise_signal(signal.SIGINT)
            done.append("the rest of the block")
        done.append("what comes after it")
    assert done == ["the rest of the block"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_without_a_signal_nothing_happens() -> None:
    with stopping_put_off():
        pass
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_error_in_the_block_is_passed_on() -> None:
    with pytest.raises(ZeroDivisionError), stopping_put_off():
        1 / 0  # noqa: B018
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_threads_may_use_it() -> None:
    def block() -> None:
        with stopping_put_off():
            done.append(True)

    done: list[bool] = []
    thread = threading.Thread(target=block)
    thread.start()
    thread.join()
    assert done == [True]
