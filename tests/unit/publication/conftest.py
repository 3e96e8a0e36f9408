"""Stored results to report on: one ensemble and one sweep, both named to break what reads them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim import Scenario, Study, simulate
from sim.cli.ensembles import save
from sim.inquiry.attribution import attributed
from sim.inquiry.writing import write_inquiry
from sim.publication import write_report
from sim.results.attribution_folder import SharedDays, asked_of, beside, named, tables_of
from tests.crews import HORIZON, swept

NASTY = (
    "<script>alert(1)</script> \\input{/etc/passwd} $x_1$ | `tick` ```x [x](javascript:alert(1)) "
    "{{< include x >}} 100 % # ~ ^ & @ref \u0633\u0644\u0627\u0645 {=latex} <!-- -- ''' \"q\" "
    "\u00e9 \u4e2d"
)
"""A title that means something to HTML, LaTeX, Markdown and Quarto, with letters from the right."""
NASTY_NAMES = {
    "state": "</td><img src=x onerror=alert(2)>",
    "group": "\\end{document} $$ | `` _x_",
    "outsider": "[a](http://x.y) *b* ![i](j)",
    "broker": "- 1. # <b> &amp;",
}


def quoted(text: str) -> str:
    """Return text as YAML has it."""
    return json.dumps(text, ensure_ascii=False)


NASTY_CASE = f"""
title: {quoted(NASTY)}
question: {quoted(NASTY)}
horizon_days: {HORIZON}
state: {{name: {quoted(NASTY_NAMES["state"])}}}
groups:
  - name: {quoted(NASTY_NAMES["group"])}
  - {{name: {quoted(NASTY_NAMES["outsider"])}, signatory: false}}
brokers:
  - name: {quoted(NASTY_NAMES["broker"])}
shocks:
  - {{target: groups.0.sanctuary, day: 20, to: 0.9, over_days: 5}}
mechanisms: {{splits: false}}
"""
NASTY_STUDY = f"""
title: {quoted(NASTY)}
question: {quoted(NASTY)}
base: nasty.yaml
runs: 40
factors:
  truce.monitoring: [0, 1]
  truce.renegotiate: [false, true]
compare_to: {{truce.monitoring: 0, truce.renegotiate: false}}
"""


@pytest.fixture(scope="session")
def nasty_ensemble(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ensemble whose every name is markup of some language."""
    folder = tmp_path_factory.mktemp("nasty") / "ensemble"
    case = Scenario.from_yaml(NASTY_CASE)
    save(simulate(case, runs=60, paths=0), folder, "compiled")
    for among in ("themes", "inputs"):
        keep_attribution(attributed(case, among, 20, window_days=HORIZON, orders=4), folder)
    return folder


def keep_attribution(found: SharedDays, results: Path) -> Path:
    """Write days shared out beside results, as truce attribute does; return where."""
    folder = beside(results, named(found.among))
    write_inquiry(folder, asked_of(found), [], tables_of(found), {})
    return folder


@pytest.fixture(scope="session")
def nasty_sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep of four points of such a scenario."""
    home = tmp_path_factory.mktemp("nasty")
    (home / "nasty.yaml").write_text(NASTY_CASE)
    (home / "study.yaml").write_text(NASTY_STUDY)
    swept(Study.load(home / "study.yaml"), home / "sweep")
    return home / "sweep"


@pytest.fixture(scope="session")
def ensemble_pages(nasty_ensemble: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the ensemble in all formats."""
    place = tmp_path_factory.mktemp("pages") / "ensemble"
    return write_report(nasty_ensemble, ["html", "md", "tex"], place).folder


@pytest.fixture(scope="session")
def sweep_pages(nasty_sweep: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the sweep in all formats."""
    place = tmp_path_factory.mktemp("pages") / "sweep"
    return write_report(nasty_sweep, ["html", "md", "tex"], place).folder


@pytest.fixture(params=["ensemble_pages", "sweep_pages"])
def pages(request: pytest.FixtureRequest) -> Path:
    """Either report."""
    return Path(request.getfixturevalue(request.param))
