"""The page docs/coverage.md: what was computed, the lowest numbers, and what they show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from tests.coverage.cells import EXACT, Cell, lowest
from tests.coverage.exact import HIGHEST, INTERVALS, LOWEST
from tests.coverage.sizes import Sizes

HEAD = """\
# How often intervals hold

An interval for nominal 95 % should hold the truth in 95 % of all ensembles. Whether it does can be
computed, since in a simulation the truth may be set. This page is the map: it is written by
`make coverage` (`python -m tests.coverage`), together with [coverage.csv](coverage.csv), which has
every cell, and the figure. The test run repeats a small part of it and holds it against the file.

![Lowest coverage by survival and number of runs](coverage.svg)
"""

EXACT_TEXT = """\
## One day, no run cut short: exact

The number of runs that hold is binomial, so coverage is a sum of binomial chances; nothing is
drawn. It jumps wherever S passes a limit of the interval. Between two jumps it first rises and then
falls, so its lowest value lies beside a jump, and looking at both sides of every jump finds the
lowest coverage over *all* S, not over a grid.

Over all S from {low:g} to {high:g}, and {sizes} numbers of runs from {fewest:,} to {most:,}:

{worst}

By band of S, the lowest coverage in per cent (cut off, not rounded up):

{bands}

Before the first ending, where all runs hold, the limits are included: those ensembles count like
all others.
"""

SIMULATED_TEXT = """\
## The rest: simulated

Ensembles of {runs} runs were drawn from known truths: 60 days, two causes, a constant chance of
ending and a larger one on day 30, between {lasts} holding at the end; some with runs cut short on a
day drawn evenly. Each line is over all its settings; *lowest* is that of the worst of them, which
is a little lower than its true coverage because it is the worst of many. *Error* is the standard
error of that one number.

{table}

What it shows:

- Simultaneous bands hold whole curves about as often as they say. `dkw` holds more often, since
  days are few and it is made for all moments. With few runs and few endings those that rest on
  large samples fall short by up to the differences above.
- Hall-Wellner bands are at least as wide as for 5 endings: the width that the few endings of an
  ensemble suggest would hold too seldom (below 90 % with 2.5 expected endings).
- Where runs were cut short, log-log limits of survival alone would hold in only 90 % where a single
  ending of 50 runs is already rare (S = 0.998). So the upper limit is never under that of mid-p for
  the effective size while fewer than 20 have ended.
- Limits made for looking again and again hold at all looks together, far above their level, because
  they allow for any number of looks. Mid-p limits do not: looked at a hundred times, they miss the
  truth at some look in a third of the ensembles. At the moment of stopping for width alone they
  still hold, since width hardly depends on the error; that is no licence to stop by anything else.
"""

Key = tuple[str, str]


def page(cells: Sequence[Cell], sizes: Sizes) -> str:
    """Return the page as Markdown."""
    exact = [cell for cell in cells if cell.kind == EXACT]
    drawn = [cell for cell in cells if cell.kind != EXACT]
    whole = f"S from {LOWEST:g} to {HIGHEST:g}"
    over_all = [cell for cell in exact if cell.setting == whole]
    parts = [cell for cell in exact if cell.setting != whole]
    looked_at = sorted({*sizes.bands_of, *sizes.wholes_of})
    return "\n".join(
        [
            HEAD,
            EXACT_TEXT.format(
                low=LOWEST,
                high=HIGHEST,
                sizes=f"{len(looked_at):,}",
                fewest=looked_at[0],
                most=looked_at[-1],
                worst=_worst_table(over_all + parts),
                bands="\n\n".join(_band_table(parts, method) for method in INTERVALS),
            ),
            SIMULATED_TEXT.format(
                runs=", ".join(f"{runs:,}" for runs in sizes.runs),
                lasts="5 and 95 %",
                table=_drawn_table(drawn),
            ),
        ]
    )


def cut(share: float, digits: int = 2) -> str:
    """Return a share in per cent, cut off so that nothing under a floor looks as if on it."""
    scale = 10**digits
    return f"{int(share * 100 * scale + 1e-6) / scale:.{digits}f}"


def _worst_table(cells: Sequence[Cell]) -> str:
    rows = []
    for method in INTERVALS:
        found = lowest(cell for cell in cells if cell.method == method)
        rows.append((method, f"{cut(found.coverage)} %", f"{found.runs:,}", f"{found.at:.5g}"))
    return _table(("interval", "lowest coverage", "runs", "at S"), rows)


def _band_table(cells: Sequence[Cell], method: str) -> str:
    own = [cell for cell in cells if cell.method == method]
    runs = sorted({cell.runs for cell in own})
    bands = list(dict.fromkeys(cell.setting for cell in own))
    found = {(cell.setting, cell.runs): cut(cell.coverage, 1) for cell in own}
    rows = [(band, *(found[band, number] for number in runs)) for band in bands]
    return _table((method, *(f"{number:,}" for number in runs)), rows)


def _drawn_table(cells: Iterable[Cell]) -> str:
    key: Callable[[Cell], Key] = lambda cell: (cell.what, cell.method)  # noqa: E731
    rows = []
    for (what, method), group in groupby(sorted(cells, key=key), key):
        own = list(group)
        worst = lowest(own)
        mean = sum(cell.coverage for cell in own) / len(own)
        rows.append(
            (
                what,
                method,
                f"{len(own)}",
                f"{100 * mean:.1f} %",
                f"{100 * worst.coverage:.1f} %",
                f"{100 * worst.error:.1f}",
                f"{worst.runs:,} runs, {worst.setting}",
            )
        )
    return _table(("what", "method", "settings", "mean", "lowest", "error", "where"), rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
