"""The scenarios that come with truce-sim, found by name."""

from __future__ import annotations

from pathlib import Path

from sim.errors import Problem, ScenarioError
from sim.scenario.source import yaml_names
from sim.scenario.words import closest, printable_path

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped_folder() -> Path:
    """Folder of the shipped scenarios: in the installed package, or beside it in a checkout."""
    packaged = _PACKAGE / "scenarios"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "scenarios"


def shipped_scenarios() -> list[Path]:
    """Paths of the shipped scenarios, sorted by name; the sweeps are not among them."""
    return sorted(shipped_folder().glob("*.yaml"))


def find_scenario(name_or_path: str | Path) -> Path:
    """Return the file meant by a path, or by the name of a shipped scenario such as ``ttp_2021``.

    A file that exists goes before a shipped scenario of the same name.

    Raises
    ------
    ScenarioError
        If there is neither such a file nor such a scenario.
    """
    return find_among(shipped_scenarios(), name_or_path, "scenario", "see truce list")


def find_among(shipped_files: list[Path], name_or_path: str | Path, kind: str, see: str) -> Path:
    """Return the file meant by a path, or by the name of one of the shipped files.

    Raises
    ------
    ScenarioError
        If there is neither; `kind` names what was looked for, and `see` where the names stand.
    """
    path = Path(name_or_path)
    shipped = {file.stem: file for file in shipped_files}
    name = str(name_or_path).removesuffix(".yaml")
    if name in shipped and not path.is_file():
        return _as_seen_from_here(shipped[name])
    if _is_missing(path):
        what = _unknown(path, list(shipped), kind, see)
        raise ScenarioError([Problem(printable_path(path), 0, 0, "", what)])
    return path


def _as_seen_from_here(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _is_missing(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return True
    except OSError:
        return False
    return False


def _unknown(path: Path, shipped: list[str], kind: str, see: str) -> str:
    near = closest(path.name, yaml_names(path.parent)) or closest(
        f"{path.name}.yaml", yaml_names(path.parent)
    )
    known = closest(path.stem, shipped)
    match = printable_path(path.parent / near) if near else known
    what = f"there is no such file, and no shipped {kind} of this name"
    return f"{what}; did you mean {match}?" if match else f"{what} ({see})"
