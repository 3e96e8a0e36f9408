"""What is estimated from a record."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.errors import UsageError
from sim.evidence import Asked, Findings, found, read_ceasefires
from sim.results.record_folder import comparison_lines, read_lines, summary
from tests import made_up

ASKED = Asked("start", "end", "how", clusters="country")


def findings_of(folder: Path, text: str, asked: Asked = ASKED, horizon: int = 730) -> Findings:
    (folder / "t.csv").write_text(text, encoding="utf-8")
    return found(read_ceasefires(folder / "t.csv", asked), horizon)


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    folder = tmp_path_factory.mktemp("record")
    return findings_of(folder, made_up.as_csv(made_up.plain_rows()))


def test_the_dated_curve_is_that_of_the_definition(tmp_path: Path) -> None:
    text = (
        "start,end,how\n2020-01-01,2020-01-11,broken\n2020-01-01,2020-01-21,expired\n"
        "2020-01-01,2020-01-16,in force\n2020-01-01,2020-01-31,broken\n"
    )
    curve = findings_of(tmp_path, text, Asked("start", "end", "how"), 40).curves
    survival = curve.set_index("day")["survival"]
    assert survival[[9, 10, 19, 20, 29, 30]].tolist() == pytest.approx(
        [1, 0.75, 0.75, 0.375, 0.375, 0]
    )


def test_every_curve_lies_between_the_worst_cases(findings: Findings) -> None:
    curve = findings.curves
    for name in ("survival", "interval_lower", "interval_upper"):
        assert (curve["least"] <= curve[name] + 1e-9).all(), name
        assert (curve[name] <= curve["most"] + 1e-9).all(), name
    assert (curve["lower"] <= curve["survival"]).all()
    assert (curve["survival"] <= curve["upper"]).all()
    assert set(curve["uncertainty"]) == {"empirical"}


def test_counts_add_up(findings: Findings) -> None:
    row = findings.medians.iloc[0]
    assert row["ceasefires"] == row["dated"] + row["undated"] == len(findings.ceasefires)
    assert findings.life_tables["ceasefires"].sum() == row["dated"]
    assert row["clusters"] == 5
    last = findings.causes[findings.causes["day"] == 365]["share"].sum()
    held = findings.milestones.set_index("day")["survival"][365]
    assert last + held == pytest.approx(1.0)


def test_the_readings_show_what_hangs_on_missing_dates(findings: Findings) -> None:
    told = findings.readings.set_index("reading")
    dated, at_once, late = (
        told.loc[name, "S(90)"]
        for name in (
            "dated, middle of the limits",
            "undated ended at once",
            "undated held throughout",
        )
    )
    assert at_once < dated < late
    assert (
        told.loc["dated, shortest that fits", "S(30)"]
        <= told.loc["dated, longest that fits", "S(30)"]
    )


def test_a_record_without_gaps_reads_the_same_in_every_way(tmp_path: Path) -> None:
    rows = ["start,end", *(f"2020-01-01,2020-02-{day:02d}" for day in range(1, 29)), ""]
    told = findings_of(tmp_path, "\n".join(rows), Asked("start", "end")).readings
    for column in ("S(7)", "S(30)", "S(90)"):
        assert told[column].to_numpy(float) == pytest.approx(told[column].iloc[0], abs=1e-6)


def test_groups_are_compared(tmp_path: Path) -> None:
    rows = made_up.plain_rows(200)
    for row in rows[1:]:
        row[4] = "yes" if row[0] in ("Made-up country 3", "Made-up country 4") else "no"
    asked = Asked("start", "end", "how", by="mediated", clusters="country")
    found_here = findings_of(tmp_path, made_up.as_csv(rows), asked)
    assert [each.name for each in found_here.groups] == ["no", "yes"]
    test, ratios = found_here.log_rank, found_here.hazard_ratios
    assert test is not None
    assert test.degrees == 1
    assert ratios is not None
    assert ratios["hazard_ratio"].iloc[0] < 1.0  # their ceasefires were made to last longer
    assert set(ratios["errors"]) == {"robust"}
    told = "\n".join(comparison_lines(found_here))
    assert "an association, not an effect" in told
    assert "if ceasefires were independent" in told


def test_one_group_is_compared_with_none(findings: Findings) -> None:
    assert findings.log_rank is None
    assert findings.hazard_ratios is None
    assert comparison_lines(findings) == []


def test_the_same_record_gives_the_same_limits(tmp_path: Path, findings: Findings) -> None:
    again = findings_of(tmp_path, made_up.as_csv(made_up.plain_rows()))
    assert np.array_equal(again.curves["lower"], findings.curves["lower"])


def test_the_summary_holds_plain_values_and_says_what_limits_are(findings: Findings) -> None:
    told = summary(findings)
    assert told["uncertainty"] == "empirical"
    assert told["clustered_by"] == "country"
    assert any("5 clusters" in note for note in told["notes"])
    assert {row["reading"] for row in told["readings"]} == set(findings.readings["reading"])
    assert "unclear" in "\n".join(read_lines(findings.ceasefires))


def test_a_group_without_a_known_duration_and_a_horizon_of_no_day_are_refused(
    tmp_path: Path,
) -> None:
    text = "start,end,how,by\n2020-01-01,2020-01-05,x,a\n2020-01-01,,,b\n"
    with pytest.raises(UsageError, match="the group 'b' has no ceasefire"):
        findings_of(tmp_path, text, Asked("start", "end", "how", by="by"))
    with pytest.raises(UsageError, match="horizon must be 1 day"):
        findings_of(tmp_path, text, Asked("start", "end", "how"), 0)
