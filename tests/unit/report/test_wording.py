"""Words and numbers of figures."""

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.report.wording import count, percent, plain, sentences, width_of, wrap

WIDTH = 200.0


def test_plain_text_is_one_line_that_xml_can_hold() -> None:
    assert plain("a\nb\t c\r\n d ") == "a b c d"
    assert plain("a\x00b\x1bc\ud800d\ufffe") == "a b c d"
    assert plain("ceasefire — naïve, 停火 🙂") == "ceasefire — naïve, 停火 🙂"


@given(st.text(max_size=60))
@settings(max_examples=30, deadline=None)
def test_lines_fit_and_keep_every_letter(text: str) -> None:
    lines = wrap(text, WIDTH, 12.0, most_lines=99)
    assert "".join(lines).replace(" ", "") == plain(text).replace(" ", "")
    assert all(width_of(line, 12.0) <= WIDTH or len(line) == 1 for line in lines)


def test_long_words_are_cut_and_long_texts_end_in_an_ellipsis() -> None:
    lines = wrap("x" * 400, WIDTH, 12.0, most_lines=3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert width_of(lines[-1], 12.0) <= WIDTH
    assert wrap("", WIDTH, 12.0) == []


def test_letters_that_the_font_lacks_raise_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert width_of("火", 11.5) > 0


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.5, "50 %"),
        (0.1234, "12.3 %"),
        (0.0004, "<0.1 %"),
        (0.99999, ">99.9 %"),
        (0.001, "0.1 %"),
        (0.9996, ">99.9 %"),
    ],
)
def test_percentages_never_round_something_to_nothing_or_all(share: float, text: str) -> None:
    assert percent(share) == text


def test_counts_agree_with_their_noun() -> None:
    assert count(1, "run") == "1 run"
    assert count(10_000, "day") == "10,000 days"


def test_texts_become_sentences() -> None:
    assert sentences("Leverage and funding", "Median days.", " ") == (
        "Leverage and funding. Median days."
    )
    assert sentences("Why do truces end?", "") == "Why do truces end?"
