"""Signals that ask to stop, put off for as long as stopping would break something."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ASK_TO_STOP = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopping_put_off() -> Iterator[None]:
    """Finish the block before Ctrl-C or the end of a job takes effect.

    Compiled modules, for one, cannot be imported by half and then again. Only the main thread
    hears of signals; in others nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = {
        which: signal.signal(which, lambda number, _: heard.append(number))
        for which in ASK_TO_STOP
        if callable(signal.getsignal(which))
    }
    try:
        yield
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)
    for number in heard[:1]:
        signal.raise_signal(number)
