"""The scorecard in a terminal and on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.disk import plain_disk_errors, write_whole
from sim.errors import UsageError
from sim.publication.html import html_files
from sim.publication.markdown import markdown_files
from sim.publication.plates import FIGURES
from sim.scenario.words import did_you_mean
from sim.scorecard.account import report
from sim.scorecard.card import Scorecard
from sim.scorecard.page import picture
from sim.scorecard.rows import as_json

FORMATS = ("html", "md", "json")
STEM = "scorecard"
BESIDE_A_PAGE = (".svg", ".png", ".csv")
"""Endings of the files of a figure that lie beside a page of Markdown; HTML holds its own."""


def checked(formats: Sequence[str]) -> list[str]:
    """Return the formats, each once; refuse one that there is not (`UsageError`)."""
    for name in formats:
        if name not in FORMATS:
            raise UsageError(f"there is no format {name}{did_you_mean(name, FORMATS)}")
    return list(dict.fromkeys(formats))


def check_place(folder: Path) -> None:
    """Refuse a folder that is a file, before anything is run (`UsageError`)."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; choose a folder with --out")


def lines(card: Scorecard) -> list[str]:
    """Return the verdicts, one line each."""
    width = max(len(each.target.pattern) for each in card.entries)
    told = [""]
    for entry in card.entries:
        share = "" if entry.measured is None else f"{100 * entry.share:4.0f} % of the set"
        pattern = entry.target.pattern.ljust(width)
        told.append(f"{entry.target.id:4}{pattern}  {entry.verdict:13} {share}".rstrip())
    counts = [f"{card.count(verdict)} {verdict}" for verdict in ("pass", "fail", "not simulated")]
    return [*told, "", ", ".join(counts)]


def write_scorecard(card: Scorecard, folder: Path, formats: Sequence[str]) -> list[str]:
    """Write the scorecard, each file whole or not at all; return their paths.

    Errors: `TruceError` when the disk refuses.
    """
    files = _files(card, formats)
    with plain_disk_errors(folder):
        for name in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        write_whole(folder / name, content)
    return [str(folder / name) for name in files]


def write_beside(page: Path, card: Scorecard) -> None:
    """Write the rows and the figure of a page beside it, each file whole or not at all."""
    write_whole(page.with_suffix(".json"), as_json(card).encode())
    write_whole(page.with_suffix(".svg"), picture(card))


def _files(card: Scorecard, formats: Sequence[str]) -> dict[str, bytes]:
    told = report(card)
    files = {}
    if "html" in formats:
        files[f"{STEM}.html"] = html_files(told)["report.html"]
    if "md" in formats:
        files[f"{STEM}.md"] = markdown_files(told)["report.md"]
        files |= {
            f"{FIGURES}/{name}": content
            for figure in told.figures()
            for name, content in figure.files.items()
            if name.endswith(BESIDE_A_PAGE)
        }
    if "json" in formats:
        files[f"{STEM}.json"] = as_json(card).encode()
    return files
