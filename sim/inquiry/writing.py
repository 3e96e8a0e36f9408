"""What an inquiry leaves behind: tables, figures, the answer in words, and what was asked."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.disk import plain_disk_errors, write_whole
from sim.errors import UsageError
from sim.inquiry.followups import INDICES, SCREENING
from sim.results.attribution_folder import ASKED
from sim.results.manifest import MANIFEST, sha256_of, versions
from sim.sheets import sheet_text

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

ANSWER = "answer.txt"


def check_free(folder: Path) -> None:
    """Check that an inquiry may write to a folder.

    A folder of its own is needed: in that of a sweep or an ensemble, files of others stand in the
    way of what the next command does there.

    Errors: `UsageError` when the folder holds something else than an inquiry.
    """
    with plain_disk_errors(folder, "read"):
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is a file; choose a folder with --out.")
        if (folder / MANIFEST).exists():
            raise UsageError(f"{folder} holds the results of runs; choose another with --out.")
        foreign = sorted(entry.name for entry in folder.glob("*") if not entry.name.startswith("."))
        if foreign and not (folder / ASKED).exists() and not _is_begun(foreign):
            raise UsageError(
                f"{folder} holds other files, such as {foreign[0]}; choose another folder with "
                "--out."
            )


def _is_begun(names: Sequence[str]) -> bool:
    """Are these the sweeps of a sensitivity analysis that was stopped?"""
    return set(names) <= {SCREENING, INDICES}


def write_inquiry(
    folder: Path,
    asked: Mapping[str, Any],
    answer: Sequence[str],
    tables: Mapping[str, pandas.DataFrame],
    figures: Mapping[str, Figure],
) -> None:
    """Write tables (CSV and Parquet), figures, the answer and what was asked; each file whole.

    What was asked comes first and marks the folder as one of an inquiry, the answer comes last.
    Files of an earlier inquiry that this one does not have are removed.

    Errors: `TruceError` when the disk refuses.
    """
    from sim.report import figure_files

    files: dict[str, bytes] = {}
    for name, table in tables.items():
        files |= {f"{name}.csv": sheet_text(table).encode(), f"{name}.parquet": parquet(table)}
    for stem, figure in figures.items():
        files |= figure_files(figure, stem)
    files[ANSWER] = "\n".join([*answer, ""]).encode()
    sums = {name: sha256_of(content) for name, content in files.items()}
    facts = {**asked, "files": sums, "versions": versions()}
    record = json.dumps(facts, indent=2, ensure_ascii=False).encode() + b"\n"
    with plain_disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        outdated = _files_of(folder) - set(files)
        write_whole(folder / ASKED, record)
        for name in outdated:
            (folder / name).unlink(missing_ok=True)
    for name, content in files.items():
        write_whole(folder / name, content)


def _files_of(folder: Path) -> set[str]:
    """Return the files that an earlier inquiry says it left in the folder."""
    try:
        listed = json.loads((folder / ASKED).read_bytes())["files"]
        names = {name for name in listed if isinstance(name, str)}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()
    return {name for name in names if Path(name).name == name and (folder / name).is_file()}


def parquet(table: pandas.DataFrame) -> bytes:
    """Return a table as Parquet; columns of mixed kinds as text."""
    import pyarrow
    import pyarrow.parquet

    plain = table.copy()
    for name in plain.columns:
        if plain[name].dtype == object:
            plain[name] = plain[name].map(str, na_action="ignore")
    content = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pandas(plain, preserve_index=False), content)
    return content.getvalue()
