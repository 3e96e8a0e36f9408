"""The folder of a record of ceasefires: what is said, drawn and written of its findings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis import curves
from sim.disk import plain_disk_errors, write_whole
from sim.errors import UsageError
from sim.evidence import Record
from sim.results.ensemble import read_ensemble
from sim.sheets import sheet_text

if TYPE_CHECKING:
    import pandas

    from sim.evidence import Ceasefires
    from sim.evidence.findings import Findings
    from sim.report import DescribedFigure

TABLES = ("medians", "milestones", "readings", "causes", "life_tables", "curves")
FEW_CLUSTERS = 30


def read_lines(record: Ceasefires) -> list[str]:
    """Return in words how a table was read: its layout, its endings, what was left out."""
    last = date.fromordinal(record.until).isoformat()
    lines = [f"{record.file}: {len(record):,} ceasefires, watched until {last} ({record.layout})"]
    if record.read_as:
        words = ", ".join(
            said if said == meant else f"{said} as {meant}"
            for said, meant in record.read_as.items()
        )
        lines.append(f"Endings: {words}.")
    lines += [f"Left out: {number:,} {why}." for why, number in record.left_out.items()]
    vague = sum(not each.exact and each.longest is not None for each in record.durations)
    lines.append(
        f"Of these, {sum(each.exact for each in record.durations):,} ended after a number of days "
        f"that is known, {vague:,} on a day known only within limits or not at all, and "
        f"{sum(each.longest is None for each in record.durations):,} were in force when last seen."
    )
    return [*lines, *(f"Note: {note}" for note in record.notes)]


def limit_lines(found: Findings) -> list[str]:
    """Return in words what the limits allow for and what they do not."""
    name, clusters = found.ceasefires.clustered_by, found.groups[0].limits.clusters
    if not name:
        how = "They take ceasefires as independent, which those of one country are not: "
        how += "name a column with --clusters."
    else:
        how = f"They allow for what ceasefires of one {name} share (400 draws of whole clusters)."
        if clusters < FEW_CLUSTERS:
            how += f" With {clusters} clusters they tend to be too narrow."
    return [
        f"Limits are 95 %, of one day at a time: empirical uncertainty. {how}",
        "The readings show what limits do not cover: dates that nobody wrote down.",
    ]


def comparison_lines(found: Findings) -> list[str]:
    """Return the comparison between groups in words; nothing for one group."""
    test = found.log_rank
    if test is None or test.p_value is None:
        return []
    lines = [
        f"Log-rank test between groups: {test.statistic:.2f} on {test.degrees} degrees of freedom, "
        f"p = {test.p_value:.2g}, if ceasefires were independent."
    ]
    ratios = found.hazard_ratios
    if ratios is None:
        return lines
    base = found.ceasefires.strata[0]
    for row in ratios.to_dict("records"):
        kind = "clustered" if row["errors"] == "robust" else "as if independent"
        lines.append(
            f"{row['covariate']} ends {row['hazard_ratio']:.2f} times as fast as {base} "
            f"[{row['lower']:.2f}, {row['upper']:.2f}] ({kind}); an association, not an effect."
        )
    return lines


def drawn(found: Findings) -> DescribedFigure:
    """Return the figure of the record."""
    from sim.report.record_figure import Shown, foot_of, record_figure

    ceasefires, single = found.ceasefires, len(found.groups) == 1
    causes = curves(found.groups[0].dated).incidence[0] if single else None
    dated = sum(each.dated.runs for each in found.groups)
    name = Path(ceasefires.file).name
    undated = len(ceasefires) - dated
    limits = limit_lines(found)[0] if single else "Limits of each curve stand in milestones.csv."
    return record_figure(
        Shown(found.curves, found.endings, causes),
        title=f"How long ceasefires last: {name}",
        subtitle=f"By {ceasefires.by}." if ceasefires.by else "",
        foot=foot_of(name, len(ceasefires), dated, undated, limits),
    )


def drawn_against(found: Findings, folder: Path) -> DescribedFigure:
    """Return the figure of the model's curve, from a folder of `truce run`, beside the record.

    Errors: `UsageError` for a record in groups; those of `sim.results.read_ensemble`.
    """
    from sim.report import overlay_figure

    if len(found.groups) > 1:
        raise UsageError("--against draws one record; leave --by out")
    stored = read_ensemble(folder)
    return overlay_figure(
        stored.survival,
        as_record(found),
        title=f"{folder.name} beside {Path(found.ceasefires.file).name}",
        seed=int(stored.manifest["seed"]),
    )


def as_record(found: Findings) -> Record:
    """Return the findings, of one group, as a stratum to draw beside the model."""
    group, name = found.groups[0], Path(found.ceasefires.file).name
    bounds = found.milestones[["day", "survival", "least", "most"]].set_axis(
        ["day", "dated_only", "lower", "upper"], axis=1
    )
    by = found.ceasefires.clustered_by
    return Record(
        name=name,
        what="The ceasefires of a table of the reader's own",
        unit="ceasefire",
        truces=group.dated.runs,
        countries=0,
        table=group.dated,
        milestones=found.milestones[["day", "survival", "lower", "upper"]],
        bounds=bounds if group.undated else None,
        bounded=f"all {len(found.ceasefires):,} ceasefires",
        undated_share=group.undated / len(found.ceasefires),
        has_own_bounds=True,
        limits=f"by {by}" if by else "as if independent",
        source=name,
    )


def durations_table(record: Ceasefires) -> pandas.DataFrame:
    """Return what each ceasefire came to, with the line of the file it stands on."""
    import pandas

    rows = [
        {
            "line": each.line,
            "ending": each.ending,
            "shortest_days": each.shortest,
            "longest_days": each.longest,
            "dated": each.dated,
            "in_dated_curve": each.usable,
            "group": each.stratum,
            "cluster": each.cluster,
        }
        for each in record.durations
    ]
    return pandas.DataFrame(rows).astype({"longest_days": "Int64"})


def summary(found: Findings) -> dict[str, Any]:
    """Return the findings as plain values, as `evidence.json` has them; None if missing."""
    record = found.ceasefires
    told = {
        "file": Path(record.file).name,
        "layout": record.layout,
        "ceasefires": len(record),
        "watched_until": date.fromordinal(record.until).isoformat(),
        "horizon_days": found.horizon_days,
        "by": record.by,
        "clustered_by": record.clustered_by,
        "uncertainty": "empirical",
        "read_as": record.read_as,
        "left_out": record.left_out,
        "notes": [*record.notes, *limit_lines(found), *comparison_lines(found)],
    }
    tables = {
        name: json.loads(getattr(found, name).to_json(orient="records"))
        for name in TABLES
        if name not in ("curves", "life_tables")
    }
    return told | tables


def write_record(
    found: Findings, folder: Path, figures: Mapping[str, DescribedFigure]
) -> list[Path]:
    """Write the tables as CSV, the summary as JSON and figures by their stem; return the paths.

    Each file is written whole or not at all. Errors: `TruceError` when the disk refuses.
    """
    from sim.report import figure_files

    contents = {f"{name}.csv": sheet_text(getattr(found, name)).encode() for name in TABLES}
    contents["durations.csv"] = sheet_text(durations_table(found.ceasefires)).encode()
    text = json.dumps(summary(found), ensure_ascii=False, allow_nan=False, indent=1)
    contents["evidence.json"] = text.encode() + b"\n"
    for stem, figure in figures.items():
        contents |= figure_files(figure, stem)
    with plain_disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        write_whole(folder / name, content)
    return [folder / name for name in contents]
