"""The broker: a third party whose power to press wears away."""

from __future__ import annotations

import mesa

from sim.behaviour import behaviour
from sim.parameters import World
from sim.rules.attribution import credibility


class Broker(mesa.Agent):  # type: ignore[misc]
    """A third party that rewards, punishes and reports, for as long as its leverage lasts."""

    leverage: float
    bias: float

    @behaviour
    def believed_by_state(self, world: World) -> float:
        """Return how far the state believes this broker's reports, 0 to 1."""
        return credibility(self.bias, self.bias, world.friends_are_believed)

    @behaviour
    def believed_by_groups(self, world: World) -> float:
        """Return how far the groups believe this broker's reports, 0 to 1."""
        return credibility(-self.bias, self.bias, world.friends_are_believed)

    @behaviour
    def wear(self, world: World, violated: bool) -> None:
        """Lose leverage to time, and more on a day when a violation was pinned on someone.

        Claim: mediation works early and fades. Formula: L·(1 - d)·(1 - use·{violation}). Source:
        Beardsley 2008 [V]. Expected direction: leverage only falls, but for shocks.
        """
        spent = world.leverage_use if violated else 0.0
        self.leverage *= (1.0 - world.leverage_decay) * (1.0 - spent)


believed_by_state = Broker.believed_by_state
believed_by_groups = Broker.believed_by_groups
wear = Broker.wear
