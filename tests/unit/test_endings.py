"""The registry of endings and reasons, and the constants that compiled code uses instead."""

import dataclasses

import pytest

from sim import endings as registry
from sim.endings import CAUSES, ENDING_CODES, ENDINGS, REASON_CODES, REASONS


def constants() -> dict[str, int]:
    return {
        name: value
        for name, value in vars(registry).items()
        if name.isupper() and isinstance(value, int)
    }


def constant_name(name: str) -> str:
    return "NO_REASON" if name == "none" else name.upper()


def test_codes_are_the_places_in_the_registries() -> None:
    assert [ending.code for ending in ENDINGS] == list(range(len(ENDINGS)))
    assert [reason.code for reason in REASONS] == list(range(len(REASONS)))


def test_every_entry_has_its_constant_and_every_constant_its_entry() -> None:
    entries = {constant_name(entry.name): entry.code for entry in (*ENDINGS, *REASONS)}
    assert constants() == entries


def test_names_are_unique_and_map_to_codes() -> None:
    assert {ENDINGS[code].name: code for code in range(len(ENDINGS))} == ENDING_CODES
    assert {REASONS[code].name: code for code in range(len(REASONS))} == REASON_CODES
    assert len(ENDING_CODES) == len(ENDINGS)
    assert len(REASON_CODES) == len(REASONS)


def test_precedence_orders_the_causes_and_leaves_holding_out() -> None:
    assert sorted(cause.precedence for cause in CAUSES) == list(range(1, len(CAUSES) + 1))
    assert ENDINGS[registry.HOLDING].precedence == 0


def test_only_holding_is_censored_and_all_kinds_occur() -> None:
    assert [ending.name for ending in ENDINGS if ending.kind == "censored"] == ["holding"]
    assert {ending.kind for ending in CAUSES} == {"failure", "expiry", "success"}


@pytest.mark.parametrize("entry", [*ENDINGS, *REASONS], ids=lambda entry: entry.name)
def test_sentences_are_sentences(entry: registry.Ending | registry.Reason) -> None:
    assert entry.sentence[0].isupper()
    assert entry.sentence.endswith(".")
    assert entry.name.islower()


def test_labels_are_words() -> None:
    assert ENDINGS[registry.GROUP_DEFECTS].label == "Group defects"
    assert REASONS[registry.WAR_FUNDS].label == "War funds"


def test_entries_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ENDINGS[0].name = "other"  # type: ignore[misc]
