"""What happens in a day, in order: the list `DAY`, and the function that runs it.

`day` is plain Python for Mesa and machine code for the ensemble. `truce explain day` prints `DAY`.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.behaviour import behaviour
from sim.phases.blame import blame_falls, parties_learn
from sim.phases.closing import truce_may_end
from sim.phases.courses import parties_review
from sim.phases.home_front import prisoners_go_free, public_reacts
from sim.phases.incidents import incidents_happen
from sim.phases.pressure import brokers_press, shocks_strike
from sim.phases.strength import groups_split, strength_changes
from sim.theatre import Theatre


@behaviour
def day(theatre: Theatre) -> None:
    """Run one day of a truce."""
    theatre.luck.day += 1
    theatre.truce.age = theatre.luck.day
    shocks_strike(theatre)
    brokers_press(theatre)
    parties_review(theatre)
    incidents_happen(theatre)
    blame_falls(theatre)
    parties_learn(theatre)
    public_reacts(theatre)
    prisoners_go_free(theatre)
    strength_changes(theatre)
    groups_split(theatre)
    truce_may_end(theatre)


# The phases in the order in which `day` calls them: the schedule stands once.
DAY: tuple[Callable[[Theatre], None], ...] = tuple(
    phase
    for name in day.__code__.co_names
    if (phase := globals().get(name)) and str(phase.__doc__)[0].isdigit()
)
