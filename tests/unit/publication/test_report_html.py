"""The page: self-contained, in order, and nothing in it but what the writer put there."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from sim.publication.html import MOST_BYTES, download
from tests.unit.publication.conftest import NASTY, NASTY_NAMES

VOID = {"meta", "link", "br", "img", "input", "hr"}
LOADS = {
    "src",
    "srcset",
    "data",
    "poster",
    "action",
    "formaction",
    "background",
    "manifest",
    "ping",
}


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words).replace("\u00a0", " "))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def page(pages: Path) -> Page:
    return Page((pages / "report.html").read_text())


def test_every_tag_is_closed_in_its_place(page: Page) -> None:
    assert page.open == []


def test_the_page_asks_for_nothing(page: Page) -> None:
    for tag, attributes in page.tags:
        assert not LOADS & set(attributes), (tag, attributes)
        for name in ("href", "xlink:href"):
            address = attributes.get(name) or "#"
            is_citation = tag == "a" and address.startswith("https://doi.org/")
            assert address.startswith(("#", "data:")) or is_citation, (tag, address)
        styled = attributes.get("style") or ""
        assert "url(" not in styled.replace("url(#", ""), (tag, styled)


def test_the_style_asks_for_nothing_and_there_is_no_script(pages: Path) -> None:
    text = (pages / "report.html").read_text()
    for style in re.findall(r"<style.*?</style>", text, re.DOTALL):
        assert "@import" not in style
        assert "url(" not in style
    assert not re.search(r"<script|\son[a-z]+\s*=", re.sub(r"&lt;.*?&gt;", "", text))


def test_text_of_a_scenario_is_text(page: Page) -> None:
    assert not page.named("script")
    assert not page.named("img")
    for text in (NASTY, *NASTY_NAMES.values()):
        assert re.sub(r"\s+", " ", text) in page.text, text
    assert all(attributes.get("dir") == "auto" for attributes in page.named("bdi"))


def test_no_two_things_have_the_same_name(page: Page) -> None:
    names = Counter(attributes["id"] for _, attributes in page.tags if "id" in attributes)
    assert max(names.values()) == 1


def test_what_is_referred_to_is_there(pages: Path, page: Page) -> None:
    names = {attributes.get("id") for _, attributes in page.tags}
    text = (pages / "report.html").read_text()
    referred = re.findall(r'(?:href="#|url\(#)([^")]+)', text)
    labels = " ".join(attributes.get("aria-labelledby") or "" for _, attributes in page.tags)
    assert {*referred, *labels.split()} <= names


def test_readers_who_cannot_see_find_their_way(page: Page) -> None:
    assert page.named("html") == [{"lang": "en"}]
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert len(page.named("main")) == len(page.named("header")) == len(page.named("footer")) == 1
    assert page.named("nav")[0]["aria-label"]
    assert page.named("a")[0] == {"class": "skip", "href": "#main"}
    assert {attributes.get("scope") for attributes in page.named("th")} == {"col", "row"}
    assert len(page.named("caption")) == len(page.named("table"))
    for attributes in page.named("svg"):
        assert attributes["role"] == "img"
        assert len((attributes["aria-labelledby"] or "").split()) == 2


def test_every_figure_has_its_data_under_it(page: Page) -> None:
    figures = len(page.named("figure"))
    assert len(page.named("svg")) == len(page.named("figcaption")) == figures
    assert page.text.count("Data of figure") >= figures


def test_all_that_a_report_owes_its_reader(page: Page) -> None:
    for words in (
        "Question:",
        "not a forecast",
        "restricted mean",
        "Monte-Carlo uncertainty",
        "Scenario uncertainty",
        "Empirical uncertainty",
        "Runs for the target",
        "ready to quote",
        "redo.R",
        "truce verify",
        "truce replay",
        "SHA-256",
    ):
        assert words in page.text, words


def test_a_large_file_is_not_put_into_the_page() -> None:
    assert download(b"x" * (MOST_BYTES + 1), "a.csv") == ""
    assert download(b"x", 'a"<b>.csv') == (
        '<a download="a&#34;&lt;b&gt;.csv" href="data:text/csv;base64,eA==">a&#34;&lt;b&gt;.csv</a>'
    )


def test_contrast_is_more_than_enough(pages: Path) -> None:
    """Every colour of text on white keeps 7:1, the level AAA of WCAG."""
    style = (pages / "report.html").read_text().split("</style>")[0]
    named = dict(re.findall(r"--(ink|quiet|link): (#[0-9a-f]{6})", style))
    assert set(named) == {"ink", "quiet", "link"}
    for colour in named.values():
        assert 1.05 / (luminance(colour) + 0.05) >= 7.0, colour


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
