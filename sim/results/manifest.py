"""The manifest of a results folder: what made it, and the fingerprint of everything in it."""

from __future__ import annotations

import datetime
import hashlib
import json
import platform
import subprocess
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import ResultsError, TruceError, UsageError

if TYPE_CHECKING:
    import pandas

MANIFEST = "manifest.json"
KIND = "truce-sim ensemble"
FORMAT = 1

_PACKAGES = (
    "truce-sim",
    "mesa",
    "numba",
    "llvmlite",
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "matplotlib",
)
_GIVEN = ("seed", "horizon_days", "command")
_COMPUTED = ("kind", "format", "files", "runs_sha256", "digest")
_NOT_IN_DIGEST = ("created", "digest")
_WHAT_TO_GIVE = "Give a folder that truce run or truce sweep wrote."
_MISSING_TEXT = b"\xff" * 8


def completed(
    given: Mapping[str, Any], runs: pandas.DataFrame, scenario_yaml: str, files: dict[str, str]
) -> dict[str, Any]:
    """Return the full manifest: what the caller knows, and all that can be computed.

    `given` needs `seed`, `horizon_days` and `command`, and may hold more. `files` maps the name of
    each file to its SHA-256. `created` is the only field that differs between identical calls;
    `digest` covers all the others.

    Errors: `UsageError` when a field is missing, or given though it is computed, or contradicts the
    table of runs.
    """
    _check_given(given, len(runs))
    given = json.loads(as_json(given))
    manifest = {
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "scenario_digest": sha256_of(scenario_yaml.encode()),
        **given,
        "kind": KIND,
        "format": FORMAT,
        "files": files,
        "runs": len(runs),
        "runs_sha256": runs_digest(runs),
        "versions": versions() | dict(given.get("versions", {})),
    }
    return manifest | {"digest": digest_of(manifest)}


def as_json(content: Mapping[str, Any]) -> str:
    """Return JSON with sorted keys and exact floats.

    Errors: `UsageError` for values that JSON cannot hold, such as infinity.
    """
    try:
        return json.dumps(content, sort_keys=True, indent=2, allow_nan=False, default=_plain)
    except (TypeError, ValueError) as error:
        raise UsageError(f"The manifest cannot be written as JSON: {error}.") from error


def digest_of(manifest: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a manifest, leaving out when it was created, and the digest itself."""
    covered = {name: value for name, value in manifest.items() if name not in _NOT_IN_DIGEST}
    return sha256_of(as_json(covered).encode())


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a results folder.

    Errors: `ResultsError` when there is none, or when it is not the manifest of an ensemble that
    this version can read.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise ResultsError(
            f"{folder} holds no ensemble: there is no {MANIFEST} in it. {_WHAT_TO_GIVE}"
        )
    try:
        manifest = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ResultsError(f"{path} is damaged: it is not valid JSON.") from error
    if not _is_manifest(manifest):
        raise ResultsError(f"{path} is not the manifest of an ensemble. {_WHAT_TO_GIVE}")
    if manifest.get("format") != FORMAT:
        raise ResultsError(
            f"{path} has format {manifest.get('format')}; this version reads format {FORMAT}."
        )
    return dict(manifest)


def listed_files(folder: Path) -> list[str]:
    """Return the files that the manifest in `folder` lists; none if it cannot be read."""
    try:
        return sorted(read_manifest(folder)["files"])
    except ResultsError:
        return []


def versions() -> dict[str, str]:
    """Return the version of Python and of every package that results may depend on."""
    return {"python": platform.python_version()} | {name: _version(name) for name in _PACKAGES}


def runs_digest(runs: pandas.DataFrame) -> str:
    """Return the SHA-256 of a table of runs: names, types and values, in the order of `run`.

    It depends on the content alone, not on how or by which version a file stores it, and not on the
    order in which the runs were computed.

    Errors: `TruceError` when a column holds neither numbers, booleans nor text.
    """
    digest = hashlib.sha256()
    for name, column in in_run_order(runs).items():
        kind, content = _column_content(column)
        for part in (str(name).encode(), kind.encode(), content):
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(part)
    return digest.hexdigest()


def in_run_order(runs: pandas.DataFrame) -> pandas.DataFrame:
    """Return the table sorted by its column `run`, if it has one."""
    plain = runs.reset_index(drop=True)
    if "run" not in plain.columns:
        return plain
    return plain.sort_values("run", kind="stable", ignore_index=True)


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal; the file need not fit into memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_given(given: Mapping[str, Any], runs: int) -> None:
    missing = [name for name in _GIVEN if name not in given]
    computed = [name for name in _COMPUTED if name in given]
    if missing or computed:
        raise UsageError(
            f"A manifest needs {', '.join(_GIVEN)} and computes {', '.join(_COMPUTED)} itself; "
            f"missing: {missing}, not to be given: {computed}."
        )
    if given.get("runs", runs) != runs:
        raise UsageError(f"The manifest speaks of {given['runs']} runs, the table holds {runs}.")


def _is_manifest(content: object) -> bool:
    if not isinstance(content, dict) or content.get("kind") != KIND:
        return False
    files = content.get("files")
    return isinstance(files, dict) and all(_is_plain_name(name) for name in files)


def _is_plain_name(name: str) -> bool:
    """Whether a name stays inside the folder; a forged manifest must not lead elsewhere."""
    return name not in ("", ".", "..") and not any(sign in name for sign in "/\\:\0")


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, PurePath):
        return value.as_posix()
    raise TypeError(f"a {type(value).__name__} is not plain data")


def commit() -> str | None:
    """Return the commit of the package's own checkout, with -dirty if it was edited, or None."""
    git = (
        "git",
        "-C",
        str(Path(__file__).parent),
        "describe",
        "--always",
        "--dirty",
        "--abbrev=40",
    )
    try:
        said = subprocess.run(
            [*git, "--exclude=*"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return said.stdout.strip() or None


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _column_content(column: pandas.Series) -> tuple[str, bytes]:
    """Return the kind of a column and its values as bytes, the same on every machine."""
    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in "biuf":
        return dtype.name, _number_bytes(column.to_numpy())
    values, distinct = _factorized(column)
    if not all(isinstance(text, str) for text in distinct):
        raise TruceError(f"The column {column.name!r} of type {dtype} cannot be stored in results.")
    parts = [_text_bytes(text) for text in distinct] + [_MISSING_TEXT]
    return "text", b"".join(parts[value] for value in values.tolist())


def _factorized(column: pandas.Series) -> tuple[NDArray[np.int64], list[object]]:
    """Return for each value its place among the distinct ones (-1 if missing), and those."""
    import pandas

    values, distinct = pandas.factorize(column.astype(object))
    return np.asarray(values, dtype=np.int64), list(distinct)


def _number_bytes(values: NDArray[Any]) -> bytes:
    if values.dtype.kind == "f":
        values = np.where(np.isnan(values), values.dtype.type("nan"), values)
    return values.astype(values.dtype.newbyteorder("<")).tobytes()


def _text_bytes(text: object) -> bytes:
    encoded = str(text).encode()
    return len(encoded).to_bytes(8, "little") + encoded
