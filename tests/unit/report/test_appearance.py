"""Colours: contrast on white, difference in grey, and nothing global changed."""

from itertools import pairwise

import matplotlib
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


LOOKS = [appearance_of(cause.name) for cause in CAUSES]


@pytest.mark.parametrize(
    "colour",
    [*appearance._COLOURS, appearance.INK, appearance.QUIET_INK, appearance.BAND_EDGE],
)
def test_every_mark_has_more_than_3_to_1_contrast_on_white(colour: str) -> None:
    assert contrast(colour, "#FFFFFF") > 3.0


def test_neighbours_in_the_stack_differ_in_grey_print() -> None:
    for below, above in pairwise(LOOKS):
        assert contrast(below.colour, above.colour) > 1.5
        assert below != above


def test_the_endings_of_the_registry_all_look_different() -> None:
    assert len({(look.colour, look.hatch) for look in LOOKS}) == len(CAUSES)


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
