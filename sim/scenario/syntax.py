"""Errors of the YAML parser in plain words."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError

from sim.scenario.words import printable

_WORDS: tuple[tuple[str, str], ...] = (
    (r"character '\\t'", "a tab stands here; use spaces"),
    (
        r"character '(?P<mark>.)' that cannot start",
        "text that starts with {mark} must stand in quotes",
    ),
    (
        r"mapping values are not allowed",
        "a colon is not allowed here; check the indentation, or put text that holds ': ' in quotes",
    ),
    (
        r"could not find expected ':'",
        "expected 'key: value' here; check the colon, the space after it and the indentation",
    ),
    (r"quoted scalar.*end of stream", "a quote is opened here and never closed"),
    (r"quoted scalar.*document separator", "a quote is opened here and never closed"),
    (r"expected ',' or '\]', but got '<stream end>'", "a list is opened with [ and never closed"),
    (
        r"expected ',' or '\}', but got '<stream end>'",
        "a section is opened with {{ and never closed",
    ),
    (r"expected ',' or '\]'", "a comma or ] is missing in a list in [ ]"),
    (r"expected ',' or '\}'", "a comma or }} is missing in a section in {{ }}"),
    (
        r"expected <block end>, but found '<scalar>'",
        "unexpected text; check quotes and indentation",
    ),
    (r"expected <block end>, but found '[\]}]'", "a bracket is closed that was never opened"),
    (r"expected <block end>", "the indentation does not fit the lines above"),
    (r"sequence entries are not allowed", "a list item is not allowed here; check the indentation"),
    (r"unknown escape character '(?P<mark>.)'", "\\{mark} is not known between double quotes"),
    (r"expected '<document start>'", "nothing more was expected here; check quotes and brackets"),
    (r"node content, but found '<stream end>'", "the text ends where a value was expected"),
    (r"the node content", "a value was expected here"),
)

_AT_THE_OPENING = ("never closed",)


def explained(error: MarkedYAMLError) -> str:
    """Return what the parser complains about, in the words of someone who writes scenarios."""
    complaint = " ".join(str(part) for part in (error.context, error.problem) if part)
    for pattern, words in _WORDS:
        match = re.search(pattern, complaint, re.DOTALL)
        if match:
            return words.format(**match.groupdict())
    return f"cannot be read as YAML: {printable(str(error.problem), 200)}"


def position(error: MarkedYAMLError) -> tuple[int, int]:
    """Line and column of the error, from 1; for something left open, where it was opened."""
    marks = [error.problem_mark, error.context_mark]
    if explained(error).endswith(_AT_THE_OPENING):
        marks.reverse()
    mark = next((mark for mark in marks if mark is not None), None)
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
