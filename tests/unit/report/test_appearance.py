"""Colours: contrast on white, difference in grey, and nothing global changed."""

from itertools import combinations, pairwise

import matplotlib
import numpy as np
import pytest

from sim.endings import CAUSES
from sim.report import appearance
from sim.report.appearance import appearance_of, house_style


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2, 0 (black) to 1 (white)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


SEEN = {
    "all colours": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
"""How linear RGB is seen: Machado, Oliveira & Fernandes 2009, IEEE TVCG 15:1291, full severity."""

TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def as_seen(colour: str, matrix: np.ndarray) -> np.ndarray:
    """Return the CIELAB coordinates of a colour as it is seen; 1 apart is just visible."""
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(matrix @ linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


LINES = [look.colour for look in appearance.LINE_LOOKS]
LOOKS = [appearance_of(cause.name) for cause in CAUSES]


@pytest.mark.parametrize(
    "colour",
    [*appearance._COLOURS, *LINES, appearance.INK, appearance.QUIET_INK, appearance.BAND_EDGE],
)
def test_every_mark_has_more_than_3_to_1_contrast_on_white(colour: str) -> None:
    assert contrast(colour, "#FFFFFF") > 3.0


def test_neighbours_in_the_stack_differ_in_grey_print() -> None:
    for below, above in pairwise(LOOKS):
        assert contrast(below.colour, above.colour) > 1.5
        assert below != above


def test_the_endings_of_the_registry_all_look_different() -> None:
    assert len({(look.colour, look.hatch) for look in LOOKS}) == len(CAUSES)


def test_neighbouring_lines_differ_in_grey() -> None:
    for one, other in pairwise(LINES):
        assert contrast(one, other) > 1.3


def test_lines_differ_to_readers_with_colour_blindness() -> None:
    for kind, matrix in SEEN.items():
        seen = [as_seen(colour, matrix) for colour in LINES]
        for one, other in combinations(seen, 2):
            assert np.linalg.norm(one - other) > 15, kind


def test_unknown_endings_are_refused() -> None:
    with pytest.raises(ValueError, match="not in list"):
        appearance_of("holding")


def test_the_style_is_put_back() -> None:
    with matplotlib.rc_context({"font.size": 33.0, "text.usetex": True}):
        with house_style():
            assert matplotlib.rcParams["font.size"] == 8.0
            assert not matplotlib.rcParams["text.usetex"]
        assert matplotlib.rcParams["font.size"] == 33.0
        assert matplotlib.rcParams["text.usetex"]
