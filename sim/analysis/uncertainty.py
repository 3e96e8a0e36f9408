"""Four kinds of uncertainty that must not be mixed up, as labels that results carry."""

from __future__ import annotations

from enum import StrEnum


class Uncertainty(StrEnum):
    """What an interval or a spread is about."""

    MONTE_CARLO = "Monte-Carlo"
    SCENARIO = "scenario"
    PARAMETER = "parameter"
    EMPIRICAL = "empirical"

    @property
    def sentence(self) -> str:
        """What it means, in one sentence."""
        return _SENTENCES[self]


_SENTENCES = {
    Uncertainty.MONTE_CARLO: (
        "How far the estimate might move if the same point were run again with other seeds; it "
        "shrinks with the number of runs and says nothing about the world."
    ),
    Uncertainty.SCENARIO: (
        "How far results differ between points, that is between assumptions about the truce; more "
        "runs do not shrink it."
    ),
    Uncertainty.PARAMETER: (
        "How far results differ between vectors of the model's own parameters that are worth "
        "considering; more runs do not shrink it."
    ),
    Uncertainty.EMPIRICAL: (
        "How far the record of real truces, which is short and has gaps, might differ from what "
        "it samples; the model's runs have no part in it."
    ),
}
