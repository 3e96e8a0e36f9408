"""The tables: their columns, their sums, and what they refuse."""

import subprocess
import sys

import numpy as np
import pandas
import pytest

from sim.analysis import (
    endings_table,
    incidence_table,
    life_table,
    life_table_of_runs,
    life_table_of_survival,
    milestones_table,
    survival_table,
    why_table,
)
from sim.analysis.estimates import share_interval
from sim.endings import ENDING_CODES, ENDINGS, REASONS
from sim.errors import ResultsError, UsageError

NAMES = np.array([ending.name for ending in ENDINGS])
REASON_NAMES = np.array([reason.name for reason in REASONS])
HORIZON = 120


@pytest.fixture(scope="module")
def runs() -> pandas.DataFrame:
    rng = np.random.default_rng(5)
    days = rng.geometric(0.02, 800)
    codes = np.where(days > HORIZON, 0, rng.choice([1, 3, 4], 800))
    why = np.where(codes == 0, 0, rng.integers(1, 4, 800))
    return pandas.DataFrame(
        {
            "run": np.arange(800),
            "days": np.minimum(days, HORIZON),
            "ending": NAMES[codes],
            "why": REASON_NAMES[why],
        }
    )


def test_runs_are_counted_by_name(runs: pandas.DataFrame) -> None:
    codes = [ENDING_CODES[name] for name in runs["ending"]]
    expected = life_table(runs["days"].to_numpy(), np.array(codes), HORIZON)
    assert life_table_of_runs(runs, HORIZON) == expected
    categories = runs.assign(ending=runs["ending"].astype("category"))
    assert life_table_of_runs(categories, HORIZON) == expected
    assert life_table_of_runs(runs.sample(frac=1, random_state=1), HORIZON) == expected


def test_survival_table_has_a_row_for_every_day(runs: pandas.DataFrame) -> None:
    table = survival_table(life_table_of_runs(runs, HORIZON))
    assert list(table) == ["day", "at_risk", "ended", "survival", "lower", "upper"]
    assert table["day"].tolist() == list(range(HORIZON + 1))
    assert table["at_risk"][0] == 800
    outlasting = [(runs["days"] > day).sum() for day in range(HORIZON)]
    np.testing.assert_array_equal(table["survival"][:HORIZON], np.array(outlasting) / 800)
    assert (table["lower"] < table["upper"]).all()


def test_counts_come_back_from_a_survival_table(runs: pandas.DataFrame) -> None:
    whole = life_table_of_runs(runs, HORIZON)
    back = life_table_of_survival(survival_table(whole))
    np.testing.assert_array_equal(back.ended[0], whole.ended_by_day)
    np.testing.assert_array_equal(back.censored, whole.censored)
    cut_short = life_table([3, 5, 5, 9], [0, 1, 0, 0], 9)
    assert life_table_of_survival(survival_table(cut_short)).cut_short == 2


def test_incidence_table_sums_to_one_every_day(runs: pandas.DataFrame) -> None:
    table = incidence_table(life_table_of_runs(runs, HORIZON))
    assert list(table) == ["day", *NAMES[1:], "holding"]
    np.testing.assert_allclose(table[list(NAMES)].sum(axis=1), 1.0, atol=1e-12)


def test_endings_table_accounts_for_every_run(runs: pandas.DataFrame) -> None:
    table = endings_table(life_table_of_runs(runs, HORIZON)).set_index("ending")
    assert list(table.index) == [*NAMES[1:], "holding"]
    assert table["runs"].to_dict() == {
        name: int((runs["ending"] == name).sum()) for name in table.index
    }
    np.testing.assert_allclose(table["share"], table["runs"] / 800)
    assert ((table["lower"] <= table["share"]) & (table["share"] <= table["upper"])).all()
    assert table.loc["violence", "sentence"] == ENDINGS[3].sentence


def test_endings_that_no_run_had_keep_an_interval_and_no_median(runs: pandas.DataFrame) -> None:
    table = endings_table(life_table_of_runs(runs, HORIZON)).set_index("ending")
    assert table.loc["settles", "share"] == 0.0
    assert 0.0 < table.loc["settles", "upper"] < 0.01
    assert table["median_day"].isna().to_dict() == {
        name: name not in ("group_defects", "violence", "lapses") for name in table.index
    }
    lapsed = np.sort(runs.loc[runs["ending"] == "lapses", "days"])
    assert table.loc["lapses", "median_day"] == lapsed[(len(lapsed) - 1) // 2]


def test_endings_table_allows_for_runs_that_were_cut_short() -> None:
    days, codes = [10] * 20 + [20] * 40 + [60] * 40, [1] * 20 + [0] * 40 + [4] * 20 + [0] * 20
    table = endings_table(life_table(days, codes, 60)).set_index("ending")
    assert table["share"].sum() == pytest.approx(1.0)
    assert table.loc["lapses", "share"] == pytest.approx(0.8 * 20 / 40)
    assert table["runs"].sum() == 60
    whole = share_interval(life_table(days, [code or 5 for code in codes], 60))
    assert table["upper"].iloc[3] - table["lower"].iloc[3] > whole[1][3] - whole[0][3]


def test_why_table_counts_reasons_within_each_ending(runs: pandas.DataFrame) -> None:
    table = why_table(runs)
    assert list(table) == ["ending", "why", "runs", "share"]
    assert table["runs"].sum() == (runs["ending"] != "holding").sum()
    np.testing.assert_allclose(table.groupby("ending")["share"].sum(), 1.0)
    for row in table.itertuples():
        both = (runs["ending"] == row.ending) & (runs["why"] == row.why)
        assert row.runs == both.sum()
    for _, rows in table.groupby("ending"):
        assert rows["runs"].is_monotonic_decreasing


def test_why_table_of_truces_that_all_hold_is_empty() -> None:
    runs = pandas.DataFrame({"ending": ["holding"], "why": ["none"]})
    assert why_table(runs).empty


def test_milestones_stop_at_the_horizon(runs: pandas.DataFrame) -> None:
    whole = life_table_of_runs(runs, HORIZON)
    table = milestones_table(whole)
    assert table["day"].tolist() == [30, 90]
    days = survival_table(whole).set_index("day")
    assert table["survival"].tolist() == days.loc[[30, 90], "survival"].tolist()
    assert milestones_table(whole, [HORIZON, 0])["day"].tolist() == [HORIZON, 0]
    with pytest.raises(UsageError, match="from 0 on"):
        milestones_table(whole, [-1])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ending": "peace"}, "does not know: peace"),
        ({"ending": None}, "does not know"),
        ({"days": -1}, "between 0 and 120"),
        ({"days": 121}, "between 0 and 120"),
        ({"days": 1.5}, "whole numbers"),
    ],
)
def test_runs_that_make_no_sense_are_refused(runs, change, words: str) -> None:
    with pytest.raises(ResultsError, match=words):
        life_table_of_runs(runs.head(3).assign(**change), HORIZON)


def test_missing_columns_and_reasons_are_named(runs: pandas.DataFrame) -> None:
    with pytest.raises(ResultsError, match="no column 'days'"):
        life_table_of_runs(runs.drop(columns="days"), HORIZON)
    with pytest.raises(ResultsError, match="does not know: fate"):
        why_table(runs.assign(why="fate"))


def test_other_causes_than_those_of_the_registry_are_refused() -> None:
    with pytest.raises(ResultsError, match="2 causes"):
        endings_table(life_table([1], [1], 9, causes=2))


def test_statistics_need_neither_the_model_nor_pandas_nor_matplotlib() -> None:
    lines = (
        "import sys, sim.analysis, sim.results",
        "heavy = {'mesa', 'numba', 'pandas', 'matplotlib', 'sim.model', 'sim.scenario'}",
        "print(sorted(heavy & set(sys.modules)))",
    )
    answer = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
