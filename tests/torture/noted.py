"""A sweep that notes which blocks its workers begin; run as a process of its own, to be killed.

`python -m tests.torture.noted STUDY FOLDER DOING` runs a study with two workers and the Mesa
engine, as the command line would; DOING is one of the functions below.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sim.cli.sweeps import stopping
from sim.errors import TruceError
from sim.results.manifest import MANIFEST
from sim.sweep import Study
from sim.sweep.crew import Processes
from sim.sweep.study_run import run_study
from sim.sweep.work import Finished, Task, work

FOLDER = "TRUCE_SIM_TORTURED"
WORKERS = 2
NOTES = "begun.txt"


def noted(task: Task) -> Finished:
    """Note the beginning of a block, unless it belongs to the pilot, and run it."""
    folder = Path(os.environ[FOLDER])
    if (folder / MANIFEST).exists():
        block = task.block
        line = f"{block.first_run} {block.runs} {block.first_point} {block.points}\n"
        with (folder.parent / NOTES).open("a") as notes:
            notes.write(line)
    return work(task)


def endless(task: Task) -> Finished:
    """Never end, once the pilot is over."""
    finished = noted(task)
    while (Path(os.environ[FOLDER]) / MANIFEST).exists():
        pass
    return finished


def main(study: str, folder: str, doing: str) -> int:
    """Run the study; return the exit code that the command line would have."""
    os.environ[FOLDER] = folder
    work_so = {"noted": noted, "endless": endless}[doing]
    try:
        with stopping(study, Path(folder)):
            run_study(
                Study.load(study),
                folder,
                workers=WORKERS,
                engine="mesa",
                crew=lambda workers: Processes(workers, work_so),
            )
    except TruceError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
