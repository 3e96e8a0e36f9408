"""The backtest as tables and words; the parts of docs/backtest.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import scipy  # loads its parts when they are first used

from sim.backtest.prediction import BANDS, LAST_DAY, MODEL, Prediction, band_of, from_model
from sim.backtest.rivals import lapse_share, relative_hazard, rivals_for
from sim.backtest.scores import LogScore, Score, chances_to_tell, scored, total
from sim.backtest.truces import Happened, truces
from sim.backtest.vectors import (
    MEASURES,
    RUNS_OF_VECTOR,
    band_table,
    scores_of_vectors,
    share_best,
    under_vectors,
)
from sim.errors import UsageError
from sim.reference import table
from sim.validation.vectors import Vectors

if TYPE_CHECKING:
    import pandas

RUNS, SEED = 50_000, 1
MOST_RUNS = 10_000_000


@dataclass(frozen=True, eq=False)
class Backtest:
    """What the model and its rivals expected of each truce, and how much of it happened.

    `predictions` and `scores` are in the order of `truces`, then the model and its rivals.
    `band` is the band over a set of `vectors` of parameters, or None; `best_under` says for each
    measure under which share of them the model does better than every rival.
    """

    truces: tuple[Happened, ...]
    predictions: tuple[tuple[Prediction, ...], ...]
    scores: tuple[tuple[Score, ...], ...]
    runs: int
    seed: int
    band: pandas.DataFrame | None = None
    vectors: int = 0
    best_under: Mapping[str, float] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The model and its rivals."""
        return tuple(each.name for each in self.predictions[0])

    @cached_property
    def expected(self) -> pandas.DataFrame:
        """Each truce by each prediction: what happened, medians, transforms."""
        import pandas

        rows = [
            {
                "truce": score.truce.year,
                "days": score.truce.days,
                "ending": score.truce.ending,
                "by": score.name,
                "median_days": prediction.median(),
                "ended_before": score.before,
                "ended_by_then": score.by,
                "drawn": score.drawn,
                "ending_expected": prediction.between(0, BANDS[-1][1], score.truce.ending),
            }
            for predicted, scores in zip(self.predictions, self.scores, strict=True)
            for prediction, score in zip(predicted, scores, strict=True)
        ]
        return pandas.DataFrame(rows).astype({"median_days": "Int64"})

    @property
    def medians(self) -> list[int | None]:
        """The median day that each prediction expected, in the order of `expected`."""
        return [each.median() for predicted in self.predictions for each in predicted]

    @cached_property
    def log_scores(self) -> pandas.DataFrame:
        """The log scores: truce (or "all"), by, and for each measure the score and its error."""
        import pandas

        rows = [
            self._log_row(str(score.truce.year), [score]) for each in self.scores for score in each
        ]
        rows += [
            self._log_row("all", [scores[place] for scores in self.scores])
            for place in range(len(self.names))
        ]
        return pandas.DataFrame(rows)

    def _log_row(self, truce: str, scores: Sequence[Score]) -> dict[str, object]:
        row: dict[str, object] = {"truce": truce, "by": scores[0].name}
        for measure in MEASURES:
            together = total([getattr(each, measure) for each in scores])
            row[measure], row[f"{measure}_error"] = together.value, together.error
        return row

    @cached_property
    def differences(self) -> pandas.DataFrame:
        """The model against each rival, by band and ending.

        Columns: rival, mean (score of the model less that of the rival, per truce; below 0 the
        model is better), lower, upper (95 % by Student's t over truces), favoured_if_model_right,
        favoured_if_rival_right (how often three truces would favour the model).
        """
        import pandas

        model, *others = (self._of(name) for name in self.names)
        rows = []
        for place, (name, rival) in enumerate(zip(self.names[1:], others, strict=True), start=1):
            gaps = np.array([one.value - two.value for one, two in zip(model, rival, strict=True)])
            lower, upper = _between(gaps)
            chances = chances_to_tell(
                [each[0] for each in self.predictions], [each[place] for each in self.predictions]
            )
            rows.append((name, float(gaps.mean()), lower, upper, *map(float, chances)))
        columns = ("rival", "mean", "lower", "upper")
        return pandas.DataFrame(
            rows, columns=[*columns, "favoured_if_model_right", "favoured_if_rival_right"]
        )

    def _of(self, name: str) -> list[LogScore]:
        place = self.names.index(name)
        return [scores[place].band_and_ending for scores in self.scores]


def _between(gaps: np.ndarray) -> tuple[float, float]:
    """Return the limits of the mean of differences; none where one of them is infinite."""
    if not np.isfinite(gaps).all():
        return -np.inf, np.inf
    reach = scipy.special.stdtrit(len(gaps) - 1, 0.975) * gaps.std(ddof=1) / np.sqrt(len(gaps))
    return float(gaps.mean() - reach), float(gaps.mean() + reach)


def backtest(
    runs: int = RUNS,
    seed: int = SEED,
    vectors: Vectors | None = None,
    runs_of_vector: int | None = None,
    watch: Callable[[str], None] | None = None,
) -> Backtest:
    """Run the three truces with their own inputs and score what the model and its rivals expected.

    With `vectors` the model's scores are repeated for each of them, with `runs_of_vector` runs, by
    default as many as asked for and no more than `RUNS_OF_VECTOR`. `watch` is told what is run.

    Errors: `UsageError` for a number of runs or a seed out of range, or a vector that leaves its
    range.
    """
    if not 1 <= runs <= MOST_RUNS or not 0 <= seed < 2**64:
        raise UsageError(f"runs lie between 1 and {MOST_RUNS:,}, the seed between 0 and 2**64 - 1")
    happened = truces()
    cases = under_vectors(happened, vectors) if vectors else []
    draws = np.random.Generator(np.random.Philox(seed)).random(len(happened))
    predictions = []
    for truce in happened:
        if watch:
            watch(truce.scenario)
        predictions.append((from_model(truce.scenario, runs, seed), *rivals_for(truce)))
    scores = tuple(
        tuple(scored(truce, each, float(draw)) for each in predicted)
        for truce, predicted, draw in zip(happened, predictions, draws, strict=True)
    )
    band, best_under = None, {}
    if vectors:
        if watch:
            watch(f"{vectors.words} of parameters")
        each_runs = runs_of_vector or min(runs, RUNS_OF_VECTOR)
        under = scores_of_vectors(happened, cases, each_runs, seed)
        band = band_table(under)
        best_under = {
            measure: share_best(under, [each[1:] for each in scores], measure)
            for measure in ("day", "band_and_ending")
        }
    return Backtest(
        happened, tuple(predictions), scores, runs, seed, band, len(vectors or ()), best_under
    )


# Words


def verdict(found: Backtest) -> list[str]:
    """Return who did best and how little three truces say, in sentences."""
    sentences = []
    for measure, words in (("day", "the day"), ("band_and_ending", "band and ending")):
        totals = {
            name: total([getattr(scores[place], measure) for scores in found.scores]).value
            for place, name in enumerate(found.names)
        }
        best = min(totals, key=lambda name: totals[name])
        who = "the model does best" if best == MODEL else f"a rival wins, {best}"
        listed = ", ".join(f"{name} {number(value)}" for name, value in totals.items())
        sentences.append(f"By {words}, {who}: {listed} (all truces together; less is better).")
        if measure in found.best_under:
            sentences.append(
                f"By {words}, the model does better than every rival under "
                f"{100 * found.best_under[measure]:.0f} % of the {found.vectors} vectors."
            )
    open_ = [
        row["rival"]
        for row in found.differences.to_dict("records")
        if row["lower"] <= 0 <= row["upper"]
    ]
    many = len(found.truces)
    sentences.append(
        f"With {many} truces hardly anything can be told. The 95 % interval of the mean difference "
        f"from {_listed(open_) or 'no rival'} includes 0; and {many} truces out of {many} in "
        f"favour of one side come about one time in {2 ** (many - 1)} when both are equally good."
    )
    return sentences


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + "".join(names[-1:])


def number(value: float, error: float = 0.0) -> str:
    """Return a score with two decimals, and its Monte-Carlo error where it has one."""
    if np.isinf(value):
        return "infinite"
    return f"{value:.2f} ± {error:.2f}" if error >= 0.005 else f"{value:.2f}"


# The parts of the page


def page_parts(found: Backtest) -> dict[str, Callable[[], str]]:
    """Return what writes each generated part of docs/backtest.md, by its name."""
    return {
        "expected": lambda: expected_part(found),
        "scores": lambda: scores_part(found),
        "differences": lambda: differences_part(found),
        "verdict": lambda: "\n".join(verdict(found)) + "\n",
        "made": lambda: made_part(found),
    }


def expected_part(found: Backtest) -> str:
    """Return the table of what was expected and what happened."""
    headings = ("truce", "happened", "by", "median", "had ended before", "by then", "drawn")
    rows = [
        (
            str(row["truce"]),
            f"{row['days']} days, {row['ending']}",
            str(row["by"]),
            _median_words(median),
            f"{row['ended_before']:.3f}",
            f"{row['ended_by_then']:.3f}",
            f"{row['drawn']:.3f}",
        )
        for row, median in zip(found.expected.to_dict("records"), found.medians, strict=True)
    ]
    return table(headings, rows)


def scores_part(found: Backtest) -> str:
    """Return the table of log scores."""
    rows = [
        (
            str(row["truce"]),
            str(row["by"]),
            *(number(row[measure], row[f"{measure}_error"]) for measure in MEASURES),
        )
        for row in found.log_scores.to_dict("records")
    ]
    return table(("truce", "by", "day", "day and ending", "band and ending"), rows)


def differences_part(found: Backtest) -> str:
    """Return the table of the model against each rival."""
    headings = (
        "rival",
        "model less rival, per truce",
        "95 % interval",
        "would favour the model if it were right",
        "if the rival were",
    )
    rows = [
        (
            row["rival"],
            f"{row['mean']:+.2f}",
            f"{row['lower']:+.2f} to {row['upper']:+.2f}",
            f"{100 * row['favoured_if_model_right']:.0f} %",
            f"{100 * row['favoured_if_rival_right']:.0f} %",
        )
        for row in found.differences.to_dict("records")
    ]
    return table(headings, rows)


def made_part(found: Backtest) -> str:
    """Return what the numbers rest on."""
    names = ", ".join(f"`{each.scenario}`" for each in found.truces)
    bands = ", ".join(f"{first} to {last}" for first, last in BANDS)
    hit = [f"{_band_words(each)} and {each.ending} ({each.year})" for each in found.truces]
    return (
        f"{found.runs:,} runs of each of {names}, seed {found.seed}; the draws come from the same "
        f"seed. Bands of days: {bands}, and what lasts longer; what happened: {', '.join(hit)}. "
        f"Terms of about a month lapse with the share {lapse_share():.3f}; the hazard of being "
        f"broken is {relative_hazard(found.truces[0].covariates):.2f} times that of the record's "
        "mix.\n"
    )


def _median_words(day: int | None) -> str:
    return f"over {LAST_DAY}" if day is None else str(day)


def _band_words(truce: Happened) -> str:
    band = band_of(truce.days)
    return f"{band[0]} to {band[1]} days" if band else "more days"
