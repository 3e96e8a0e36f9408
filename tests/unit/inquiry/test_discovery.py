"""Discovery on the folder of a sweep."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas
import pytest

from sim.errors import ResultsError, UsageError
from sim.inquiry import writing
from sim.inquiry.discovery import discovered
from sim.inquiry.pictures import boxes_picture, regional_picture
from sim.inquiry.told import discovery_lines
from sim.inquiry.writing import check_free, parquet, write_inquiry
from sim.sweep import Study, run_study
from tests.figures import check_words

STUDY = """
title: two that matter and one that does not
base: ttp_2021
set: {mechanisms.monitoring: false, horizon_days: 90}
runs: 40
design: {name: latin_hypercube, points: 160, seed: 3}
factors:
  state.war_cost: {uniform: [0.15, 0.55]}
  groups.0.war_cost: {uniform: [0.1, 0.5]}
  truce.monitoring: {uniform: [0, 1]}
  truce.ratified: [false, true]
"""
GOAL = "survival_30 > 0.3"


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("discovery") / "swept"
    run_study(Study.from_yaml(STUDY), folder, threads=True, workers=1)
    return folder


@pytest.fixture(scope="module")
def found(swept):
    return discovered(swept, GOAL)


def test_points_meet_the_goal_as_the_summary_says(found, swept) -> None:
    summary = pandas.read_parquet(swept / "summary.parquet")
    assert found.met.tolist() == (summary["survival_30"] > 0.3).tolist()
    assert 0 < found.met.sum() < len(found.met)
    assert found.points()["point"].tolist() == list(range(160))
    assert (found.points()["box"] <= len(found.boxes)).all()


def test_what_is_switched_off_is_in_no_box(found) -> None:
    assert len(found.boxes) >= 1
    assert "truce.monitoring" not in set(found.limits["factor"])
    assert found.boxes[0].final.density > found.met.mean()
    apart = found.regional.set_index("factor")
    assert (
        apart.loc["truce.monitoring", "distance"] < 1.5 * apart.loc["truce.monitoring", "by_chance"]
    )


def test_unclear_points_lie_near_the_goal(found, swept) -> None:
    shares = pandas.read_parquet(swept / "summary.parquet")["survival_30"].to_numpy()
    near = np.abs(shares - 0.3) < 0.25
    doubtful = (found.chance > 0.05) & (found.chance < 0.95)
    assert found.unclear >= doubtful.sum() > 0
    assert near[doubtful].all()


def test_equal_seeds_find_the_same(found, swept) -> None:
    again = discovered(swept, GOAL)
    assert again.limits.equals(found.limits)
    assert again.regional.equals(found.regional)


def test_a_missing_median_is_beyond_the_horizon(swept) -> None:
    medians = pandas.read_parquet(swept / "summary.parquet")["median_days"]
    found = discovered(swept, "median_days > 45")
    assert found.met.tolist() == [bool(each > 45 or each != each) for each in medians]
    assert found.without_error == ("median_days",)
    assert any("not known for median_days" in line for line in discovery_lines(found))


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ("survival_30 > 1", "no point meets the goal"),
        ("survival_30 >= 0", "every point meets the goal"),
        ("survival_180 > 0.5", "is missing at some points"),
        ("state.war_cost > 0.3", "there is no column"),
        ("runs > 3", "there is no column"),
    ],
)
def test_goals_that_tell_nothing_apart_are_refused(swept, goal, words) -> None:
    with pytest.raises(UsageError, match=words):
        discovered(swept, goal)


def test_few_points_are_refused(tmp_path) -> None:
    study = Study.from_yaml(
        STUDY.replace("points: 160", "points: 12").replace("runs: 40", "runs: 4")
    )
    run_study(study, tmp_path / "few", threads=True, workers=1)
    with pytest.raises(UsageError, match="too few to find conditions in"):
        discovered(tmp_path / "few", GOAL)
    (tmp_path / "few" / "summary.parquet").write_bytes(b"junk")
    with pytest.raises(ResultsError, match="truce sweep mends it"):
        discovered(tmp_path / "few", GOAL)
    (tmp_path / "few" / "summary.parquet").unlink()
    with pytest.raises(ResultsError, match="no summary yet"):
        discovered(tmp_path / "few", GOAL)


def test_the_answer_is_told_and_drawn(found) -> None:
    said = "\n".join(discovery_lines(found))
    for words in ("meet the goal", "too close to it to tell", "Box 1:", "As a tree:", "is over"):
        assert words in said
    for figure in (regional_picture(found, "<i>x</i>"), boxes_picture(found, "x")):
        check_words(figure)
        assert figure.data is not None


# What is left behind


def test_an_inquiry_is_written_whole(tmp_path) -> None:
    table = pandas.DataFrame({"name": ["=1+1", "b"], "mixed": [1.5, "no"], "number": [1, 2]})
    write_inquiry(tmp_path / "out", {"goal": "x"}, ["said"], {"table": table}, {})
    assert (tmp_path / "out" / "answer.txt").read_text() == "said\n"
    assert "'=1+1" in (tmp_path / "out" / "table.csv").read_text()
    assert pandas.read_parquet(tmp_path / "out" / "table.parquet")["mixed"].tolist() == [
        "1.5",
        "no",
    ]
    check_free(tmp_path / "out")
    assert parquet(table) == parquet(table)


def test_an_inquiry_that_was_killed_while_writing_can_be_repeated(tmp_path, monkeypatch) -> None:
    table = pandas.DataFrame({"number": [1, 2]})
    real, written = writing.write_whole, []

    def until_the_second(path: Path, content: bytes) -> None:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(path.name)
        real(path, content)

    monkeypatch.setattr(writing, "write_whole", until_the_second)
    with pytest.raises(KeyboardInterrupt):
        write_inquiry(tmp_path / "out", {}, ["said"], {"table": table}, {})
    monkeypatch.undo()
    assert not (tmp_path / "out" / "answer.txt").exists()
    check_free(tmp_path / "out")
    write_inquiry(tmp_path / "out", {}, ["said"], {"table": table}, {})
    assert (tmp_path / "out" / "answer.txt").is_file()


def test_files_of_an_earlier_inquiry_do_not_stay(tmp_path) -> None:
    table = pandas.DataFrame({"number": [1, 2]})
    write_inquiry(tmp_path / "out", {}, ["said"], {"old": table, "both": table}, {})
    (tmp_path / "out" / "notes.txt").write_text("mine")
    write_inquiry(tmp_path / "out", {}, ["said"], {"both": table}, {})
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "answer.txt", "both.csv", "both.parquet", "inquiry.json", "notes.txt",
    ]  # fmt: skip


def test_folders_of_others_are_left_alone(tmp_path, swept) -> None:
    check_free(tmp_path / "new")
    (tmp_path / "mine").mkdir()
    check_free(tmp_path / "mine")
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"such as thesis\.txt"):
        check_free(tmp_path / "mine")
    with pytest.raises(UsageError, match="holds the results of runs"):
        check_free(swept)
    with pytest.raises(UsageError, match="is a file"):
        check_free(tmp_path / "mine" / "thesis.txt")
