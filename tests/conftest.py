"""How the tests are run, whatever they test."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from sim.sweep import study_run


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Keep the garbage collector from walking through all tests and modules again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure() -> None:
    """Let what was kept from the garbage collector go in order."""
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def short_pilots() -> Iterator[None]:
    """Let sweeps of this process find their block size soon; the numbers do not depend on it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(study_run, "PILOT_SECONDS", 0.02)
        yield
