"""The tables and scripts that come with a report, with which others can check its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

import numpy as np
import pandas

from sim.analysis import LifeTables
from sim.endings import ENDINGS
from sim.sheets import sheet_text

SCRIPTS = ("redo.R", "redo.py")


def records_of(
    tables: LifeTables, pairs: Sequence[pandas.DataFrame], numbers: pandas.DataFrame
) -> dict[str, bytes]:
    """Return life_table.csv, numbers.csv, pairs.csv if there are any, and the scripts."""
    records = {"life_table.csv": life_table_rows(tables), "numbers.csv": numbers}
    if pairs:
        records["pairs.csv"] = pandas.concat(pairs, ignore_index=True)
    sheets = {name: sheet_text(table).encode() for name, table in records.items()}
    templates = files("sim.publication") / "templates"
    return sheets | {name: (templates / name).read_bytes() for name in SCRIPTS}


def life_table_rows(tables: LifeTables) -> pandas.DataFrame:
    """Return how many runs ended in which way on which day: point, ending, day, runs."""
    counts = np.concatenate([tables.censored[:, None], tables.ended], axis=1)
    place, ending, day = np.nonzero(counts)
    return pandas.DataFrame(
        {
            "point": np.asarray(tables.numbers)[place],
            "ending": np.asarray([each.name for each in ENDINGS], dtype=object)[ending],
            "day": day,
            "runs": counts[place, ending, day],
        }
    )
