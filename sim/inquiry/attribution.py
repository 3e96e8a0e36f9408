"""Why a truce lasts as long as it does: days shared out among mechanisms or inputs.

The worth of a coalition is the mean number of days within a window that the truce holds when all
other players are taken out, with the same luck run by run. Taking something out leaves the luck of
all the rest unchanged (`sim.noise`), so the differences are paired.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import normal_reach
from sim.ensemble import blank_rows, opening_of, run_rows
from sim.errors import UsageError
from sim.inquiry.aim import Aim
from sim.inquiry.players import PLAYERS, Player
from sim.inquiry.shapley import (
    Coalition,
    Shapley,
    coalitions_of,
    every_coalition,
    exact_values,
    orders_drawn,
    sampled_values,
)
from sim.results.attribution_folder import Days, SharedDays
from sim.scenario import Scenario
from sim.scenario.words import did_you_mean
from sim.workers import processors, shared, threads

if TYPE_CHECKING:
    import pandas

MOST_EXACT = 10
RUNS = 500
ORDERS = 64
WINDOW_DAYS = 365

Whole = NDArray[np.int64]
Watch = Callable[[int, int], None]


@dataclass(frozen=True)
class Game:
    """A scenario, its players, and the days of each run under each coalition that was asked for."""

    case: Scenario
    players: tuple[Player, ...]
    window_days: int
    runs: int
    seed: int
    known: dict[Coalition, Whole] = field(default_factory=dict)

    def worth(self, coalition: Coalition) -> Whole:
        """Return the days kept within the window in each run, the others being out; [runs]."""
        if coalition not in self.known:
            self.known[coalition] = self._run(coalition)
        return self.known[coalition]

    def fill(self, coalitions: Iterable[Coalition], watch: Watch | None = None) -> None:
        """Run many coalitions, shared among threads; the numbers do not depend on how."""
        wanted = [each for each in dict.fromkeys(coalitions) if each not in self.known]
        with shared(processors(), threads) as each:
            for done, (coalition, days) in enumerate(
                zip(wanted, each(self._run, wanted), strict=True)
            ):
                self.known[coalition] = days
                if watch:
                    watch(done + 1, len(wanted))

    def scenario(self, coalition: Coalition) -> Scenario:
        """Return the scenario without the players that are not in the coalition."""
        out = [player for n, player in enumerate(self.players) if n not in coalition]
        return self.case.with_(**{path: value for player in out for path, value in player.without})

    def _run(self, coalition: Coalition) -> Whole:
        opening = opening_of(self.scenario(coalition), self.seed)
        rows = run_rows(opening, blank_rows(0, self.runs))
        return np.asarray(np.minimum(rows["days"], self.window_days), dtype=np.int64)


def attributed(
    case: Scenario,
    among: str = "mechanisms",
    runs: int = RUNS,
    seed: int = 1,
    window_days: int = WINDOW_DAYS,
    orders: int = ORDERS,
    watch: Watch | None = None,
) -> SharedDays:
    """Return how many days each mechanism, theme or input contributes within a window.

    Up to `MOST_EXACT` players are summed up exactly, more by random orders. `watch` is called with
    the coalitions that were run, and how many there are.

    Errors: `UsageError` for numbers out of range, or a scenario from which nothing can be taken.
    """
    _check(case, among, runs, seed, window_days, orders)
    players = tuple(PLAYERS[among](case))
    if not players:
        raise UsageError(f"none of the {among} has anything to be taken out of this scenario")
    followed = Aim.of(f"days_kept_{window_days} > 0", case.horizon_days).followed(case)
    game = Game(followed, players, window_days, runs, seed)
    is_exact = len(players) <= MOST_EXACT
    drawn = [] if is_exact else orders_drawn(len(players), orders, seed)
    wanted = every_coalition(len(players)) if is_exact else coalitions_of(drawn)
    game.fill([*wanted, *_plain(len(players))], watch)
    if is_exact:
        found = exact_values(len(players), game.worth)
    else:
        found = sampled_values(len(players), game.worth, orders, seed)
    everyone = frozenset(range(len(players)))
    kept = game.worth(everyone)
    return SharedDays(
        scenario_digest=case.digest,
        among=among,
        window_days=window_days,
        runs=runs,
        seed=seed,
        none=_days(game.worth(frozenset())),
        all=_days(kept),
        orders=found.orders,
        coalitions=len(game.known),
        table=_table(game, found),
        kept=kept,
    )


def _check(case: Scenario, among: str, runs: int, seed: int, window_days: int, orders: int) -> None:
    if among not in PLAYERS:
        raise UsageError(f"days are shared out among {', '.join(PLAYERS)}, not {among}"
                         f"{did_you_mean(among, PLAYERS)}")  # fmt: skip
    if not 2 <= runs <= 1_000_000:
        raise UsageError(f"the runs must be 2 to 1,000,000, not {runs:,}")
    if not 0 <= seed < 2**64:
        raise UsageError(f"the seed must lie between 0 and 2**64 - 1, not {seed}")
    if not 1 <= window_days <= case.horizon_days:
        raise UsageError(
            f"the window must be 1 day to the horizon of {case.horizon_days:,}, not {window_days:,}"
        )
    if orders < 4 or orders % 2:
        raise UsageError(f"the orders come in pairs: an even number from 4 on, not {orders}")


def _plain(players: int) -> list[Coalition]:
    """Return the coalitions of all but one, and of one alone."""
    everyone = frozenset(range(players))
    one = [frozenset({player}) for player in range(players)]
    return [frozenset(), everyone, *one, *(everyone - each for each in one)]


def _days(each: Whole) -> Days:
    return Days(float(each.mean()), float(each.std(ddof=1) / np.sqrt(len(each))))


def _table(game: Game, found: Shapley) -> pandas.DataFrame:
    import pandas

    everyone = frozenset(range(len(game.players)))
    reach = normal_reach(0.95) * found.error
    left_out = [
        _days(game.worth(everyone) - game.worth(everyone - {n})) for n in range(len(game.players))
    ]
    alone = [
        _days(game.worth(frozenset({n})) - game.worth(frozenset()))
        for n in range(len(game.players))
    ]
    table = pandas.DataFrame(
        {
            "player": [player.name for player in game.players],
            "sentence": [player.sentence for player in game.players],
            "days": found.values,
            "lower": found.values - reach,
            "upper": found.values + reach,
            "luck": found.luck,
            "sampling": found.sampling,
            "left_out": [each.days for each in left_out],
            "left_out_error": [each.error for each in left_out],
            "alone": [each.days for each in alone],
            "alone_error": [each.error for each in alone],
        }
    )
    order = np.argsort(-np.abs(found.values), kind="stable")
    return table.iloc[order].reset_index(drop=True)
