"""Generated tables and the pages that hold them, the description of the model first of all."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sim import anatomy
from sim.behaviour import numeric_fields
from sim.endings import ENDINGS, REASONS
from sim.errors import TruceError, UsageError
from sim.glossary import default_at
from sim.mechanisms import MECHANISMS
from sim.outcome import Outcome
from sim.parameters import HORIZON, World, parameters
from sim.reference import TABLES, check, main, out_of_date, refresh, rewritten, table
from sim.rules.politics import outrage_of_attack, outrage_tomorrow
from sim.truce import IncidentKind
from tests.worlds import AS_SPECIFIED

DOCS = Path(__file__).parents[2] / "docs"
MODEL = DOCS / "model.md"
RESULTS = DOCS / "results.md"
CALIBRATION = DOCS / "calibration.md"
PAGE = "before\n\n<!-- generated: endings -->\nstale words\n<!-- end -->\n\nafter\n"
BUILT = re.compile(r"`(\w+(?:\[\])?\.\w+)` (?:[\d.]+|none) → ([\d.]+)")
CITED = re.compile(r"([A-ZÖ][\w-]*)(?: et al\.)?,? ((?:19|20)\d\d)(?!-)")
NO_CITATIONS = {"November", "October", "December", "Peshawar", "PIPS"}

each_table = pytest.mark.parametrize("name", TABLES)


@pytest.fixture(scope="module")
def model() -> str:
    return MODEL.read_text(encoding="utf-8")


# Tables


def test_a_table_escapes_what_would_break_it() -> None:
    text = table(("a", "b"), [("1 - |β|", "x*y\n<z>")])
    assert text.splitlines() == ["| a | b |", "| --- | --- |", r"| 1 - \|β\| | x\*y &lt;z> |"]


@each_table
def test_every_row_has_as_many_cells_as_its_heading(name: str) -> None:
    width = 0
    for line in TABLES[name]().splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) - 1
        if line.startswith("| ---"):
            assert cells == width
        width = cells if width == 0 or not line.startswith("|") else width
        assert cells in (width, -1)
        width = 0 if not line.startswith("|") else width


@each_table
def test_no_generated_part_holds_a_marker(name: str) -> None:
    assert "<!--" not in TABLES[name]()


def test_tables_are_complete() -> None:
    for each in (HORIZON, *parameters()):
        assert f"| `{each.path}` |" in TABLES["parameters"]()
    for name in MECHANISMS:
        assert f"| `{name}` |" in TABLES["mechanisms"]()
    for thing in (*ENDINGS, *REASONS):
        assert f"| `{thing.name}` |" in TABLES["endings"]() + TABLES["reasons"]()
    for rule in anatomy.rules():
        assert f"| `{rule.name}(" in TABLES["rules"]()
    for phase in anatomy.phases():
        assert f"| `{phase.name}` |" in TABLES["schedule"]()
    for column in numeric_fields(Outcome):
        assert f"| `{column}` |" in TABLES["outcome"]()


def test_a_rule_brings_its_four_statements() -> None:
    (row,) = [line for line in TABLES["rules"]().splitlines() if "`clarity(" in line]
    assert "monitors and credible brokers" in row
    assert "m' = 1 - (1 - m)·(1 - report)" in row
    assert "Mattes & Savun 2010 [V]" in row
    assert "up in both" in row


def test_inputs_that_never_change_are_no_state() -> None:
    text = TABLES["variables"]()
    assert "| `strength` | float | input |" in text
    assert "`growth_room`" not in text
    assert "`parent` | int | as built |" in text


# Pages


def test_a_generated_part_is_replaced_and_nothing_else() -> None:
    page = rewritten(PAGE)
    assert page.startswith("before\n\n<!-- generated: endings -->\n")
    assert page.endswith("<!-- end -->\n\nafter\n")
    assert TABLES["endings"]() in page
    assert "stale words" not in page


def test_rewriting_twice_changes_nothing() -> None:
    assert rewritten(rewritten(PAGE)) == rewritten(PAGE)
    assert out_of_date(PAGE) == ["endings"]
    assert out_of_date(rewritten(PAGE)) == []


def test_a_page_without_generated_parts_is_left_alone() -> None:
    assert rewritten("# Nothing here\n") == "# Nothing here\n"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<!-- generated: weather -->\n<!-- end -->\n", "nothing called weather"),
        ("<!-- generated: endings -->\nno end\n", "needs a"),
        ("<!-- end -->\n", "needs a"),
        ("<!-- generated: endings -->\n<!-- generated: rules -->\n<!-- end -->\n", "needs a"),
        ("<!-- generated: endings --> text\n<!-- end -->\n", "needs a"),
    ],
)
def test_broken_markers_are_usage_errors(page: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        rewritten(page)


def test_refresh_and_check_a_file(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(PAGE, encoding="utf-8")
    with pytest.raises(TruceError, match="out of date in endings"):
        check(path)
    refresh(path)
    check(path)
    assert path.read_text(encoding="utf-8") == rewritten(PAGE)


def test_a_page_in_step_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(rewritten(PAGE), encoding="utf-8")
    path.chmod(0o444)
    before = path.stat().st_mtime_ns
    refresh(path)
    assert path.stat().st_mtime_ns == before


def test_main_returns_a_sentence_if_something_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(PAGE, encoding="utf-8")
    assert "out of date" in (main(["--check", str(path)]) or "")
    assert path.read_text(encoding="utf-8") == PAGE
    assert main([str(path)]) is None
    assert main(["--check", str(path)]) is None
    assert "No such file" in (main([str(tmp_path / "none.md")]) or "")


def test_as_a_command_it_exits_with_1_and_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(PAGE, encoding="utf-8")
    command = [sys.executable, "-m", "sim.reference", "--check", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=DOCS.parent, check=False)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "to mend it: python -m sim.reference" in done.stderr


# The description of the model


def test_the_description_of_the_model_is_in_step_with_the_code() -> None:
    check(MODEL)


def test_the_page_of_results_is_in_step_with_the_code() -> None:
    check(RESULTS)
    check(CALIBRATION)


def test_every_generated_part_stands_in_one_page(model: str) -> None:
    pages = model + "".join(page.read_text(encoding="utf-8") for page in (RESULTS, CALIBRATION))
    assert sorted(re.findall(r"<!-- generated: (\w+) -->", pages)) == sorted(TABLES)


def test_make_renews_the_pages_that_have_generated_parts() -> None:
    makefile = (DOCS.parent / "Makefile").read_text(encoding="utf-8")
    (named,) = re.findall(r"^PAGES := (.*)$", makefile, re.MULTILINE)
    named = " ".join([named, *re.findall(r"--page (docs/\S+)", makefile)])
    holding = [path for path in DOCS.rglob("*.md") if "<!-- generated:" in path.read_text()]
    assert sorted(named.split()) == sorted(f"docs/{path.name}" for path in holding)


def test_numbers_that_depart_from_the_specification_are_those_before_calibration(
    model: str,
) -> None:
    built = BUILT.findall(model)
    assert len(built) > 10
    for path, value in built:
        before = AS_SPECIFIED.get(path, default_at(path.replace("[]", "")))
        assert float(value) == float(before), path


def test_the_size_of_outrage_in_the_table_of_decisions(model: str) -> None:
    world, start = World(outrage_attack=AS_SPECIFIED["model.outrage_attack"]), 0.2
    for claimed, words in ((True, "{:.2f} if claimed"), (False, "{:.2f} if not")):
        added = outrage_of_attack(
            149, True, claimed, world.outrage_attack, world.soft_target_weight, world.claim_weight
        )
        reached = outrage_tomorrow(start, world.outrage_decay, added)
        assert words.format(reached) in model
        assert reached > world.release_ceiling
        assert math.isfinite(reached)


def test_every_kind_of_incident_is_described(model: str) -> None:
    for kind in IncidentKind:
        assert f"| `{kind.name}` |" in model


def test_every_source_is_in_the_references(model: str) -> None:
    references = model.split("## 6. References")[1]
    sources = [each.source for each in parameters()]
    sources += [
        text
        for each in anatomy.behaviours().values()
        for head, text in each.statements.items()
        if head == "Source"
    ]
    for source in sources:
        for name, year in CITED.findall(source):
            if name not in NO_CITATIONS:
                known = [line for line in references.splitlines() if name in line and year in line]
                assert known, f"{name} {year}"


def test_every_author_cited_in_the_text_is_in_the_references(model: str) -> None:
    text, references = model.split("## 6. References")
    for name, year in re.findall(r"([A-ZÖ][\w-]+)(?: et al\.)? \(?((?:19|20)\d\d)", text):
        if name not in NO_CITATIONS:
            assert any(name in line and year in line for line in references.splitlines()), name


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        file, _, anchor = target.partition("#")
        if not file.startswith("http"):
            linked = (path.parent / file).resolve() if file else path
            assert linked.exists(), target
            assert not anchor or anchor in anchors(linked), target


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\s-]", "", text.lower()).replace(" ", "-") for text in headings}


def test_every_decision_is_listed_with_its_title() -> None:
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    for path in sorted((DOCS / "decisions").glob("0*.md")):
        title = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        number, _, words = title.partition(": ")
        assert path.name.startswith(f"{number}-")
        assert f"- [{number}]({path.name}): {words}" in index
