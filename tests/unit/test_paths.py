"""The daily paths of an ensemble as tables."""

from __future__ import annotations

import json
import pickle
import re

import numpy as np
import pandas
import pytest

from sim.endings import HOLDING
from sim.errors import UsageError
from sim.experiment import Ensemble, simulate
from sim.grids import VARIABLES
from sim.observation import bytes_of_a_run, run_observed
from sim.paths import CODEBOOK, MOST_BYTES, Paths, check_kept, most_kept
from sim.scenario import Scenario
from tests.worlds import REFERENCE, shipped

SPLIT = shipped("split_early")


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    return simulate(SPLIT, runs=300, seed=6, paths=20)


@pytest.fixture(scope="module")
def paths(ensemble: Ensemble) -> Paths:
    assert ensemble.paths is not None
    return ensemble.paths


def test_paths_are_followed_only_on_request() -> None:
    assert simulate(REFERENCE, runs=2).paths is None


@pytest.mark.parametrize("kept", [None, 0, 20, 1000])
@pytest.mark.parametrize("engine", ["compiled", "mesa"])
def test_following_paths_changes_no_row(ensemble: Ensemble, engine: str, kept: int | None) -> None:
    followed = simulate(SPLIT, runs=30, seed=6, engine=engine, paths=kept)
    assert followed.rows.tobytes() == ensemble.rows[:30].tobytes()


def test_the_engines_give_the_same_tables() -> None:
    compiled = simulate(SPLIT, runs=15, seed=2, paths=4).paths
    stepped = simulate(SPLIT, runs=15, seed=2, paths=4, engine="mesa").paths
    assert compiled is not None
    assert stepped is not None
    pandas.testing.assert_frame_equal(compiled.bands, stepped.bands, check_exact=True)
    pandas.testing.assert_frame_equal(compiled.first_runs, stepped.first_runs, check_exact=True)


def test_a_run_kept_in_full_has_a_row_for_every_day_it_lasted(
    ensemble: Ensemble, paths: Paths
) -> None:
    table = paths.first_runs
    for run, rows in table.groupby("run"):
        assert rows["day"].tolist() == list(range(ensemble.rows["days"][run] + 1))
        assert rows["holding"].iloc[:-1].all()
        assert rows["holding"].iloc[-1] == (ensemble.rows["ending"][run] == HOLDING)
    assert table["run"].unique().tolist() == list(range(20))


def test_the_last_day_of_a_run_is_what_its_row_says(ensemble: Ensemble, paths: Paths) -> None:
    last = paths.first_runs.groupby("run").last()
    for name in ("state_trust", "group_trust", "power", "outrage", "broker_leverage"):
        assert last[name].tolist() == ensemble.rows[name][:20].tolist(), name


def test_bands_of_few_runs_are_the_quantiles_of_their_rows() -> None:
    few = simulate(REFERENCE, runs=40, seed=3, paths=40).paths
    assert few is not None
    held = few.first_runs[few.first_runs["holding"]]
    bands = few.bands.set_index(["variable", "day"])
    for variable in VARIABLES:
        for day in (0, 5, 29):
            values = held.loc[held["day"] == day, variable.name]
            row = bands.loc[(variable.name, day)]
            assert row["holding"] == len(values)
            exact = np.quantile(values, 0.5, method="inverted_cdf")
            coarse = 0.0021 * exact if variable.grid == "strength" else 0.00051
            assert row["q50"] == pytest.approx(exact, abs=coarse, rel=0)


def test_more_runs_begin_with_the_same_runs_in_full(paths: Paths) -> None:
    fewer = simulate(SPLIT, runs=5, seed=6, paths=5).paths
    assert fewer is not None
    first = paths.first_runs[paths.first_runs["run"] < 5]
    shared = fewer.first_runs.columns
    pandas.testing.assert_frame_equal(first[shared], fewer.first_runs, check_exact=True)


def test_without_runs_in_full_the_table_is_empty_but_has_its_columns() -> None:
    none = simulate(SPLIT, runs=5, paths=0).paths
    assert none is not None
    assert len(none.first_runs) == 0
    assert {"run", "day", "outrage", "groups.0.trust"} <= set(none.first_runs.columns)


def test_actors_go_by_their_place_and_only_signatories_have_trust() -> None:
    found = simulate(shipped("outside_spoiler"), runs=3, paths=3).paths
    assert found is not None
    case = shipped("outside_spoiler")
    columns = set(found.first_runs.columns)
    for place, group in enumerate(case.groups):
        assert f"groups.{place}.strength" in columns
        assert (f"groups.{place}.trust" in columns) == group.signatory
        assert (f"groups.{place}.state_trust" in columns) == group.signatory
    assert any(not group.signatory for group in case.groups)
    names = {f"groups.{place}": group.name for place, group in enumerate(case.groups)}
    names |= {f"brokers.{place}": broker.name for place, broker in enumerate(case.brokers)}
    assert found.first_runs.attrs["actors"] == names


def test_the_strength_of_all_signatories_is_the_sum_of_theirs() -> None:
    found = simulate(shipped("two_signatories"), runs=5, paths=5).paths
    assert found is not None
    table = found.first_runs
    parts = table["groups.0.strength"] + table["groups.1.strength"]
    assert np.array_equal(parts, table["strength"])
    lowest = table[["groups.0.state_trust", "groups.1.state_trust"]].min(axis=1)
    assert np.array_equal(lowest, table["state_trust"])


def test_a_splinter_is_missing_until_it_breaks_away(paths: Paths) -> None:
    table = paths.first_runs
    splinter = table["groups.0.splinters.0.strength"]
    assert splinter.isna().any()
    assert splinter.notna().any()
    for run, strength in splinter.groupby(table["run"]):
        first = strength.first_valid_index()
        assert first is None or strength.loc[first:].notna().all(), run
    assert (splinter.dropna() > 0).all()


def test_every_column_has_its_unit_and_meaning(paths: Paths) -> None:
    units = paths.first_runs.attrs["units"]
    assert list(units) == list(paths.first_runs.columns)
    assert units["groups.0.splinters.0.strength"] == "units of state capability"
    told = {re.sub(r"\.\d+", ".N", name) for name in units}
    listed = {name.replace(".M", ".N") for name in CODEBOOK}
    assert told == listed
    assert all(unit and meaning for unit, meaning in CODEBOOK.values())


def test_no_text_of_a_scenario_becomes_the_name_of_a_column() -> None:
    nasty = REFERENCE.with_(**{"groups.0.name": "=1+1", "brokers.0.name": "run"})
    found = simulate(nasty, runs=2, paths=2).paths
    assert found is not None
    assert found.first_runs.attrs["actors"]["groups.0"] == "=1+1"
    assert not any("=1+1" in name for name in found.first_runs.columns)
    assert found.first_runs["run"].tolist()[0] == 0


def test_too_many_or_too_few_runs_in_full_are_refused() -> None:
    most = most_kept(REFERENCE)
    check_kept(0, REFERENCE)
    check_kept(most, REFERENCE)
    for kept in (-1, most + 1, 10**12):
        said = rf"between 0 and {most:,} .* 1,095 days, not {kept:,}"
        with pytest.raises(UsageError, match=said):
            simulate(REFERENCE, runs=2, paths=kept)


def test_what_can_be_kept_fits_into_memory_whatever_the_scenario() -> None:
    crowd = [{"name": f"group {place}"} for place in range(8)]
    crowded = Scenario.from_yaml(json.dumps({"groups": crowd, "horizon_days": 3000}))
    for case in (REFERENCE, crowded, REFERENCE.with_(horizon_days=1)):
        _, observed = run_observed(case, 2, kept=2)
        taken = (observed.moments.nbytes + observed.groups.nbytes + observed.brokers.nbytes) // 2
        assert taken == bytes_of_a_run(case)
        assert most_kept(case) * taken <= MOST_BYTES < (most_kept(case) + 1) * taken
    assert most_kept(crowded) < most_kept(REFERENCE)


def test_tables_are_computed_once_and_can_be_stored(paths: Paths) -> None:
    assert paths.bands is paths.bands
    assert paths.first_runs is paths.first_runs
    again = pickle.loads(pickle.dumps(paths))
    assert again.bands.equals(paths.bands)
    assert again.first_runs.equals(paths.first_runs)
    assert again.counts == paths.counts


def test_they_say_what_they_are(paths: Paths) -> None:
    assert repr(paths) == f"Paths({SPLIT.title!r}, 300 runs, 20 in full)"


def test_the_picture_names_the_case_and_the_size(paths: Paths) -> None:
    from sim.report import svg_text

    picture = svg_text(paths.plot(), "paths")
    assert SPLIT.title in picture
    assert "300 runs" in picture
