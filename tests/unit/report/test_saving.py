"""Figures on disk: three formats, equal bytes, readable SVG of modest size."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from sim.analysis import incidence_table, life_table, survival_table
from sim.errors import TruceError
from sim.report import DescribedFigure, figure_files, save_figure, survival_figure, svg_text
from sim.report.saving import _shorter_path
from sim.sheets import read_sheet

SVG = "{http://www.w3.org/2000/svg}"
NASTY = (
    "$x_1^2$ & <script>alert(1)</script> \\alpha \\1 ]]> \"quoted\" 'single' _a_\x00 %s {0} 停火"
)


def figure(title: str = "A truce", runs: int = 2_000, horizon: int = 365) -> DescribedFigure:
    rng = np.random.default_rng(4)
    days = rng.geometric(2.0 / horizon, runs)
    codes = np.where(days > horizon, 0, rng.integers(1, 6, runs))
    table = life_table(np.minimum(days, horizon), codes, horizon)
    return survival_figure(
        survival_table(table),
        incidence_table(table),
        title=title,
        runs=runs,
        seed=9,
        horizon_days=horizon,
        term_days=30,
    )


def test_five_formats_with_one_stem(tmp_path: Path) -> None:
    paths = save_figure(figure(), tmp_path / "new", "survival")
    assert [path.suffix for path in paths] == [".svg", ".pdf", ".png", ".csv", ".json"]
    assert {path.stem for path in paths} == {"survival"}
    starts = [path.read_bytes()[:5] for path in paths]
    assert starts == [b"<?xml", b"%PDF-", b"\x89PNG\r", b"day,a", b'{"tit']
    width, height = np.frombuffer(paths[2].read_bytes()[16:24], dtype=">u4")
    assert width >= 200 * 548 / 72
    assert height > 1_000


def test_the_data_are_what_is_drawn(tmp_path: Path) -> None:
    drawn = figure("=1+1 & more")
    files = figure_files(drawn, "survival")
    sheet = tmp_path / "survival.csv"
    sheet.write_bytes(files["survival.csv"])
    stored = read_sheet(sheet)
    described = json.loads(files["survival.json"])
    assert drawn.data is not None
    pandas.testing.assert_frame_equal(stored, drawn.data, check_dtype=False)
    assert described["title"] == "=1+1 & more"
    assert described["description"] == drawn.description
    assert described["foot"] == drawn.foot
    assert described["columns"] == list(stored)
    assert described["rows"] == stored.to_numpy().tolist()
    holding = drawn.axes[0].lines[0].get_ydata()[-1]
    assert described["rows"][-1][described["columns"].index("survival")] == holding


def test_missing_values_are_null() -> None:
    drawn = figure()
    drawn.data = pandas.DataFrame({"days": [1.5, float("nan")], "median": [None, float("inf")]})
    assert json.loads(figure_files(drawn, "x")["x.json"])["rows"] == [[1.5, None], [None, "inf"]]


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return figure_files(figure(), "survival")


def test_equal_figures_give_equal_bytes_whatever_the_settings(files) -> None:
    with matplotlib.rc_context({"font.size": 20.0, "svg.fonttype": "path", "savefig.dpi": 50}):
        again = figure()
        assert figure_files(again, "survival") == files
    assert svg_text(again, "survival").encode() == files["survival.svg"]


def test_another_process_gives_the_same_bytes_and_needs_no_pyplot(tmp_path: Path, files) -> None:
    lines = (
        "import sys",
        "from pathlib import Path",
        "from test_saving import figure",
        "from sim.report import save_figure",
        "save_figure(figure(), Path(sys.argv[1]), 'survival')",
        "print(sorted({'matplotlib.pyplot', 'mesa', 'numba', 'sim.model'} & set(sys.modules)))",
    )
    answer = subprocess.run(
        [sys.executable, "-c", "\n".join(lines), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={
            **os.environ,
            "PYTHONHASHSEED": "77",
            "SOURCE_DATE_EPOCH": "1000000000",
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]),
        },
    )
    assert answer.stdout.strip() == "[]"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files


def test_the_svg_speaks_to_screen_readers() -> None:
    drawn = figure("Truce & talks")
    root = ElementTree.fromstring(svg_text(drawn, "my survival"))
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert title.text == "Truce & talks"
    assert description.text == drawn.description
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert " " not in str(title.get("id"))


def test_titles_are_data() -> None:
    root = ElementTree.fromstring(svg_text(figure(NASTY), "survival"))
    shown = NASTY.replace("\x00", " ")
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == " ".join(shown.split())
    lines = [element.text or "" for element in root.iter(f"{SVG}text")]
    assert "<script>alert(1)</script>" in "".join(lines)
    assert "停火" in "".join(lines)
    assert not list(root.iter(f"{SVG}script"))


@pytest.mark.parametrize(("runs", "horizon"), [(500, 365), (20_000, 365), (200_000, 1_830)])
def test_the_svg_is_small(runs: int, horizon: int) -> None:
    assert len(svg_text(figure(runs=runs, horizon=horizon), "survival")) < 60 * 1024


def test_text_stays_text_with_fonts_to_fall_back_on() -> None:
    drawing = svg_text(figure(), "survival")
    assert "Days since signing</text>" in drawing
    assert re.search(r"font-family: 'DejaVu Sans'[^;]*sans-serif", drawing)


def test_a_plain_matplotlib_figure_can_be_saved_too(tmp_path: Path) -> None:
    plain = Figure(figsize=(2, 2))
    plain.suptitle("Plain & simple")
    svg = save_figure(plain, tmp_path, "plain")[0].read_text(encoding="utf-8")
    assert "<title" in svg
    assert "Plain &amp; simple</title>" in svg


def test_what_the_disk_refuses_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TruceError, match=r"Cannot write to .* file"):
        save_figure(Figure(figsize=(1, 1)), tmp_path / "file", "survival")


def vertices(path: str) -> list[tuple[float, float]]:
    """Return the end points of a path of M, L, H, V and z, leaving out repeated ones."""
    points: list[tuple[float, float]] = []
    for command, numbers in re.findall(r"([MLHVz])([^MLHVz]*)", path):
        values = [round(float(number), 2) for number in numbers.split()]
        if command in "ML":
            points.append((values[0], values[1]))
        elif command == "H":
            points.append((values[0], points[-1][1]))
        elif command == "V":
            points.append((points[-1][0], values[0]))
    return [point for place, point in enumerate(points) if points[place - 1 : place] != [point]]


COORDINATE = st.one_of(st.sampled_from([0.0, 1.5, -2.25]), st.floats(-999, 999))


@given(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=1, max_size=12))
@settings(deadline=None)
def test_shorter_paths_run_through_the_same_points(points) -> None:
    long = "M " + "\nL ".join(f"{x:f} {y:f} " for x, y in points) + "z\n"
    short = _shorter_path(re.fullmatch(r' d="([^"]*)"', f' d="{long}"'))[4:-1]
    assert vertices(short) == vertices(long)
    assert len(short) <= len(long)


def test_curved_paths_keep_their_commands() -> None:
    found = re.fullmatch(r' d="([^"]*)"', ' d="M 0 1 C 1.234567 2 3 4 5 6 Q 1 2 3 4 L 3 9 z"')
    assert _shorter_path(found) == ' d="M0 1C1.23 2 3 4 5 6Q1 2 3 4V9z"'


def test_a_text_that_looks_like_an_attribute_stays_as_it_is() -> None:
    words = 'a d="M 1 2 z" style="x: y; z" x="1.23456" transform="rotate(-0 1 2)"'
    root = ElementTree.fromstring(svg_text(figure(words), "x"))
    assert root.findtext(f"{SVG}title") == words
    assert words in {text.text for text in root.iter(f"{SVG}text")}
