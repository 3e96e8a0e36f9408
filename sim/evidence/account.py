"""What is said, drawn and written of the findings in a record."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis import curves
from sim.disk import plain_disk_errors, write_whole
from sim.errors import ResultsError, UsageError
from sim.sheets import read_sheet, sheet_text

if TYPE_CHECKING:
    import pandas

    from sim.evidence.findings import Findings
    from sim.evidence.record import Record
    from sim.report import DescribedFigure

TABLES = ("medians", "milestones", "readings", "causes", "life_tables", "curves")
FEW_CLUSTERS = 30


def read_lines(record: Record) -> list[str]:
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
    name, clusters = found.record.clustered_by, found.groups[0].limits.clusters
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
    base = found.record.strata[0]
    for row in ratios.itertuples():
        kind = "clustered" if row.errors == "robust" else "as if independent"
        lines.append(
            f"{row.covariate} ends {row.hazard_ratio:.2f} times as fast as {base} "
            f"[{row.lower:.2f}, {row.upper:.2f}] ({kind}); an association, not an effect."
        )
    return lines


def drawn(found: Findings, against: Path | None = None) -> DescribedFigure:
    """Return the figure; `against` is a folder of `truce run` whose curve is laid over the record.

    Errors: as in `survival_of`.
    """
    from sim.report.record_figure import Shown, foot_of, record_figure

    record, single = found.record, len(found.groups) == 1
    beside = survival_of(against) if against is not None else None
    causes = curves(found.groups[0].dated).incidence[0] if single else None
    dated = sum(each.dated.runs for each in found.groups)
    shown = Shown(found.curves, found.endings, causes, beside, against.name if against else "")
    foot = foot_of(
        Path(record.file).name, len(record), dated, len(record) - dated, limit_lines(found)[0]
    )
    if against is not None:
        foot += " The model's curve answers for its own scenario, not for the cases recorded."
    return record_figure(
        shown,
        title=f"How long ceasefires last: {Path(record.file).name}",
        subtitle=f"By {record.by}." if record.by else "",
        foot=foot,
    )


def survival_of(folder: Path) -> pandas.DataFrame:
    """Return the survival table of a folder that `truce run` wrote.

    Errors: `UsageError` when there is none; `ResultsError` when it is damaged.
    """
    file = folder / "survival.csv"
    if not file.is_file():
        raise UsageError(f"{folder} has no survival.csv: give a folder that truce run wrote")
    with plain_disk_errors(folder, "read"):
        table = read_sheet(file)
    if not {"day", "survival"} <= set(table.columns):
        raise ResultsError(f"{file} is damaged: it has no columns day and survival")
    return table


def durations_table(record: Record) -> pandas.DataFrame:
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
    record = found.record
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


def write_account(found: Findings, folder: Path, figure: DescribedFigure) -> list[Path]:
    """Write the tables as CSV, the summary as JSON and the figure; return the paths.

    Each file is written whole or not at all. Errors: `TruceError` when the disk refuses.
    """
    from sim.report import figure_files

    contents = {f"{name}.csv": sheet_text(getattr(found, name)).encode() for name in TABLES}
    contents["durations.csv"] = sheet_text(durations_table(found.record)).encode()
    text = json.dumps(summary(found), ensure_ascii=False, allow_nan=False, indent=1)
    contents["evidence.json"] = text.encode() + b"\n"
    contents |= figure_files(figure, "record")
    with plain_disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        write_whole(folder / name, content)
    return [folder / name for name in contents]
