"""What is refused before anything is fitted, and in which words."""

import numpy as np
import pytest

from sim.analysis import life_tables, regression
from sim.errors import ResultsError, UsageError

TABLES = life_tables([0, 0, 1, 1, 2, 2, 3, 3], [1, 0, 1, 2, 0, 1, 1, 0], [1, 4, 2, 2, 4, 3, 2, 4])
GOOD = np.array([0.0, 1.0, 3.0, 2.0])
FITS = (regression.cox, regression.grouped, lambda t, x: regression.parametric(t, covariates=x))


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, "at least one covariate"),
        ({"pay": GOOD[:2]}, "'pay' has shape"),
        ({"pay": ["a", "b", "c", "d"]}, "indicators"),
        ({"pay": [0, 1, np.nan, 2]}, "'pay' has no finite value at point 2"),
        ({"pay": [3, 3, 3, 3]}, "'pay' has the same value at every point"),
        ({"pay": GOOD, "other": 2 * GOOD + 1}, "'other' can be computed from 'pay'"),
        ({"a\x1b[31m": [1, 1, 1, 1]}, r"'a\\x1b\[31m'"),
    ],
)
def test_unusable_covariates_are_named(fit, columns, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        fit(TABLES, columns)


def test_only_the_columns_to_blame_are_named() -> None:
    columns = {"a": GOOD, "b": GOOD**2, "c": 3 * GOOD}
    with pytest.raises(UsageError) as refusal:
        regression.cox(TABLES, columns)
    assert "'c' can be computed from 'a'," in str(refusal.value)


def test_a_column_that_varies_only_between_strata_is_refused() -> None:
    with pytest.raises(UsageError, match="'side' can be computed from the strata"):
        regression.cox(TABLES, {"side": [0, 0, 1, 1]}, strata=["a", "a", "b", "b"])


def test_strata_must_fit() -> None:
    with pytest.raises(UsageError, match="4 rows but strata of shape"):
        regression.cox(TABLES, {"pay": GOOD}, strata=[1, 2])


@pytest.mark.parametrize("fit", [regression.cox, regression.grouped])
def test_a_cause_must_exist_and_occur(fit) -> None:
    with pytest.raises(UsageError, match=r"no cause 'boredom'\. Known: group_defects"):
        fit(TABLES, {"pay": GOOD}, cause="boredom")
    with pytest.raises(UsageError, match="no cause 'holding'"):
        fit(TABLES, {"pay": GOOD}, cause="holding")
    with pytest.raises(ResultsError, match="No run ended by 'settles'"):
        fit(TABLES, {"pay": GOOD}, cause="settles")


@pytest.mark.parametrize("fit", FITS)
def test_a_covariate_that_separates_is_named(fit) -> None:
    day = np.tile([3, 4, 5, 6, 8, 9], 4)
    ended = np.array([1] * 12 + [0] * 12)
    tables = life_tables(np.repeat(np.arange(4), 6), ended, day, horizon_days=10)
    with pytest.raises(ResultsError, match="'side' has no finite estimate"):
        fit(tables, {"side": [0, 0, 1, 1], "pay": [0.0, 1.0, 1.0, 0.5]})


def test_indicators_leave_out_the_reference() -> None:
    columns = regression.indicators("kind", ["a", "b", "c", "b"], "a")
    assert {name: list(values) for name, values in columns.items()} == {
        "kind: b": [0, 1, 0, 1],
        "kind: c": [0, 0, 1, 0],
    }
    with pytest.raises(UsageError, match="reference 'z' of 'kind' does not occur"):
        regression.indicators("kind", ["a"], "z")
