"""The file of targets is whole, honest about what it is, and refuses nonsense."""

from __future__ import annotations

import pytest

from sim.errors import TruceError
from sim.validation.targets import FITTED, TARGETS_FILE, read_targets, target, targets


def test_every_pattern_and_claim_is_there_once_and_in_order():
    expected = [f"S{n}" for n in range(1, 24)] + [f"F{n}" for n in range(1, 12)]
    assert [each.id for each in targets()] == expected


def test_only_the_first_five_are_used_to_fit():
    assert tuple(each.id for each in targets() if each.fits) == FITTED


def test_what_needs_war_is_said_not_to_be_simulated():
    missing = {each.id for each in targets() if not each.simulated}
    assert missing == {"S9", "S20", "S21", "F2", "F4", "F9", "F10", "F11"}


def test_a_range_may_be_open_on_one_side():
    shape = target("S2").parts[0]
    assert shape.is_met_by(0.1)
    assert shape.is_met_by(0.75)
    assert not shape.is_met_by(0.76)


def test_several_inputs_can_change_together():
    change = target("S16").change
    assert change is not None
    assert change.paths == ("groups.0.retaliation", "state.retaliation")


def test_an_unknown_id_is_refused_with_the_known_ones():
    with pytest.raises(TruceError, match=r"no target 'S99'.*S1, S2"):
        target("S99")


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("low: 0.15, high: 0.45", "low: 0.5, high: 0.45", "low lies above high"),
        ("value: 0.27,", "value: 0.9,", "outside its own tolerance"),
        ("- id: S6", "- id: S5", "uses an id twice: S5"),
        ("  fits: true", "  fist: true", "Extra inputs"),
        ("  scenario: ttp_2021\n", "  scenario: ttp_2021\n  fits: true\n", "may be used to fit"),
        ("  simulated: false\n", "", "why_not"),
        ("- id: S1\n", "- id: S1: S2\n", "cannot be used"),
    ],
)
def test_nonsense_is_refused_in_words(tmp_path, before, after, complaint):
    text = TARGETS_FILE.read_text(encoding="utf-8")
    assert before in text
    broken = tmp_path / "targets.yaml"
    broken.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(TruceError, match=complaint):
        read_targets(broken)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(TruceError, match=r"nowhere\.yaml"):
        read_targets(tmp_path / "nowhere.yaml")
