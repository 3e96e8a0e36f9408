"""Part files: the runs of one block as Parquet, written whole or not at all, and self-checking.

A part carries the fingerprint of its rows and the story of its failed runs in its metadata, so
that nothing else has to be kept in step with it.
"""

from __future__ import annotations

import base64
import io
import json
import re
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.disk import plain_disk_errors, write_whole
from sim.errors import ResultsError
from sim.sweep.blocks import Block
from sim.sweep.codebook import RUN_COLUMNS, with_meaning
from sim.sweep.run_table import (
    ENDING_NAMES,
    FAILED,
    REASON_NAMES,
    RUN,
    Fingerprint,
    as_text,
    fingerprint,
)
from sim.sweep.work import Failure, Finished

PARTS = "runs"
_NAME = re.compile(r"runs-(\d+)-(\d+)_points-(\d+)-(\d+)\.parquet")
_NOTE = b"truce_sim_part"


class DamagedPartError(ResultsError):
    """A part file that does not hold what was written; the command truce sweep runs it again."""


@dataclass(frozen=True)
class Part:
    """What a part file holds."""

    block: Block
    rows: NDArray[Any]  # of type `RUN`, by point and then by run
    failures: list[Failure]
    fingerprint: Fingerprint


def part_name(block: Block) -> str:
    """Return the file name of a block: its runs and points, both ends included."""
    runs = f"{block.first_run:07d}-{block.first_run + block.runs - 1:07d}"
    points = f"{block.first_point:06d}-{block.first_point + block.points - 1:06d}"
    return f"runs-{runs}_points-{points}.parquet"


def block_of(name: str) -> Block | None:
    """Return the block of a part file by its name; None for any other file."""
    match = _NAME.fullmatch(name)
    if not match:
        return None
    first_run, last_run, first_point, last_point = map(int, match.groups())
    return Block(first_run, last_run - first_run + 1, first_point, last_point - first_point + 1)


def numbers_of(block: Block) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return the point and the run of every row of a block, each of shape [rows]."""
    points = np.arange(block.first_point, block.first_point + block.points, dtype=np.uint32)
    runs = np.arange(block.first_run, block.first_run + block.runs, dtype=np.uint32)
    return np.repeat(points, block.runs), np.tile(runs, block.points)


def write_part(folder: Path, block: Block, finished: Finished) -> Fingerprint:
    """Write the part of a block to `folder`, whole or not at all; return its fingerprint.

    Errors: `TruceError` when the disk refuses.
    """
    content, print_ = encoded(block, finished)
    write_whole(folder / part_name(block), content)
    return print_


def encoded(block: Block, finished: Finished) -> tuple[bytes, Fingerprint]:
    """Return the rows of a block as a Parquet file, and their fingerprint.

    Days have a sign in files, so that readers can subtract them without wrapping around.
    """
    import pyarrow
    import pyarrow.parquet

    points, runs = numbers_of(block)
    rows = finished.rows
    print_ = fingerprint(points, runs, rows)
    note = {
        "fingerprint": as_text(print_),
        "failures": [asdict(failure) for failure in finished.failures],
    }
    table = pyarrow.table(
        {
            "point": points,
            "run": runs,
            "days": pyarrow.array(rows["days"].astype(np.int32), mask=rows["ending"] == FAILED),
            "ending": _named(rows["ending"], ENDING_NAMES),
            "why": _named(rows["why"], REASON_NAMES),
        }
    )
    table = with_meaning(table, RUN_COLUMNS, {_NOTE: _packed(note)})
    content = io.BytesIO()
    pyarrow.parquet.write_table(table, content, compression="zstd")
    return content.getvalue(), print_


def read_part(path: Path) -> Part:
    """Read a part file and check it against its name and its fingerprint.

    Errors: `DamagedPartError` when it is not whole; `TruceError` when the disk refuses.
    """
    with plain_disk_errors(path, "read"):
        content = path.read_bytes()
    block = block_of(path.name)
    if block is None:
        raise DamagedPartError(f"{path.name}: this is not the name of a part")
    try:
        return decoded(block, content)
    except Exception as error:  # there is no telling what a damaged file makes its reader raise
        raise DamagedPartError(f"{path.name}: {error}") from error


def decoded(block: Block, content: bytes) -> Part:
    """Return what a Parquet file says of a block.

    Errors: `ValueError` when these are not the rows that were written; whatever pyarrow raises when
    it is not such a file.
    """
    import pyarrow.parquet

    table = pyarrow.parquet.ParquetFile(io.BytesIO(content)).read(use_threads=False)
    note = _unpacked(table.schema.metadata[_NOTE])
    points, runs = numbers_of(block)
    if not (np.array_equal(table["point"], points) and np.array_equal(table["run"], runs)):
        raise ValueError("it holds other runs than its name says")
    rows = _rows_of(table)
    found = fingerprint(points, runs, rows)
    if as_text(found) != note["fingerprint"]:
        raise ValueError("its rows are not those that were written")
    return Part(block, rows, [Failure(**failure) for failure in note["failures"]], found)


def _packed(note: dict[str, Any]) -> bytes:
    """Return a note as text that tells when it is damaged, and is short if much of it is alike."""
    return base64.b64encode(zlib.compress(json.dumps(note).encode()))


def _unpacked(text: bytes) -> dict[str, Any]:
    return dict(json.loads(zlib.decompress(base64.b64decode(text, validate=True))))


def _rows_of(table: Any) -> NDArray[Any]:
    rows = np.empty(len(table), dtype=RUN)
    rows["days"] = table["days"].fill_null(0).to_numpy()
    rows["ending"] = _codes(table["ending"], ENDING_NAMES)
    rows["why"] = _codes(table["why"], REASON_NAMES)
    return rows


def _named(codes: NDArray[Any], names: tuple[str, ...]) -> Any:
    import pyarrow

    return pyarrow.DictionaryArray.from_arrays(codes.astype(np.int8), list(names))


def _codes(column: Any, names: tuple[str, ...]) -> NDArray[np.uint8]:
    """Return the codes of a column of names, in whatever order its dictionaries list them."""
    code = {name: place for place, name in enumerate(names)}
    chunks = [
        np.array([code[name] for name in chunk.dictionary.to_pylist()], dtype=np.uint8)[
            chunk.indices.to_numpy()
        ]
        for chunk in column.chunks
    ]
    return np.concatenate(chunks) if chunks else np.empty(0, dtype=np.uint8)
