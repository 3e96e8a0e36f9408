"""What a run leaves behind, and whether anybody can trust it later."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas
import pytest

import sim.report
from sim import Scenario, simulate
from tests.journeys.conftest import Answer, Truce

FILES = {
    "endings.csv",
    "incidence.csv",
    "manifest.json",
    "runs.parquet",
    "scenario.resolved.yaml",
    "survival.csv",
    "survival.pdf",
    "survival.png",
    "survival.svg",
    "why.csv",
}
RUN_COLUMNS = {
    "run",
    "days",
    "ending",
    "why",
    "ended_by",
    "renewals",
    "attacks",
    "raids",
    "retaliations",
    "accidents",
    "deaths",
    "released",
    "scrutinies",
    "splits",
    "bad_faith",
    "state_trust",
    "group_trust",
    "outrage",
    "power",
}
ENDINGS = ["group_defects", "state_defects", "violence", "lapses", "settles", "holding"]


@pytest.fixture
def results(finished: Path, folder: Path) -> Path:
    """A copy of a finished results folder, results/ttp_2021 below the current one."""
    shutil.copytree(finished, folder / "results" / "ttp_2021")
    return Path("results/ttp_2021")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def without_time(content: dict[str, bytes]) -> dict[str, object]:
    manifest = json.loads(content["manifest.json"])
    assert manifest.pop("created")
    return {**content, "manifest.json": manifest}


def test_a_run_writes_these_files_and_no_others(results: Path) -> None:
    assert set(contents(results)) == FILES
    assert list(Path().iterdir()) == [Path("results")]
    assert list(Path("results").iterdir()) == [results]
    assert (results / "survival.png").read_bytes().startswith(b"\x89PNG")
    assert (results / "survival.pdf").read_bytes().startswith(b"%PDF")
    assert "<svg" in (results / "survival.svg").read_text()


def test_runs_hold_one_row_per_run(results: Path) -> None:
    runs = pandas.read_parquet(results / "runs.parquet")
    assert runs["run"].tolist() == list(range(60))
    assert set(runs.columns) >= RUN_COLUMNS
    assert runs["days"].between(0, 1095).all()
    assert set(runs["ending"]) <= set(ENDINGS)
    assert runs["ended_by"].isin(["", "Pakistan", "TTP"]).all()
    assert not runs.isna().any().any()
    direct = simulate(Scenario.load("ttp_2021"), runs=60, seed=5).runs
    pandas.testing.assert_frame_equal(runs, direct)


def test_the_curve_has_a_row_for_every_day_and_agrees_with_the_runs(results: Path) -> None:
    curve = pandas.read_csv(results / "survival.csv")
    runs = pandas.read_parquet(results / "runs.parquet")
    assert list(curve.columns) == ["day", "at_risk", "ended", "survival", "lower", "upper"]
    assert curve["day"].tolist() == list(range(1096))
    ended = runs[runs["ending"] != "holding"]["days"]
    for day in (0, 1, 30, 60, 61, 365, 1095):
        row = curve.iloc[day]
        assert row["ended"] == (ended == day).sum()
        assert row["survival"] == pytest.approx(1 - (ended <= day).mean())
        assert row["lower"] <= row["survival"] <= row["upper"]
    assert (curve["survival"].diff().dropna() <= 0).all()
    assert (curve["at_risk"].diff().dropna() <= 0).all()


def test_endings_and_reasons_count_every_run_once(results: Path) -> None:
    runs = pandas.read_parquet(results / "runs.parquet")
    endings = pandas.read_csv(results / "endings.csv")
    why = pandas.read_csv(results / "why.csv")
    assert endings["ending"].tolist() == ENDINGS
    assert endings["runs"].sum() == 60
    assert endings["share"].sum() == pytest.approx(1)
    counted = runs["ending"].value_counts()
    for _, row in endings.iterrows():
        assert row["runs"] == counted.get(row["ending"], 0)
        assert row["lower"] <= row["share"] <= row["upper"]
    ended = runs[runs["ending"] != "holding"]
    pairs = ended.groupby(["ending", "why"]).size().to_dict()
    assert {(row["ending"], row["why"]): row["runs"] for _, row in why.iterrows()} == pairs


def test_incidence_and_survival_fill_every_day_to_one(results: Path) -> None:
    incidence = pandas.read_csv(results / "incidence.csv")
    curve = pandas.read_csv(results / "survival.csv")
    assert list(incidence.columns) == ["day", *ENDINGS]
    assert incidence[ENDINGS].sum(axis=1).to_numpy() == pytest.approx(1)
    assert incidence["holding"].to_numpy() == pytest.approx(curve["survival"].to_numpy())


def test_the_resolved_scenario_is_the_one_that_was_run(truce: Truce, results: Path) -> None:
    resolved = results / "scenario.resolved.yaml"
    original = Scenario.load("ttp_2021")
    assert Scenario.load(resolved) == original
    assert Scenario.load(resolved).digest == original.digest
    truce("run", str(resolved), "--runs", "60", "--seed", "5", "--out", "again")
    again = pandas.read_parquet("again/runs.parquet")
    pandas.testing.assert_frame_equal(again, pandas.read_parquet(results / "runs.parquet"))


def test_the_manifest_says_what_made_the_results(results: Path) -> None:
    manifest = json.loads((results / "manifest.json").read_text())
    assert manifest["scenario"] == "ttp_2021"
    assert manifest["scenario_digest"] == Scenario.load("ttp_2021").digest
    assert (manifest["seed"], manifest["runs"], manifest["horizon_days"]) == (5, 60, 1095)
    assert manifest["engine"] == "compiled"
    assert manifest["command"] == ["truce", "run", "ttp_2021", "--runs", "60", "--seed", "5"]
    assert set(manifest["versions"]) >= {"python", "truce-sim", "mesa", "numba", "numpy"}
    assert set(manifest["files"]) == FILES - {"manifest.json"}
    assert len(manifest["digest"]) == len(manifest["runs_sha256"]) == 64


def test_no_file_names_a_folder_of_this_machine(results: Path) -> None:
    here = str(Path.home()).encode(), str(Path(__file__).parents[2]).encode()
    for name, content in contents(results).items():
        assert not any(folder in content for folder in here), name


def test_the_same_run_again_gives_the_same_bytes(truce: Truce, results: Path) -> None:
    before = contents(results)
    shutil.rmtree(results)
    assert truce("run", "ttp_2021", "--runs", "60", "--seed", "5").code == 0
    assert without_time(contents(results)) == without_time(before)


def test_another_seed_gives_other_runs(truce: Truce, results: Path) -> None:
    before = contents(results)
    truce("run", "ttp_2021", "--runs", "60", "--seed", "6")
    assert contents(results)["runs.parquet"] != before["runs.parquet"]


def test_fewer_runs_are_the_first_of_many(truce: Truce, results: Path) -> None:
    truce("run", "ttp_2021", "--runs", "20", "--seed", "5", "--out", "few")
    few = pandas.read_parquet("few/runs.parquet")
    many = pandas.read_parquet(results / "runs.parquet")
    pandas.testing.assert_frame_equal(few, many.head(20))


def test_mesa_writes_the_same_results(truce: Truce, results: Path) -> None:
    args = [
        "run",
        "ttp_2021",
        "--runs",
        "60",
        "--seed",
        "5",
        "--engine",
        "mesa",
        "--out",
        "stepped",
    ]
    assert truce(*args).code == 0
    compiled, stepped = contents(results), contents(Path("stepped"))
    for name in FILES - {"manifest.json"}:
        assert stepped[name] == compiled[name], name


# Where results go


@pytest.mark.parametrize("depth", ["here", "a/b/c", "with space", "überblick"])
def test_results_go_where_out_says(truce: Truce, depth: str) -> None:
    answer = truce("run", "ttp_2021", "--runs", "5", "--out", depth)
    assert (answer.code, answer.err) == (0, "")
    assert f"Wrote {depth}" in answer.out
    assert set(contents(Path(depth))) == FILES
    assert not Path("results").exists()


def test_results_never_take_the_place_of_a_file(truce: Truce) -> None:
    Path("thesis.txt").write_text("chapter 1")
    truce("run", "ttp_2021", "--out", "thesis.txt").refused(2, "thesis.txt", "is a file")
    truce("run", "ttp_2021", "--out", "thesis.txt/x").refused(2, "thesis.txt", "is a file")
    assert Path("thesis.txt").read_text() == "chapter 1"


def test_results_never_take_the_place_of_work_of_someone_else(truce: Truce) -> None:
    Path("work").mkdir()
    Path("work/thesis.txt").write_text("chapter 1")
    answer = truce("run", "ttp_2021", "--out", "work")
    answer.refused(2, "thesis.txt", "would be lost", "choose another folder")
    truce("run", "ttp_2021", "--out", ".").refused(2, "would be lost")
    truce("run", "ttp_2021", "--out", "").refused(2, "would be lost")
    assert contents(Path("work")) == {"thesis.txt": b"chapter 1"}


def test_notes_put_into_a_results_folder_are_safe(truce: Truce, results: Path) -> None:
    (results / "notes.txt").write_text("look at run 7")
    before = contents(results)
    truce("run", "ttp_2021", "--runs", "5").refused(2, "notes.txt")
    assert contents(results) == before


def test_earlier_results_of_the_scenario_are_replaced_whole(truce: Truce, results: Path) -> None:
    assert truce("run", "ttp_2021", "--runs", "7").code == 0
    assert len(pandas.read_parquet(results / "runs.parquet")) == 7
    assert set(contents(results)) == FILES
    assert list(Path("results").iterdir()) == [results]


def test_a_folder_that_may_not_be_written_to_is_refused_before_the_run(
    truce: Truce, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_, **__: False)
    monkeypatch.setattr("sim.experiment.simulate", lambda *_, **__: pytest.fail("it ran"))
    truce("run", "ttp_2021").refused(1, "no permission to write")
    truce("run", "ttp_2021", "--out", "elsewhere").refused(1, "no permission to write")


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_a_write_that_stops_halfway_leaves_the_earlier_results(
    truce: Truce, results: Path, monkeypatch: pytest.MonkeyPatch, stop: BaseException
) -> None:
    before = contents(results)

    def stopped(*_: object) -> dict[str, bytes]:
        raise stop

    monkeypatch.setattr(sim.report, "picture_files", stopped)
    answer = truce("run", "ttp_2021", "--runs", "5")
    assert answer.code == (130 if stop is KeyboardInterrupt else 1)
    assert answer.out == ""
    assert contents(results) == before
    assert list(Path("results").iterdir()) == [results]
    if isinstance(stop, OSError):
        assert "The disk is full" in answer.err


# Verifying


def test_whole_results_are_confirmed(truce: Truce, results: Path) -> None:
    answer = truce("verify", str(results))
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"{results}: 60 runs of seed 5, whole and unchanged\n"


def overwritten(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda results: (results / name).write_bytes(content) and None


def edited(name: str, before: str, after: str) -> Callable[[Path], None]:
    def edit(results: Path) -> None:
        text = (results / name).read_text()
        assert before in text
        (results / name).write_text(text.replace(before, after, 1))

    return edit


def without(name: str) -> Callable[[Path], None]:
    return lambda results: (results / name).unlink()


def one_bit(name: str) -> Callable[[Path], None]:
    def flip(results: Path) -> None:
        content = bytearray((results / name).read_bytes())
        content[len(content) // 2] ^= 1
        (results / name).write_bytes(content)

    return flip


TAMPERED: dict[str, tuple[Callable[[Path], None], str]] = {
    "a number in the curve": (edited("survival.csv", "60,", "61,"), "survival.csv"),
    "a bit of the runs": (one_bit("runs.parquet"), "runs.parquet"),
    "empty runs": (overwritten("runs.parquet", b""), "runs.parquet"),
    "a bit of the figure": (one_bit("survival.png"), "survival.png"),
    "the scenario": (edited("scenario.resolved.yaml", "0.6", "0.7"), "scenario.resolved.yaml"),
    "no reasons": (without("why.csv"), "why.csv: it is missing"),
    "no manifest": (without("manifest.json"), "there is no manifest.json"),
    "another seed": (edited("manifest.json", '"seed": 5', '"seed": 6'), "manifest.json"),
    "another version": (edited("manifest.json", '"mesa": "', '"mesa": "9'), "manifest.json"),
    "half a manifest": (overwritten("manifest.json", b'{"kind": '), "not valid JSON"),
    "a list": (overwritten("manifest.json", b"[]"), "not the manifest"),
    "binary": (overwritten("manifest.json", b"\xff\xfe\x00"), "not valid JSON"),
    "a later format": (edited("manifest.json", '"format": 1', '"format": 99'), "format 99"),
    "a way out": (edited("manifest.json", '"why.csv"', '"../../x"'), "manifest"),
}


@pytest.mark.parametrize("change", TAMPERED)
def test_results_that_were_changed_are_found_out(truce: Truce, results: Path, change: str) -> None:
    tamper, words = TAMPERED[change]
    tamper(results)
    truce("verify", str(results)).refused(4, words)


def test_a_manifest_that_is_nested_without_end_is_found_out(truce: Truce, results: Path) -> None:
    (results / "manifest.json").write_bytes(b"[" * 100_000)
    truce("verify", str(results)).refused(4, "manifest.json")


def test_a_folder_without_results_is_no_results_folder(truce: Truce) -> None:
    Path("nothing").mkdir()
    truce("verify", "nothing").refused(4, "there is no manifest.json")
    Path("file").write_text("")
    truce("verify", "file").refused(2, "no results folder")


# Numbers for other programs


def summary(answer: Answer) -> dict[str, object]:
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.count("\n") == 1
    content: dict[str, object] = json.loads(answer.out)
    return content


def test_json_is_one_object_with_these_keys(truce: Truce) -> None:
    content = summary(truce("run", "ttp_2021", "--runs", "200", "--seed", "3", "--json"))
    keys = ["scenario", "runs", "seed", "horizon_days", "median_days", "survival", "endings"]
    assert list(content) == keys
    assert list(content.values())[:4] == ["ttp_2021", 200, 3, 1095]
    assert isinstance(content["median_days"], int)
    shares, endings = content["survival"], content["endings"]
    assert isinstance(shares, dict)
    assert isinstance(endings, dict)
    assert list(shares) == ["30", "90", "180", "365"]
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    assert set(endings) == set(ENDINGS)
    assert sum(endings.values()) == pytest.approx(1)
    curve = pandas.read_csv("results/ttp_2021/survival.csv")
    assert [curve["survival"][int(day)] for day in shares] == list(shares.values())


def test_json_has_null_for_what_lies_beyond_the_horizon(truce: Truce) -> None:
    args = [
        "run",
        "ttp_2021",
        "--runs",
        "20",
        "--json",
        "--set",
        "horizon_days=30",
        "--set",
        "truce.term_days=0",
    ]
    content = summary(truce(*args))
    assert content["horizon_days"] == 30
    assert content["median_days"] is None
    survival = content["survival"]
    assert isinstance(survival, dict)
    assert survival["30"] is not None
    assert [survival[day] for day in ("90", "180", "365")] == [None, None, None]


def test_the_largest_seed_survives_the_way_through_json(truce: Truce) -> None:
    content = summary(truce("run", "ttp_2021", "--runs", "2", "--seed", str(2**64 - 1), "--json"))
    assert content["seed"] == 2**64 - 1
