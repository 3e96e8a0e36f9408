"""How a truce can end, and why: the one registry that the model, the tables and the figures read.

To add an ending, add one constant and one entry of `ENDINGS`; curves, colours and tables follow.
The constants exist because compiled code can use a module-level integer but not a registry; a test
keeps the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["failure", "expiry", "success", "censored"]

HOLDING = 0
GROUP_DEFECTS = 1
STATE_DEFECTS = 2
VIOLENCE = 3
LAPSES = 4
SETTLES = 5

NO_REASON = 0
POWER = 1
DISTRUST = 2
AUDIENCE = 3
ARREARS = 4
TERMS = 5
BROKER = 6
BAD_FAITH = 7
WAR_FUNDS = 8
EFFORT = 9
SPIRAL = 10
SPOILERS = 11
ACCIDENTS = 12
CHEATING = 13
TRUST = 14
FACTIONS = 15


@dataclass(frozen=True)
class Ending:
    """One way in which a run of the model can stop.

    `code` is the number that compiled code stores, and the place in `ENDINGS`. `precedence` decides
    when two endings fall on one day: 1 wins over 2 and so on; 0 means that the ending competes with
    none, because it is recorded only when nothing else happened. `kind` says whether the truce
    failed, ran out, succeeded, or was still there when the run stopped (censored).
    """

    code: int
    name: str
    sentence: str
    precedence: int
    kind: Kind

    @property
    def label(self) -> str:
        """The name as a reader sees it: "group_defects" becomes "Group defects"."""
        return _as_words(self.name)


@dataclass(frozen=True)
class Reason:
    """Why a truce ended: what weighed most in the decision, or what drove the violence.

    `code` is the number that compiled code stores, and the place in `REASONS`.
    """

    code: int
    name: str
    sentence: str

    @property
    def label(self) -> str:
        """The name as a reader sees it: "war_funds" becomes "War funds"."""
        return _as_words(self.name)


def _as_words(name: str) -> str:
    return name.replace("_", " ").capitalize()


ENDINGS: tuple[Ending, ...] = (
    Ending(HOLDING, "holding", "The truce still holds at the horizon.", 0, "censored"),
    Ending(
        GROUP_DEFECTS, "group_defects", "A signatory group openly breaks the truce.", 1, "failure"
    ),
    Ending(STATE_DEFECTS, "state_defects", "The state openly breaks the truce.", 2, "failure"),
    Ending(
        VIOLENCE,
        "violence",
        "Deaths between the parties pass the threshold though nobody calls the truce off.",
        3,
        "failure",
    ),
    Ending(LAPSES, "lapses", "The term runs out and the truce is not renewed.", 4, "expiry"),
    Ending(SETTLES, "settles", "The truce turns into a settlement.", 5, "success"),
)

CAUSES: tuple[Ending, ...] = ENDINGS[1:]
"""The endings that end a truce, in order of code: all but `holding`."""

REASONS: tuple[Reason, ...] = (
    Reason(NO_REASON, "none", "No reason is recorded, as when the truce still holds."),
    Reason(POWER, "power", "Power has shifted, so the terms no longer match it."),
    Reason(DISTRUST, "distrust", "The other side is no longer trusted to keep its word."),
    Reason(AUDIENCE, "audience", "Outrage at home makes the truce too costly."),
    Reason(ARREARS, "arrears", "Promised prisoners have not been released."),
    Reason(TERMS, "terms", "The terms gave too little from the start."),
    Reason(BROKER, "broker", "The broker is gone, or its leverage is lost."),
    Reason(BAD_FAITH, "bad_faith", "A party signed only to rest, rearm or gain time."),
    Reason(WAR_FUNDS, "war_funds", "Funds that are paid only for fighting make war worthwhile."),
    Reason(EFFORT, "effort", "Renewing the truce takes more effort than it seems worth."),
    Reason(SPIRAL, "spiral", "One side retaliates, the other answers, and so on."),
    Reason(SPOILERS, "spoilers", "Hardliners attack to wreck the truce."),
    Reason(ACCIDENTS, "accidents", "Clashes happen that nobody ordered."),
    Reason(CHEATING, "cheating", "A side breaks the truce in secret, with attacks or raids."),
    Reason(TRUST, "trust", "Both sides have come to trust each other."),
    Reason(FACTIONS, "factions", "Hardliners in a group's ranks make the truce costly to lead."),
)

ENDING_CODES: dict[str, int] = {ending.name: ending.code for ending in ENDINGS}
REASON_CODES: dict[str, int] = {reason.name: reason.code for reason in REASONS}
