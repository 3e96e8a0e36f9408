"""The scorecard is measured as it says, tells failures as it tells passes, and is written whole."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from sim.errors import UsageError
from sim.scenario import Scenario
from sim.scorecard import account, card, cases, rows, writing
from sim.scorecard.card import Entry, Scorecard, scorecard, share_meeting
from sim.scorecard.fitted import fitted
from sim.scorecard.measured import Inputs, Measured, jackknifed
from sim.scorecard.ratios import ENDS, hazard_ratios, log_hazard_ratio
from sim.scorecard.severity import fitted_exponent, severity_exponent
from sim.validation.likeness import met
from sim.validation.retained import Retained, retained
from sim.validation.targets import target, targets
from sim.validation.world import Spells, WorldEnsemble


def first(number: int) -> Retained:
    found = retained()
    return replace(
        found,
        vectors=found.vectors[:number],
        values=found.values[:number],
        distances=found.distances[:number],
    )


SMALL = Inputs(first(3), conflicts=64, case_runs=200, seed=5, middle_runs=1)


def spells(days: list[int], endings: list[int]) -> Spells:
    return Spells(np.array(days)[:, None], np.array(endings)[:, None])


# ---------------------------------------------------------------------------------------------
# Numbers with known answers
# ---------------------------------------------------------------------------------------------

FAILS = ENDS["war"][0]


def exponential(rate: float, number: int, seed: int) -> Spells:
    days = np.random.default_rng(seed).geometric(rate, number)
    return spells(np.minimum(days, 1826).tolist(), np.where(days <= 1826, FAILS, 0).tolist())


def test_twice_the_daily_risk_is_a_hazard_ratio_of_two() -> None:
    calm, tense = exponential(0.005, 20_000, 1), exponential(0.01, 20_000, 2)
    for days in ((), (0, 90), (90, 365)):
        assert np.exp(log_hazard_ratio(calm, tense, ENDS["war"], days)) == pytest.approx(2, rel=0.1)


def test_a_risk_that_differs_early_alone_shows_in_the_stretch_where_it_does() -> None:
    calm = exponential(0.01, 20_000, 1)
    sooner = calm.days.copy()
    sooner[sooner > 90] = 90 + np.maximum((sooner[sooner > 90] - 90) // 3, 1)
    late = Spells(sooner, calm.endings)
    early_ratio, late_ratio = (
        np.exp(log_hazard_ratio(calm, late, ENDS["war"], stretch))
        for stretch in ((0, 90), (90, 400))
    )
    assert early_ratio == pytest.approx(1, abs=0.01)
    assert late_ratio == pytest.approx(3, rel=0.1)


def test_a_settlement_is_no_end_on_either_clock() -> None:
    settles = 5
    assert settles not in ENDS["war"]
    assert settles not in ENDS["formal"]


def test_a_side_without_ends_has_no_ratio() -> None:
    assert np.isnan(log_hazard_ratio(spells([9, 9], [0, 0]), spells([9, 9], [0, 0]), ENDS["war"]))


def test_leaving_out_conflicts_gives_the_error_of_a_mean() -> None:
    values = np.random.default_rng(3).normal(size=3200)
    (error,) = jackknifed(lambda places: [values[places].mean()], len(values))
    assert error == pytest.approx(values.std(ddof=1) / 3200**0.5, rel=0.3)


@pytest.mark.parametrize("exponent", [2.0, 2.5, 3.5])
def test_an_exponent_is_found_again(exponent: float) -> None:
    luck = np.random.default_rng(7).random(50_000)
    deaths = np.minimum((1 - luck) ** (-1 / (exponent - 1)), 300).astype(int)
    found, error = fitted_exponent(deaths, 300)
    assert abs(found - exponent) < 4 * error < 0.1


def test_the_law_of_deaths_is_the_one_that_is_meant() -> None:
    found = severity_exponent(target("S22"), SMALL)
    assert found.intervals[0, 0] < 2.5 < found.intervals[0, 1]
    assert len(set(found.values[:, 0])) == 1


# ---------------------------------------------------------------------------------------------
# Ratios of conflicts
# ---------------------------------------------------------------------------------------------


def test_a_change_that_changes_nothing_has_a_ratio_of_one() -> None:
    still = target("S12")
    assert still.change is not None
    nothing = still.model_copy(
        update={"change": still.change.model_copy(update={"to": still.change.from_})}
    )
    found = hazard_ratios(nothing, SMALL, "war")
    assert found.values == pytest.approx(np.ones((3, 1)))
    assert found.intervals == pytest.approx(np.ones((1, 2)))


def test_ratios_are_those_of_scenarios_built_anew() -> None:
    change = target("S13").change
    assert change is not None
    vector = SMALL.vectors[1]
    before, after = (
        WorldEnsemble(64, 1, 5, change.at(value)).spells(vector, "war")
        for value in (change.from_, change.to)
    )
    found = hazard_ratios(target("S13"), SMALL, "war")
    assert np.log(found.values[1, 0]) == pytest.approx(log_hazard_ratio(before, after, ENDS["war"]))


def test_parts_with_a_change_of_their_own_keep_their_place() -> None:
    claim = target("F8")
    found = hazard_ratios(claim, SMALL, "formal")
    alone = hazard_ratios(claim.model_copy(update={"parts": claim.parts[1:]}), SMALL, "formal")
    assert found.values.shape == (3, 2)
    assert found.values[:, 1] == pytest.approx(alone.values[:, 0])


# ---------------------------------------------------------------------------------------------
# Fitted patterns
# ---------------------------------------------------------------------------------------------


def test_the_set_meets_what_it_was_chosen_by_as_the_calibration_says() -> None:
    chosen = [each for each in targets() if each.fits]
    good = met(SMALL.found.values)
    for one, measured in zip(chosen, fitted(chosen, SMALL), strict=True):
        assert measured.values.shape == (3, len(one.parts))
        assert share_meeting(one, measured) == good[one.id].mean() == 1.0


# ---------------------------------------------------------------------------------------------
# Verdicts
# ---------------------------------------------------------------------------------------------


def entry(name: str, *vectors: list[float]) -> Entry:
    values = np.array(vectors, dtype=float)
    return Entry(target(name), Measured(values, np.zeros((values.shape[1], 2)), "a test"))


def test_a_pattern_passes_when_half_of_the_set_meets_every_part() -> None:
    assert entry("S12", [0.5], [0.9]).verdict == "pass"
    assert entry("S12", [0.5], [0.9], [0.95]).verdict == "fail"
    meets_one_part_each = entry("S11", [0.5, 1.0], [0.9, 2.0])
    assert meets_one_part_each.share == 0.0
    assert meets_one_part_each.verdict == "fail"


def test_a_number_that_does_not_exist_is_not_met() -> None:
    assert entry("S12", [np.nan], [np.nan]).verdict == "fail"


def test_what_one_truce_cannot_show_is_not_simulated() -> None:
    assert Entry(target("S9")).verdict == "not simulated"


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"vectors": 1}, "2 to"),
        ({"vectors": 10_000}, "2 to"),
        ({"conflicts": 10}, "64 to 1,024"),
        ({"case_runs": 1}, "100 to"),
        ({"seed": -1}, "seed"),
    ],
)
def test_numbers_out_of_range_are_refused_before_anything_is_run(given, complaint) -> None:
    with pytest.raises(UsageError, match=complaint):
        scorecard(**given, watch=lambda line: pytest.fail(f"ran {line}"))


# ---------------------------------------------------------------------------------------------
# The whole
# ---------------------------------------------------------------------------------------------


ONLY = ("S4", "S9", "S12", "S22", "S23", "F3", "F7")


@pytest.fixture(scope="module")
def small() -> Scorecard:
    return scorecard(2, 64, 100, seed=5, workers=2, only=ONLY)


def test_what_is_asked_for_has_an_entry_in_order_and_only_what_cannot_be_is_left_out(small) -> None:
    assert [each.target.id for each in small.entries] == list(ONLY)
    for each in small.entries:
        assert (each.measured is None) == (not each.target.simulated)


def test_all_targets_are_asked_for_by_default() -> None:
    assert card.chosen_targets() == targets()


def test_everything_that_is_simulated_has_a_way_to_be_measured() -> None:
    others = [each for each in targets() if each.simulated and not each.fits]
    assert {each.measure for each in others} == {*card.MEASURES, card.RATIO}


def test_an_unknown_pattern_is_refused() -> None:
    with pytest.raises(UsageError, match="no pattern or claim S99"):
        card.chosen_targets(["S99"])


def test_the_numbers_do_not_hang_on_the_workers(small) -> None:
    again = scorecard(2, 64, 100, seed=5, workers=1, only=ONLY[2:])
    kept = replace(small, entries=small.entries[2:])
    assert rows.as_json(again) == rows.as_json(kept)


def test_the_components_together_are_the_shipped_bundle() -> None:
    reference, bundle = (Scenario.load(name) for name in ("ttp_2021", "comprehensive"))
    paths = {path for _, of_one in cases.BUNDLE for path in of_one}
    values = {each.path: each.value for each in bundle.resolved()}
    differ = {
        each.path
        for each in reference.resolved()
        if values.get(each.path, each.value) != each.value
    }
    assert {path for path in differ if path not in ("title", "question")} == paths - {"shocks"}
    assert len(bundle.shocks) == 1


def test_each_component_is_told_alone_and_all_together(small) -> None:
    names = [each.name for each in small.components]
    assert names == [*(name for name, _ in cases.BUNDLE), "all of it"]
    for each in small.components:
        assert each.settled[1] <= each.settled[0] <= each.settled[2]
        assert each.deaths[0] > 0


def test_rows_are_plain_data_with_a_verdict_that_follows_from_them(small) -> None:
    told = json.loads(rows.as_json(small))
    assert [row["id"] for row in told] == list(ONLY)
    for row in told:
        assert {"id", "target", "source", "tolerance", "simulated", "interval", "verdict"} <= set(
            row
        )
        if row["verdict"] == "not simulated":
            assert row["simulated"] is None
            assert row["why_not"]
        else:
            assert list(row["simulated"]) == list(row["interval"]) == list(row["ranges"])
            assert row["verdict"] == ("pass" if row["share_of_set"] >= card.ENOUGH else "fail")


def test_failures_stay_visible_and_say_by_how_much(small) -> None:
    missed = entry("S15", [0.9], [0.8])
    others = [each for each in small.entries if each.target.id != "S15"]
    told = account.report(replace(small, entries=(*others, missed)))
    section = next(part for part in told.sections if part.key == "missed")
    words = str(section.blocks)
    assert "S15: Splits shorten truces" in words
    assert "median 0.85" in words


def test_files_are_written_whole_and_the_same_each_time(small, tmp_path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    names = writing.write_scorecard(small, one, writing.FORMATS)
    writing.write_scorecard(small, two, writing.FORMATS)
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert len(files) == len(names) == 6
    for name in files:
        assert (one / name).read_bytes() == (two / name).read_bytes()
    page = (one / "scorecard.html").read_text()
    assert "<script" not in page
    assert "(figures/hazard_ratios.png)" in (one / "scorecard.md").read_text()


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="no format pdf"):
        writing.checked(["md", "pdf"])
