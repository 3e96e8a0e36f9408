"""Day 0: the parties sign."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model import TruceModel
from sim.truce import IN_TRUCE, OUTSIDE
from tests.worlds import REFERENCE, shipped

steady = settings(derandomize=True, deadline=None, max_examples=60)


def test_terms_are_the_power_at_signing_and_the_gap() -> None:
    model = TruceModel(REFERENCE.with_(**{"truce.terms_gap": 0.1}))
    relation = model.relations[0]
    assert relation.power_at_signing == relation.power == pytest.approx(0.5 / 1.5)
    assert relation.terms == pytest.approx(0.5 / 1.5 + 0.1)
    assert relation.state_trust == 0.6


def test_outsiders_and_latent_splinters_get_no_terms() -> None:
    model = TruceModel(shipped("outside_spoiler"))
    assert [relation.phase for relation in model.relations] == [IN_TRUCE] + [OUTSIDE] * 4
    for relation in model.relations[1:]:
        assert (relation.terms, relation.promised, relation.power) == (0.0, 0, 0.0)


@steady
@given(
    strengths=st.lists(st.floats(0.01, 20), min_size=1, max_size=6),
    promised=st.integers(0, 10_000),
    outsiders=st.integers(0, 2),
)
def test_prisoners_are_shared_out_whole_in_proportion_to_strength(
    strengths: list[float], promised: int, outsiders: int
) -> None:
    groups: list[dict[str, object]] = [
        {"name": f"group {n}", "strength": strength} for n, strength in enumerate(strengths)
    ]
    groups[0:0] = [{"name": f"outsider {n}", "signatory": False} for n in range(outsiders)]
    model = TruceModel(REFERENCE.with_(groups=groups, **{"truce.prisoners_promised": promised}))
    shares = [relation.promised for relation in model.relations]
    assert sum(shares) == promised
    assert not any(shares[:outsiders])
    signed = shares[outsiders : outsiders + len(strengths)]
    for share, strength in zip(signed, strengths, strict=True):
        assert abs(share - promised * strength / sum(strengths)) < 1 + 1e-6


def test_a_lone_signatory_is_promised_everything() -> None:
    for strength in (0.01, 0.1, 0.3, 0.7, 1 / 3, 20.0):
        model = TruceModel(REFERENCE.with_(**{"groups.0.strength": strength}))
        assert model.relations[0].promised == 102


def test_shocks_of_day_0_strike_after_the_terms_are_set() -> None:
    struck = REFERENCE.with_(
        shocks=[
            {"target": "brokers.0.leverage", "to": 0.9, "day": 0},
            {"target": "groups.0.sanctuary", "to": 1.0, "day": 0},
        ]
    )
    model = TruceModel(struck)
    assert model.brokers[0].leverage == 0.9
    assert model.groups[0].sanctuary == 1.0
    assert model.truce.leverage == 0.5  # what counted when the parties signed
    assert model.relations[0].terms == TruceModel(REFERENCE).relations[0].terms
    model.step()
    assert model.truce.leverage == 0.9


def test_bad_faith_is_drawn_for_each_run_anew() -> None:
    half = REFERENCE.with_(**{"groups.0.bad_faith_probability": 0.5})
    drawn = {TruceModel(half, run=run).groups[0].bad_faith for run in range(20)}
    assert drawn == {True, False}


def test_nothing_has_happened_on_day_0() -> None:
    truce = TruceModel(REFERENCE).truce
    assert (truce.age, truce.renewals, truce.incidents_today, truce.released) == (0, 0, 0, 0)
    assert truce.expires == 30
