"""The command line: arguments, printing, exit codes; nothing else.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 scenario or table invalid, 4 results do not match
their manifest, 130 interrupted.

One module for each kind of thing that a command works on; `shared` holds what they share.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from typing import Any, NoReturn

import typer

from sim.cli import analyses, ensembles, inquiries, records, reports, scenarios, sweeps, trials
from sim.cli.shared import INTERRUPTED, app, say
from sim.errors import ProblemsError, TruceError, UsageError

__all__ = [
    "INTERRUPTED",
    "analyses",
    "app",
    "ensembles",
    "exit_code_of",
    "inquiries",
    "main",
    "program",
    "records",
    "reports",
    "scenarios",
    "sweeps",
    "trials",
]


def main() -> None:
    """Run the command line and leave with the right exit code."""
    gc.disable()  # what is imported stays; commands that leave much behind switch it on again
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # letters that a terminal lacks are spelled out
            stream.reconfigure(errors="backslashreplace")
    sys.exit(exit_code_of(lambda: app(standalone_mode=False)))


def program() -> NoReturn:
    """Be the program `truce`: run the command line and end the process there and then.

    Threads of libraries that are still at work while Python takes them down would at times abort
    the process after all is done.
    """
    try:
        main()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 0
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def exit_code_of(command: Callable[[], Any]) -> int:
    """Run a command; print what went wrong in a sentence and return its exit code."""
    try:
        returned = command()
        sys.stdout.flush()
    except TruceError as error:
        say(f"{problem_count(error)}{error}")
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        returned = INTERRUPTED
    except typer.TyperException as error:
        wrong_call: Any = error
        wrong_call.show()
        return UsageError.exit_code
    except MemoryError:
        say("truce: there is not enough memory; ask for fewer runs")
        return TruceError.exit_code
    except OSError as error:
        drop_output()
        if not isinstance(error, BrokenPipeError):  # the reader left early, as `head` does
            say(f"truce: {error.strerror or error}")
        return TruceError.exit_code
    if returned == INTERRUPTED:
        say("Interrupted: nothing was written, and what was there before is still there.")
    return returned if isinstance(returned, int) else 0


def drop_output() -> None:
    """Send what is left of our output nowhere, so that leaving does not fail on it."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def problem_count(error: TruceError) -> str:
    """Return the headline above the problems of a file, the program's name for other errors."""
    if not isinstance(error, ProblemsError):
        return "truce: "
    number = len(error.problems)
    return f"{number} problem{'s' if number > 1 else ''}:\n"
