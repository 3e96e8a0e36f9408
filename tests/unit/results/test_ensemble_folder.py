"""The results folder of one ensemble: written, verified, read."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas
import pytest
from matplotlib.figure import Figure

from sim.analysis import (
    endings_table,
    incidence_table,
    life_table_of_runs,
    survival_table,
    why_table,
)
from sim.errors import ResultsError, TruceError, UsageError
from sim.report import survival_figure
from sim.results import ensemble as ensemble_module
from sim.results import read_ensemble, verify_ensemble, write_ensemble
from sim.results.manifest import MANIFEST, as_json, digest_of

HORIZON = 60
SCENARIO = "name: Ceasefire — 停火\nseed: 7\n"
FILES = {
    "runs.parquet",
    "survival.csv",
    "endings.csv",
    "why.csv",
    "incidence.csv",
    "survival.svg",
    "survival.pdf",
    "survival.png",
    "scenario.resolved.yaml",
}


def runs() -> pandas.DataFrame:
    rng = np.random.default_rng(8)
    days = rng.geometric(0.03, 200)
    held = days > HORIZON
    return pandas.DataFrame(
        {
            "run": np.arange(200),
            "days": np.minimum(days, HORIZON),
            "ending": np.where(held, "holding", rng.choice(["lapses", "violence"], 200)),
            "why": np.where(held, "none", rng.choice(["arrears", "spoilers"], 200)),
            "ended_by": np.where(held, "", "=TTP"),
            "renewals": rng.integers(0, 3, 200),
            "bad_faith": rng.random(200) < 0.1,
            "power": rng.random(200),
        }
    )


def pieces(table: pandas.DataFrame, figure: Figure | None = None) -> dict[str, object]:
    counts = life_table_of_runs(table, HORIZON)
    return {
        "runs": table,
        "survival": survival_table(counts),
        "endings": endings_table(counts),
        "why": why_table(table),
        "incidence": incidence_table(counts),
        "figure": figure or Figure(figsize=(1, 1)),
        "scenario_yaml": SCENARIO,
        "manifest": {"seed": 7, "horizon_days": HORIZON, "command": "truce run ceasefire.yaml"},
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_ensemble(tmp_path / "out", **pieces(runs()))
    return tmp_path / "out"


def test_the_folder_holds_every_file_and_the_manifest_lists_it(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == FILES | {MANIFEST}
    manifest = json.loads((folder / MANIFEST).read_text())
    assert set(manifest["files"]) == FILES
    assert manifest["runs"] == 200
    assert list(manifest) == sorted(manifest)
    assert verify_ensemble(folder) == manifest


def test_everything_comes_back_as_it_was(folder: Path) -> None:
    given, back = pieces(runs()), read_ensemble(folder)
    for name in ("runs", "survival", "endings", "why", "incidence"):
        pandas.testing.assert_frame_equal(getattr(back, name), given[name], check_exact=True)
    assert back.scenario_yaml == SCENARIO
    assert back.manifest["command"] == "truce run ceasefire.yaml"


def test_identical_calls_differ_in_the_time_only(tmp_path: Path) -> None:
    given = pieces(runs())
    counts = life_table_of_runs(runs(), HORIZON)
    for name, order in (("one", 1), ("two", -1)):
        given["figure"] = survival_figure(
            survival_table(counts), title="t", runs=200, seed=7, horizon_days=HORIZON
        )
        write_ensemble(tmp_path / name, **given | {"runs": runs().iloc[::order]})
    for file in FILES:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    one, two = (json.loads((tmp_path / name / MANIFEST).read_text()) for name in ("one", "two"))
    assert {name for name in one if one[name] != two[name]} <= {"created"}


def test_incidence_may_be_left_out(tmp_path: Path) -> None:
    write_ensemble(tmp_path / "out", **pieces(runs()) | {"incidence": None})
    assert read_ensemble(tmp_path / "out").incidence is None


class MadePaths:
    """Daily paths as the folder takes them; `kept` rows of runs in full."""

    def __init__(self, kept: int = 2) -> None:
        missing = [0.0, 0.25, float("nan")]
        names = ("q05", "q25", "q50", "q75", "q95")
        self.bands = pandas.DataFrame(
            {"day": [0, 1, 2], "variable": "outrage", "holding": [9, 2, 0]}
            | dict.fromkeys(names, missing)
        )
        self.first_runs = pandas.DataFrame(
            {"run": range(kept), "groups.0.splinters.0.strength": np.full(kept, np.nan)}
        )
        self.first_runs.attrs = {"units": {"run": "number"}, "actors": {"groups.0": "=1+1 — 停火"}}

    def plot(self) -> Figure:
        return Figure(figsize=(1, 1))


def test_paths_are_written_listed_and_read_back(tmp_path: Path) -> None:
    given = MadePaths()
    manifest = write_ensemble(tmp_path / "out", **pieces(runs()), paths=given)
    added = {"paths.csv", "first_runs.parquet", "paths.svg", "paths.pdf", "paths.png"}
    assert set(manifest["files"]) == FILES | added
    back = read_ensemble(tmp_path / "out").paths
    assert back is not None
    assert back.first_runs is not None
    pandas.testing.assert_frame_equal(back.bands, given.bands, check_exact=True)
    pandas.testing.assert_frame_equal(back.first_runs, given.first_runs, check_exact=True)
    assert back.first_runs.attrs == given.first_runs.attrs


def test_without_runs_in_full_there_is_no_table_of_them(tmp_path: Path) -> None:
    write_ensemble(tmp_path / "out", **pieces(runs()), paths=MadePaths(kept=0))
    assert not (tmp_path / "out" / "first_runs.parquet").exists()
    back = read_ensemble(tmp_path / "out").paths
    assert back is not None
    assert back.first_runs is None


def test_paths_may_be_left_out(folder: Path) -> None:
    assert read_ensemble(folder).paths is None


@pytest.mark.parametrize("name", ["paths.csv", "first_runs.parquet", "paths.png"])
def test_altered_paths_are_noticed(tmp_path: Path, name: str) -> None:
    write_ensemble(tmp_path / "out", **pieces(runs()), paths=MadePaths())
    (tmp_path / "out" / name).write_bytes(b"other")
    with pytest.raises(ResultsError, match=f"{name}: it has changed"):
        read_ensemble(tmp_path / "out")


def test_an_ensemble_without_paths_leaves_none_of_an_earlier_one(tmp_path: Path) -> None:
    write_ensemble(tmp_path / "out", **pieces(runs()), paths=MadePaths())
    write_ensemble(tmp_path / "out", **pieces(runs()))
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES | {MANIFEST}


def test_a_second_ensemble_replaces_the_first_whole(folder: Path) -> None:
    fewer = runs().head(50)
    write_ensemble(folder, **pieces(fewer) | {"incidence": None})
    back = read_ensemble(folder)
    assert len(back.runs) == 50
    assert not (folder / "incidence.csv").exists()


@pytest.mark.parametrize("step", ["_write_table", "write_sheet", "_write_figure", "completed"])
@pytest.mark.parametrize("problem", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_write_that_fails_leaves_the_earlier_ensemble(folder, monkeypatch, step, problem) -> None:
    def fail(*_: object) -> None:
        raise problem

    monkeypatch.setattr(ensemble_module, step, fail)
    with pytest.raises((KeyboardInterrupt, TruceError)):
        write_ensemble(folder, **pieces(runs().head(50)))
    assert len(read_ensemble(folder).runs) == 200
    assert [path.name for path in folder.parent.iterdir()] == ["out"]


def test_a_wrong_manifest_leaves_the_earlier_ensemble(folder: Path) -> None:
    with pytest.raises(UsageError, match="missing"):
        write_ensemble(folder, **pieces(runs()) | {"manifest": {}})
    verify_ensemble(folder)


def test_a_table_that_cannot_be_stored_is_a_sentence(tmp_path: Path) -> None:
    odd = runs().assign(ended_by=[1, "a"] * 100)
    with pytest.raises(TruceError, match="cannot be stored"):
        write_ensemble(tmp_path / "out", **pieces(odd))
    assert not any(tmp_path.iterdir())


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_every_damaged_file_is_named(folder: Path) -> None:
    for name in FILES:
        damage(folder / name)
    with pytest.raises(ResultsError, match="do not match their manifest") as raised:
        verify_ensemble(folder)
    for name in FILES:
        assert f"- {name}: it has changed" in str(raised.value)
    assert raised.value.exit_code == 4


@pytest.mark.parametrize("change", [damage, Path.unlink], ids=["damaged", "missing"])
@pytest.mark.parametrize("name", sorted(FILES))
def test_only_the_file_that_does_not_match_is_named(folder, name: str, change: Callable) -> None:
    change(folder / name)
    with pytest.raises(ResultsError) as raised:
        read_ensemble(folder)
    named = {line.split(":")[0] for line in str(raised.value).splitlines()[1:]}
    assert named == {f"- {name}"}


def rewrite_manifest(folder: Path, *, sign: bool, **changes: object) -> None:
    manifest = json.loads((folder / MANIFEST).read_text()) | changes
    if sign:
        manifest["digest"] = digest_of(manifest)
    (folder / MANIFEST).write_text(as_json(manifest))


def test_a_changed_manifest_is_noticed(folder: Path) -> None:
    rewrite_manifest(folder, sign=False, seed=8)
    with pytest.raises(ResultsError, match=r"manifest\.json: it has changed"):
        verify_ensemble(folder)


def test_the_time_is_not_part_of_the_content(folder: Path) -> None:
    rewrite_manifest(folder, sign=False, created="2021-11-09T00:00:00+00:00")
    verify_ensemble(folder)


def test_runs_that_are_not_those_of_the_manifest_are_noticed(folder: Path) -> None:
    rewrite_manifest(folder, sign=True, runs_sha256="0" * 64)
    with pytest.raises(ResultsError, match=r"runs\.parquet: the runs in it are not those"):
        verify_ensemble(folder)


def test_a_manifest_that_lists_too_little_is_noticed(folder: Path) -> None:
    files = json.loads((folder / MANIFEST).read_text())["files"]
    del files["why.csv"]
    rewrite_manifest(folder, sign=True, files=files)
    with pytest.raises(ResultsError, match=r"why\.csv: the manifest does not list it"):
        verify_ensemble(folder)


def test_further_files_of_the_reader_do_not_matter_when_reading(folder: Path) -> None:
    (folder / "notes.txt").write_text("seen on Tuesday")
    verify_ensemble(folder)
    with pytest.raises(UsageError, match=r"notes\.txt"):
        write_ensemble(folder, **pieces(runs()))
    verify_ensemble(folder)


def test_an_ensemble_left_by_a_crash_between_the_renames_can_be_read(folder: Path) -> None:
    folder.rename(folder.with_name(".out.former"))
    assert len(read_ensemble(folder).runs) == 200


def test_no_folder_and_no_ensemble_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no results folder"):
        verify_ensemble(tmp_path / "nowhere")
    with pytest.raises(ResultsError, match="no ensemble"):
        verify_ensemble(tmp_path)
