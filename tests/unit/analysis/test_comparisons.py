"""Tables of comparisons, verdicts, corrections; two points of the model; speed; the page on it."""

import re
import time
from pathlib import Path

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis import (
    IndependentTables,
    PairTables,
    comparison_table,
    difference_band,
    difference_curve_table,
    ending_differences,
    holm,
    pair_tables,
    pairing_words,
    redrawn_pairs,
    restricted_mean_differences,
    shared_level,
    survival_differences,
    verdicts,
)
from sim.endings import CAUSES
from sim.errors import ResultsError, UsageError
from tests.worlds import REFERENCE, rows

HORIZON = 400
PAGE = Path(__file__).parents[3] / "docs" / "comparisons.md"


def points_and_baseline(points: int, runs: int, horizon: int = HORIZON) -> tuple[np.ndarray, ...]:
    """Days and endings of points that last ever longer, and of a baseline with the same luck."""
    rng = np.random.default_rng(1)
    luck, own = rng.exponential(1, runs), rng.exponential(1, (points, runs))
    means = 150 * (1 + np.arange(points)[:, None] / points)
    days = np.ceil(means * (0.8 * luck + 0.2 * own)).astype(int)
    base = np.ceil(150 * luck).astype(int)
    codes = 1 + (luck * 1e6).astype(int) % len(CAUSES)
    ends = [np.where(side > horizon, 0, codes) for side in (days, base)]
    return np.minimum(days, horizon), ends[0], np.minimum(base, horizon), ends[1]


@pytest.fixture(scope="module")
def pairs() -> PairTables:
    return pair_tables(*points_and_baseline(3, 400), HORIZON, [0, 4, 5])


def test_the_table_has_a_row_for_each_point_and_number(pairs: PairTables) -> None:
    table = comparison_table(pairs)
    assert list(table) == [
        *("point", "quantity", "day", "ending", "value", "baseline", "difference", "lower"),
        *("upper", "standard_error", "runs", "independent_error", "correlation"),
        *("variance_reduction", "pairing"),
    ]
    assert table["point"].tolist() == [0] * 15 + [4] * 15 + [5] * 15
    one = table[table["point"] == 4]
    assert one["quantity"].tolist() == (
        ["survival"] * 4 + ["mean_days"] + ["share_ended"] * 5 + ["days_lost"] * 5
    )
    assert one["day"].tolist() == [30, 90, 180, 365] + [HORIZON] * 11
    assert one["ending"].isna().sum() == 5
    assert one["ending"].tolist()[5:10] == [cause.name for cause in CAUSES]
    np.testing.assert_allclose(table["difference"], table["value"] - table["baseline"], atol=1e-9)
    assert (table["lower"] < table["upper"]).all()


def test_the_table_holds_what_the_functions_say(pairs: PairTables) -> None:
    table = comparison_table(pairs, [100, 9999], through_day=200, level=0.9)
    by_quantity = dict(iter(table.groupby("quantity")))
    survival = survival_differences(pairs, [100], 0.9)
    means = restricted_mean_differences(pairs, 200, 0.9)
    shares = ending_differences(pairs, 0.9)
    assert by_quantity["survival"]["lower"].tolist() == survival.lower.ravel().tolist()
    assert by_quantity["mean_days"]["upper"].tolist() == means.upper.tolist()
    assert by_quantity["share_ended"]["value"].tolist() == shares.first.ravel().tolist()
    assert (by_quantity["mean_days"]["pairing"] == "positive").all()


def test_trap_7_the_method_of_the_intervals_is_stated(pairs: PairTables) -> None:
    stated = comparison_table(pairs, level=0.9).attrs
    assert stated == {"level": 0.9, "method": "paired, with two more pairs (Bonett-Price)"}
    apart = IndependentTables(pairs.first, pairs.second)
    assert "Agresti-Caffo" in comparison_table(apart).attrs["method"]
    assert "Agresti-Caffo" in restricted_mean_differences(apart).method


def test_days_held_and_lost_add_up(pairs: PairTables) -> None:
    table = comparison_table(pairs, through_day=250)
    days = table[table["quantity"].isin(["mean_days", "days_lost"])]
    np.testing.assert_allclose(days.groupby("point")["value"].sum(), 250.0)
    np.testing.assert_allclose(days.groupby("point")["difference"].sum(), 0.0, atol=1e-9)


def test_verdicts_are_given_for_the_units_that_were_named(pairs: PairTables) -> None:
    table = comparison_table(pairs, smallest_days=5)
    in_days = table["quantity"].isin(["mean_days", "days_lost"])
    assert table.loc[~in_days, "verdict"].isna().all()
    found = table[in_days]
    expected = verdicts(found["lower"], found["upper"], 5)
    assert found["verdict"].tolist() == expected.tolist()
    assert "larger" in expected


def test_independent_points_say_that_they_are_not_paired(pairs: PairTables) -> None:
    table = comparison_table(IndependentTables(pairs.first, pairs.second))
    paired = comparison_table(pairs)
    assert set(table["pairing"]) == {"not paired"}
    assert table["correlation"].isna().all()
    np.testing.assert_allclose(table["standard_error"], paired["independent_error"], atol=1e-12)
    np.testing.assert_allclose(table["difference"], paired["difference"], atol=1e-9)


def test_pairing_is_said_in_a_word() -> None:
    rng = np.random.default_rng(3)
    days, ended = rng.permutation(np.arange(1, 301)), np.ones(300, int)
    unrelated = rng.permutation(days)
    for other, word in (
        (days, "positive"),
        (301 - days, "negative"),
        (unrelated, "none"),
        (np.full(300, 7), "nothing varies"),
    ):
        found = restricted_mean_differences(pair_tables(days, ended, other, ended, HORIZON))
        assert pairing_words(found).tolist() == [word]


def test_the_table_of_a_curve_carries_its_band() -> None:
    days, codes, base_days, base_codes = points_and_baseline(2, 300)
    both = pair_tables(days, codes, base_days, base_codes, HORIZON, [3, 8])
    redrawn = redrawn_pairs(days[1], codes[1], base_days, base_codes, HORIZON, replicates=100)
    table = difference_curve_table(both, 8, band=difference_band(redrawn))
    assert table["day"].tolist() == list(range(HORIZON + 1))
    assert (table["band_lower"] <= table["lower"]).all()
    assert (table["upper"] <= table["band_upper"]).all()
    assert "band_lower" not in difference_curve_table(both, 3)
    with pytest.raises(UsageError, match="not that of point 3"):
        difference_curve_table(both, 3, band=difference_band(redrawn))
    with pytest.raises(UsageError, match="no point 7"):
        difference_curve_table(both, 7)


def test_a_horizon_before_the_first_milestone_leaves_the_rest() -> None:
    table = comparison_table(pair_tables([3, 9], [1, 0], [5, 9], [2, 0], 9))
    assert "survival" not in set(table["quantity"])
    assert len(table) == 11


def test_other_causes_than_those_of_the_registry_are_refused() -> None:
    with pytest.raises(ResultsError, match="2 causes"):
        comparison_table(pair_tables([1], [1], [2], [1], 9, causes=2))


def test_verdicts_compare_the_whole_interval() -> None:
    lower, upper = [1.1, -3, -0.9, -2, 0.5, 1.0], [2, -1.1, 0.9, 2, 1.5, 2.0]
    assert verdicts(lower, upper, 1.0).tolist() == [
        *("larger", "smaller", "too small to matter"),
        *("undecided", "undecided", "undecided"),
    ]
    assert verdicts([0.1, -1], [1, 1], 0).tolist() == ["larger", "undecided"]
    with pytest.raises(UsageError, match="0 or more"):
        verdicts([0], [1], -1)


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_is_its_definition(found: list[float]) -> None:
    corrected = holm(found)
    ranked = sorted(range(len(found)), key=lambda place: found[place])
    largest = 0.0
    for rank, place in enumerate(ranked):
        largest = max(largest, (len(found) - rank) * found[place])
        assert corrected[place] == pytest.approx(min(largest, 1.0))


def test_corrections_refuse_what_is_out_of_range() -> None:
    with pytest.raises(UsageError, match="between 0 and 1"):
        holm([0.1, 1.2])
    with pytest.raises(UsageError, match="between 0 and 1"):
        holm([float("nan")])
    assert shared_level(0.95, 5) == pytest.approx(0.99)
    for level, comparisons in ((1.0, 3), (0.95, 0)):
        with pytest.raises(UsageError, match="at least one comparison"):
            shared_level(level, comparisons)


def test_two_points_of_the_model_with_the_same_luck() -> None:
    strong = REFERENCE.with_(**{"brokers.0.leverage": 0.9})
    point, base = rows(strong, 1000), rows(REFERENCE, 1000)
    days = [np.minimum(side["days"], 365).astype(float) for side in (point, base)]
    counted = pair_tables(
        point["days"], point["ending"], base["days"], base["ending"], REFERENCE.horizon_days
    )
    found = restricted_mean_differences(counted, 365)
    assert found.difference[0] == pytest.approx((days[0] - days[1]).mean())
    assert found.standard_error[0] == pytest.approx((days[0] - days[1]).std() / 1000**0.5)
    assert found.correlation[0] == pytest.approx(np.corrcoef(*days)[0, 1])
    assert found.difference[0] != 0
    assert found.variance_reduction[0] > 0.2
    table = comparison_table(counted)
    assert table["pairing"].iloc[4] == "positive"
    shares = table[table["quantity"] == "share_ended"]["value"].to_numpy()
    assert shares.tolist() == [np.mean(point["ending"] == cause.code) for cause in CAUSES]


def test_a_thousand_points_are_compared_within_a_second() -> None:
    columns = points_and_baseline(1000, 1000, 1095)
    seconds = []
    for _ in range(3):
        start = time.process_time()
        counted = pair_tables(*columns, 1095)
        survival_differences(counted)
        comparison_table(counted)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 1.0


def test_the_examples_of_the_page_run() -> None:
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) >= 5
    names: dict[str, object] = {}
    for example in examples:
        exec(compile(example, str(PAGE), "exec"), names)
    table, curve = names["table"], names["curve"]
    assert isinstance(table, pandas.DataFrame)
    assert set(table["verdict"]) <= {"larger", "smaller", "too small to matter", "undecided"}
    assert (curve["band_lower"] <= curve["difference"]).all()  # type: ignore[index]
    assert 0 < names["found"].p_value <= 1  # type: ignore[attr-defined]
