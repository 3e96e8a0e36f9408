"""Made-up tables of ceasefires, for tests alone: no row stands for anything that happened.

The countries do not exist. `PUBLISHED` has the columns of the ETH/PRIO Civil Conflict CeaseFire
data, whose own rows are not shipped.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable

import numpy as np

HEADER = (
    "cc", "location", "cf_id", "actor_name", "cf_dec_yr", "cf_dec_month", "cf_dec_day",
    "cf_effect_yr", "cf_effect_month", "cf_effect_day", "end_yr", "end_month", "end_day",
    "ended", "ceasefire_class", "mediator_nego", "comment",
)  # fmt: skip

ROWS = (
    # one ceasefire of two actors: 30 days, the earlier of two ends counts
    (1, "Arvia", 1, "MADE UP A", 2001, 3, 1, 2001, 3, 2, 2001, 4, 1, 2, 1, 0, "made up"),
    (1, "Arvia", 1, "MADE UP B", 2001, 3, 1, 2001, 3, 2, 2001, 4, 9, 1, 1, 0, "made up"),
    # the same id again three years later: another ceasefire, expired after 10 days
    (1, "Arvia", 1, "MADE UP C", 2004, 6, 1, 2004, 6, 1, 2004, 6, 11, 1, 1, 1, "made up"),
    # effect not known, declared 5 May 2003; end known to the month
    (2, "Belmor", 1, "MADE UP D", 2003, 5, 5, -1, -1, -1, 2003, 6, -1, 4, 2, 1, "made up"),
    # never took effect, by its code and by its date of effect
    (2, "Belmor", 2, "MADE UP E", 2005, 1, 1, 0, 0, 0, -1, -1, -1, 3, 1, 0, "made up"),
    # in force; and unclear without a day
    (3, "Corant", 1, "MADE UP F", 2010, 1, 1, 2010, 1, 1, 0, 0, 0, 0, 3, -1, "made up"),
    (3, "Corant", 2, "MADE UP G", 2011, 7, 1, 2011, 7, 1, -1, -1, -1, -1, 1, 1, "made up, with"),
    # known to have ended in 2012, no more: too vague for the dated curve
    (3, "Corant", 3, "MADE UP H", 2012, 1, 1, 2012, 1, 1, 2012, -1, -1, 2, 1, 1, "made up"),
)  # fmt: skip


def as_csv(rows: Iterable[Iterable[object]], separator: str = ",") -> str:
    """Return rows as the text of a table."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    return text.getvalue()


PUBLISHED = as_csv([HEADER, *ROWS])


def plain_rows(ceasefires: int = 120, seed: int = 4) -> list[list[str]]:
    """Return a made-up table with the columns country, start, end, how and mediated.

    About one in six ends on a day that is not known, some days and months are missing.
    """
    luck = np.random.default_rng(seed)
    rows = [["country", "start", "end", "how", "mediated"]]
    for number in range(ceasefires):
        first = datetime.date(2000, 1, 1) + datetime.timedelta(days=int(luck.integers(7000)))
        last = first + datetime.timedelta(days=int(luck.lognormal(3.0 + 0.3 * (number % 5), 1.7)))
        start, end = first.isoformat(), last.isoformat()
        how = str(luck.choice(["expired", "broken", "unclear"]))
        missing = luck.random()
        if last.year > 2020:
            end, how = "", "in force"
        elif how == "unclear" and missing < 0.5:
            end = ""
        elif missing < 0.1:
            end = end[:7]
        elif missing < 0.15:
            start = start[:7]
        place = f"Made-up country {number % 5}"
        rows.append([place, start, end, how, str(luck.choice(["yes", "no"]))])
    return rows
