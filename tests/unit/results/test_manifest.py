"""Fingerprints of content, and the manifest that holds them."""

import hashlib
import json
import struct
from pathlib import Path, PurePosixPath

import numpy as np
import pandas
import pytest

from sim.errors import ResultsError, TruceError, UsageError
from sim.results import runs_digest
from sim.results.manifest import (
    FORMAT,
    KIND,
    MANIFEST,
    as_json,
    completed,
    digest_of,
    in_run_order,
    listed_files,
    read_manifest,
    versions,
)

GIVEN = {"seed": 7, "horizon_days": 30, "command": ["truce", "run"]}


def runs() -> pandas.DataFrame:
    return pandas.DataFrame(
        {
            "run": np.arange(6),
            "days": np.array([3, 30, 7, 30, 0, 12], dtype=np.int32),
            "ending": ["lapses", "holding", "violence", "holding", "settles", "é"],
            "bad_faith": [True, False, False, True, False, False],
            "power": [0.5, -0.0, np.nan, np.inf, 1e-300, 0.1],
        }
    )


def test_the_digest_does_not_depend_on_how_the_table_is_stored(tmp_path: Path) -> None:
    table, expected = runs(), runs_digest(runs())
    assert runs_digest(table.sample(frac=1, random_state=3)) == expected
    assert runs_digest(table.set_index(table["run"] * 2)) == expected
    assert runs_digest(table.assign(ending=table["ending"].astype("category"))) == expected
    assert runs_digest(table.assign(ending=table["ending"].astype(object))) == expected
    assert runs_digest(table.assign(days=table["days"].astype(">i4"))) == expected
    for compression in ("snappy", "gzip", None):
        table.to_parquet(tmp_path / "runs.parquet", compression=compression)
        assert runs_digest(pandas.read_parquet(tmp_path / "runs.parquet")) == expected


def test_the_digest_covers_these_bytes_and_no_others() -> None:
    def part(content: bytes) -> bytes:
        return struct.pack("<q", len(content)) + content

    expected = hashlib.sha256(
        part(b"run")
        + part(b"int64")
        + part(struct.pack("<2q", 0, 1))
        + part(b"ending")
        + part(b"text")
        + part(part(b"lapses") + part(b"holding"))
        + part(b"bad_faith")
        + part(b"bool")
        + part(b"\x01\x00")
        + part(b"power")
        + part(b"float64")
        + part(struct.pack("<2d", 0.5, -1.0))
    )
    table = pandas.DataFrame(
        {
            "run": [0, 1],
            "ending": ["lapses", "holding"],
            "bad_faith": [True, False],
            "power": [0.5, -1.0],
        }
    )
    assert runs_digest(table) == expected.hexdigest()


def changed(name: str, row: int, value: object) -> pandas.DataFrame:
    table = runs().astype({"ending": object})
    table.loc[row, name] = value
    return table


@pytest.mark.parametrize(
    "other",
    [
        changed("days", 0, 4),
        changed("ending", 5, "e"),
        changed("ending", 5, None),
        changed("bad_faith", 0, False),
        changed("power", 4, 0.0),
        runs().rename(columns={"days": "day"}),
        runs().astype({"days": np.int64}),
        runs().astype({"power": np.float32}),
        runs().drop(columns="power"),
        runs().head(5),
        runs()[["run", "ending", "days", "bad_faith", "power"]],
    ],
)
def test_any_change_of_content_changes_the_digest(other: pandas.DataFrame) -> None:
    assert runs_digest(other) != runs_digest(runs())


def test_neighbouring_texts_cannot_be_confused() -> None:
    one, other = (pandas.DataFrame({"a": texts}) for texts in (["ab", "c"], ["a", "bc"]))
    assert runs_digest(one) != runs_digest(other)
    assert runs_digest(pandas.DataFrame({"a": [None, ""]}, dtype=object)) != runs_digest(
        pandas.DataFrame({"a": ["", None]}, dtype=object)
    )


def test_columns_that_cannot_be_stored_are_named() -> None:
    with pytest.raises(TruceError, match="'attacks'"):
        runs_digest(pandas.DataFrame({"attacks": [[1], [2, 3]]}).map(tuple))


def test_runs_are_put_in_order() -> None:
    assert in_run_order(runs().iloc[::-1])["run"].tolist() == list(range(6))
    assert in_run_order(pandas.DataFrame({"days": [3, 1]}, index=[5, 4]))["days"].tolist() == [3, 1]


def test_the_manifest_holds_what_is_known_and_what_can_be_computed() -> None:
    full = completed({**GIVEN, "note": "x"}, runs(), "name: a\n", {"runs.parquet": "00"})
    assert full["kind"] == KIND
    assert full["runs"] == 6
    assert full["seed"] == 7
    assert full["note"] == "x"
    assert full["runs_sha256"] == runs_digest(runs())
    assert full["files"] == {"runs.parquet": "00"}
    assert len(full["scenario_digest"]) == 64
    assert {"python", "numpy", "numba", "mesa", "truce-sim"} <= set(full["versions"])
    assert full["created"].endswith("+00:00")


def test_the_caller_s_own_digest_time_and_versions_are_kept() -> None:
    given = {**GIVEN, "scenario_digest": "abc", "created": "2021-11-09T00:00:00+00:00"}
    full = completed(given | {"versions": {"kernel": "1"}}, runs(), "", {})
    assert full["scenario_digest"] == "abc"
    assert full["created"] == "2021-11-09T00:00:00+00:00"
    assert full["versions"] == versions() | {"kernel": "1"}


def test_identical_calls_differ_in_the_time_only() -> None:
    early, late = (
        completed(GIVEN | {"created": when}, runs(), "a", {"b": "c"}) for when in ("1", "2")
    )
    assert {name for name in early if early[name] != late[name]} == {"created"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"seed": 7}, r"missing: .'horizon_days', 'command'"),
        (GIVEN | {"files": {}}, "not to be given: .'files'"),
        (GIVEN | {"runs": 5}, "5 runs, the table holds 6"),
        (GIVEN | {"factor": float("inf")}, "cannot be written as JSON"),
        (GIVEN | {"thing": object()}, "not plain data"),
    ],
)
def test_manifests_that_make_no_sense_are_refused(given, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        completed(given, runs(), "", {})


def test_json_is_sorted_exact_and_free_of_numpy() -> None:
    text = as_json(
        {"b": np.float64(0.1) + 0.2, "a": np.int64(3), "c": PurePosixPath("x")} | {"d": 1}
    )
    assert text == '{\n  "a": 3,\n  "b": 0.30000000000000004,\n  "c": "x",\n  "d": 1\n}'


def test_a_manifest_survives_json_even_with_odd_keys_and_letters() -> None:
    given = GIVEN | {"by_day": {10: "a", 9: "b"}, "command": ["truce", "\udcff.yaml", "é"]}
    full = completed(given, runs(), "é", {})
    assert digest_of(json.loads(as_json(full))) == full["digest"]


def manifest_file(folder: Path, **changes: object) -> Path:
    folder.mkdir(exist_ok=True)
    content = {"kind": KIND, "format": FORMAT, "files": {"a.csv": "00"}} | changes
    (folder / MANIFEST).write_text(json.dumps(content))
    return folder


def test_a_manifest_is_read_back(tmp_path: Path) -> None:
    assert read_manifest(manifest_file(tmp_path))["files"] == {"a.csv": "00"}
    assert listed_files(tmp_path) == ["a.csv"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "other"}, "not the manifest of an ensemble"),
        ({"files": ["a"]}, "not the manifest of an ensemble"),
        ({"files": {"../../etc/passwd": "00"}}, "not the manifest of an ensemble"),
        ({"files": {"..": "00"}}, "not the manifest of an ensemble"),
        ({"files": {"C:\\x": "00"}}, "not the manifest of an ensemble"),
        ({"format": 99}, "format 99"),
    ],
)
def test_other_manifests_are_refused(tmp_path: Path, changes, words: str) -> None:
    folder = manifest_file(tmp_path, **changes)
    with pytest.raises(ResultsError, match=words):
        read_manifest(folder)
    assert listed_files(folder) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"null"])
def test_damaged_manifests_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(ResultsError, match=r"damaged|not the manifest"):
        read_manifest(tmp_path)


def test_a_folder_without_a_manifest_holds_no_ensemble(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="no ensemble"):
        read_manifest(tmp_path)
