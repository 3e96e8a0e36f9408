"""The folder of a sweep: its points, its parts, its manifest, and who may write to it.

    study.resolved.yaml   the study with every value, enough to repeat it
    manifest.json         versions, seeds, stages, hashes
    points.parquet        what varies: one row per point
    runs/                 the parts: one file per block of runs
    life_table.parquet, summary.parquet, summary.csv, failures.parquet, codebook.csv
                          made from the parts, see `sim.sweep.tables`

A point keeps its number for ever: points that are added come after those that are there. The
manifest is written last, so that whatever happens before is undone by the next attempt.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.disk import UNFINISHED, plain_disk_errors, write_whole
from sim.errors import ResultsError, TruceError, UsageError
from sim.results.manifest import MANIFEST, as_json, commit, digest_of, versions
from sim.sweep.blocks import Block, Stage, areas_to_add, stage_of
from sim.sweep.parts import PARTS, part_name
from sim.sweep.points import POINTS, Points, points_of_study, read_points, write_points
from sim.sweep.precision import Precision, asked_at_first, can_follow, may_be_asked
from sim.sweep.work import model_here

if TYPE_CHECKING:
    from sim.sweep.study import Study

KIND = "truce-sim sweep"
FORMAT = 1
STUDY = "study.resolved.yaml"
LOCK = ".lock"
LOCK_SECONDS = 1.0  # to wait for a folder: one who asks whether it is kept keeps it for a moment
FIELDS = {"title": str, "seed": int, "runs": int, "points": int, "points_digest": str} | {
    "factors": list,
    "stages": list,
    "finished": bool,
}
IDENTITY = ("base_digest", "seed", "model_digest", "factors")


@dataclass(frozen=True)
class SweepFolder:
    """A folder that holds, or will hold, the runs of one study."""

    path: Path
    manifest: dict[str, Any]
    points: Points

    @property
    def runs(self) -> int:
        """Runs of each point; at most, where points stop when they are precise enough."""
        return int(self.manifest["runs"])

    @property
    def seed(self) -> int:
        """The seed of all runs."""
        return int(self.manifest["seed"])

    @property
    def size(self) -> int:
        """Runs of all points that were asked for so far: all, where no point stops before."""
        return sum(stage.area.size for stage in stages_of(self.manifest))

    @cached_property
    def asked(self) -> list[int]:
        """How many runs were asked for so far, of each point."""
        asked = [0] * len(self.points)
        for stage in stages_of(self.manifest):
            area = stage.area
            for point in range(area.first_point, area.first_point + area.points):
                asked[point] = area.first_run + area.runs
        return asked

    @property
    def precision(self) -> Precision | None:
        """What is to be known before a point stops; None where all points get all runs."""
        wanted = self.manifest.get("precision")
        return None if wanted is None else Precision(**wanted)

    @property
    def vectors(self) -> tuple[str, ...]:
        """The factors that together are a vector of parameters; none in most sweeps."""
        named = self.manifest.get("vectors", [])
        return tuple(path for path in self.points.factors if path in named)

    @cached_property
    def blocks(self) -> list[Block]:
        """All blocks in the order in which they are run."""
        return [block for stage in stages_of(self.manifest) for block in stage.blocks()]

    @property
    def parts(self) -> Path:
        """The folder of the part files."""
        return self.path / PARTS

    def part(self, block: Block) -> Path:
        """Return where the part of a block is, or will be."""
        return self.parts / part_name(block)


@contextmanager
def kept_for_us(path: Path, patience: float = LOCK_SECONDS) -> Iterator[None]:
    """Keep others from writing to a folder; the system frees it when this process ends, however.

    A folder in which nothing was begun is left as it was found.

    Errors: `UsageError` when another process has it; `TruceError` when the disk refuses.
    """
    from filelock import FileLock, Timeout

    with plain_disk_errors(path):
        made = [folder for folder in (path, *path.parents) if not folder.exists()]
        path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path / LOCK, timeout=patience)
        try:
            lock.acquire()
        except Timeout:
            raise UsageError(
                f"Another sweep is writing to {path}. Wait for it (truce status {path} tells how "
                "far it is), or choose another folder with --out."
            ) from None
    try:
        yield
    finally:
        if not (path / MANIFEST).exists():
            _leave_no_trace(path, made)
        lock.release()


def _leave_no_trace(path: Path, made: list[Path]) -> None:
    """Remove our lock, and the folders that were made for nothing."""
    with suppress(OSError):  # what is not empty stays
        (path / LOCK).unlink()
        for folder in made:
            folder.rmdir()


def is_kept(path: Path) -> bool:
    """Is a sweep writing to this folder now?"""
    try:
        with kept_for_us(path, patience=0):
            return False
    except UsageError:
        return True
    except TruceError:  # we may not write there, so we cannot tell by trying
        return False


def open_folder(path: Path, study: Study, block_size: Callable[[], int]) -> SweepFolder:
    """Return the folder of a study, begun, gone on with or extended as need be.

    `block_size` is asked how many runs a block should hold when there are new ones to cut.

    Errors: `UsageError` when the folder holds something else, or a study that differs in more than
    added runs or points; `ResultsError` when it is damaged; `TruceError` when the disk refuses.
    """
    there = read_folder(path) if (path / MANIFEST).exists() else None
    if there is None:
        _refuse_foreign(path)
    _clear_unfinished(path)
    return _with_stages(path, study, there, block_size)


def read_folder(path: Path) -> SweepFolder:
    """Read the folder of a sweep that was begun.

    Errors: `UsageError` when there is none; `ResultsError` when it is damaged; `TruceError` when
    the disk refuses.
    """
    with plain_disk_errors(path, "read"):
        if not (path / MANIFEST).is_file():
            raise UsageError(f"{path} holds no sweep: there is no {MANIFEST} in it.")
        manifest = _manifest(path / MANIFEST)
    points = read_points(path, manifest["factors"]).first(manifest["points"])
    if points.digest != manifest["points_digest"]:
        raise ResultsError(f"{path / POINTS} does not hold the points of the manifest.")
    return SweepFolder(path, manifest, points)


def is_sweep(path: Path) -> bool:
    """Does a folder hold a sweep, rather than an ensemble or nothing?"""
    try:
        return bool(json.loads((path / MANIFEST).read_bytes())["kind"] == KIND)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def rewrite_manifest(folder: SweepFolder, **changes: Any) -> SweepFolder:
    """Write the manifest anew with some fields changed, and a digest that covers all of it."""
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    manifest = folder.manifest | changes | {"written": now}
    manifest["digest"] = digest_of(manifest)
    write_whole(folder.path / MANIFEST, as_json(manifest).encode() + b"\n")
    return SweepFolder(folder.path, manifest, folder.points)


def stages_of(manifest: dict[str, Any]) -> list[Stage]:
    """Return what was asked for, in the order in which it was."""
    return [
        Stage(Block(**stage["area"]), stage["block_points"], stage["block_runs"])
        for stage in manifest["stages"]
    ]


def _with_stages(
    path: Path, study: Study, there: SweepFolder | None, block_size: Callable[[], int]
) -> SweepFolder:
    wanted = points_of_study(study)
    if there is None:
        points, had = wanted, []
    else:
        _refuse_another(there, study, wanted)
        points, had = there.points.extended(wanted), there.asked
    had = [*had, *[0] * (len(points) - len(had))]
    areas = areas_to_add(had, [asked_at_first(study.precision, study.runs, runs) for runs in had])
    if there is not None and not areas and _is_same(there, study, points):
        return there
    manifest = (
        _description(study, points)
        | _identity(study)
        | {
            "created": there.manifest["created"] if there else _now(),
            "stages": [
                *(there.manifest["stages"] if there else []),
                *_cut(areas, block_size() if areas else 0),
            ],
        }
    )
    with plain_disk_errors(path):
        (path / PARTS).mkdir(parents=True, exist_ok=True)
    write_points(path, points)
    write_whole(path / STUDY, study.to_yaml().encode())
    return rewrite_manifest(SweepFolder(path, manifest, points))


def with_more(folder: SweepFolder, areas: list[Block], block_size: int) -> SweepFolder:
    """Return a folder whose manifest asks for more areas, in blocks of about so many runs.

    Errors: `TruceError` when the disk refuses.
    """
    stages = [*folder.manifest["stages"], *_cut(areas, block_size)]
    return rewrite_manifest(folder, stages=stages)


def _cut(areas: list[Block], block_size: int) -> list[dict[str, Any]]:
    return [asdict(stage_of(area, block_size)) for area in areas]


def _is_same(there: SweepFolder, study: Study, points: Points) -> bool:
    """Would the files be the same? Other words or another baseline need no new runs."""
    words = [there.manifest.get(name) for name in ("title", "question")]
    return (
        words == [study.title, study.question]
        and there.points.baseline == points.baseline
        and (there.runs, there.precision) == (study.runs, study.precision)
    )


def _description(study: Study, points: Points) -> dict[str, Any]:
    return {
        "kind": KIND,
        "format": FORMAT,
        "title": study.title,
        "question": study.question,
        "study_digest": study.digest,
        "runs": study.runs,
        "precision": study.precision.model_dump() if study.precision else None,
        **({"vectors": list(study.vectors)} if study.vectors else {}),
        "points": len(points),
        "points_digest": points.digest,
        "versions": versions(),
        "commit": commit(),
        "finished": False,
    }


def _identity(study: Study) -> dict[str, Any]:
    """Return what must stay for numbers to stand side by side, under the names of `IDENTITY`."""
    values = (study.base.digest, study.seed, model_here(), list(study.factors))
    return dict(zip(IDENTITY, values, strict=True))


def _refuse_another(there: SweepFolder, study: Study, wanted: Points) -> None:
    """Refuse a study whose numbers cannot stand beside those that are there."""
    is_, was = _identity(study), there.manifest
    changes = [
        f"{label} is another one"
        for label, name in (
            ("the base scenario", "base_digest"),
            ("the seed", "seed"),
            ("the model (other code)", "model_digest"),
        )
        if is_[name] != was[name]
    ]
    if is_["factors"] != was["factors"]:
        changes.append("other factors are varied")
    elif missing := there.points.not_in(wanted):
        changes.append(f"{missing:,} of the {len(there.points):,} points there are missing in it")
    if study.runs < there.runs:
        changes.append(f"it asks for {study.runs:,} runs a point, there are {there.runs:,}")
    if not can_follow(study.precision, there.precision):
        changes.append("it stops points by a rule by which some there would have stopped before")
    if changes:
        raise UsageError(
            f"{there.path} holds the runs of another study, or of an earlier form of this one: "
            f"{'; '.join(changes)}. Runs and points can be added; for anything else choose "
            "another folder with --out, or replace what is there with --replace."
        )


def _refuse_foreign(path: Path) -> None:
    """Refuse a folder without a manifest that holds more than what is written before it.

    Parts come after it: those of a sweep whose manifest is lost must not be taken for ours.
    """
    with plain_disk_errors(path):
        names = {entry.name for entry in path.iterdir()} - {LOCK, PARTS, POINTS, STUDY}
        names |= {f"{PARTS}/{entry.name}" for entry in (path / PARTS).glob("*")}
    foreign = sorted(name for name in names if UNFINISHED not in name)
    if foreign:
        raise UsageError(
            f"{path} has no {MANIFEST} and holds files that are not part of a sweep about to "
            f"begin, such as {foreign[0]}. Choose another folder with --out."
        )


def _manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(path.read_bytes())
        sound = manifest["kind"] == KIND and digest_of(manifest) == manifest["digest"]
    except (ValueError, KeyError, TypeError, RecursionError, UsageError):
        raise ResultsError(f"{path} is damaged, or not the manifest of a sweep.") from None
    if not sound:
        raise ResultsError(f"{path} is not the manifest of a sweep, or was altered.")
    if manifest.get("format") != FORMAT:
        raise ResultsError(
            f"{path} has format {manifest.get('format')}; this version reads format {FORMAT}."
        )
    if not _has_its_fields(manifest):
        raise ResultsError(f"{path} lacks fields that the manifest of a sweep has.")
    return dict(manifest)


def _has_its_fields(manifest: dict[str, Any]) -> bool:
    """Is a manifest, which anybody may have written, of the right form?"""
    listed = [manifest.get(name, {}) for name in ("files", "hashes")]
    return (
        all(isinstance(manifest.get(name), kind) for name, kind in FIELDS.items())
        and all(isinstance(each, dict) for each in listed)
        and may_be_asked(manifest.get("precision"))
        and isinstance(manifest.get("vectors", []), list)
        and not any("\0" in name for name in listed[0])
    )


def _clear_unfinished(path: Path) -> None:
    """Remove what a killed process had begun to write."""
    with plain_disk_errors(path):
        for folder in (path, path / PARTS):
            for draft in folder.glob(f"{UNFINISHED}*"):
                draft.unlink(missing_ok=True)


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
