"""The truce itself: its clock, its window of deaths and its tallies."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.truce import (
    FIRST_STATE_INCIDENT,
    NOBODY,
    Incident,
    IncidentKind,
    Phase,
    Truce,
)

steady = settings(derandomize=True, deadline=None)


@steady
@given(
    deaths=st.lists(st.integers(0, 50), min_size=100, max_size=200),
    window=st.sampled_from([1, 2, 3, 7, 30, 89, 90]),
)
def test_the_window_holds_the_deaths_of_its_last_days(deaths: list[int], window: int) -> None:
    truce = Truce()
    for age, today in enumerate(deaths, start=1):
        truce.age = age
        truce.count_deaths(today, window)
        assert truce.deaths_in_window == sum(deaths[max(0, age - window) : age])
        assert truce.deaths_in_window == truce.recent_deaths.sum()


@steady
@given(term=st.integers(1, 365), renewals=st.integers(0, 5))
def test_each_renewal_adds_one_term(term: int, renewals: int) -> None:
    truce = Truce(term_days=term)
    truce.sign()
    for _ in range(renewals):
        truce.renew()
    truce.age = term * (renewals + 1)
    assert truce.expires_today()
    assert truce.renewals == renewals
    truce.age -= 1
    assert not truce.expires_today()


def test_an_open_ended_truce_never_expires() -> None:
    truce = Truce(term_days=0)
    truce.sign()
    for age in range(1000):
        truce.age = age
        assert not truce.expires_today()


def test_at_the_signing_nobody_has_ended_it() -> None:
    truce = Truce(term_days=30)
    truce.sign()
    assert (truce.ending, truce.reason, truce.ended_by) == (0, 0, NOBODY)


@steady
@given(st.lists(st.tuples(st.sampled_from(IncidentKind), st.integers(0, 300)), max_size=60))
def test_every_incident_and_death_is_tallied_once(incidents: list[tuple[int, int]]) -> None:
    truce = Truce()
    for kind, deaths in incidents:
        truce.tally(Incident(kind=int(kind), deaths=deaths))
    counted = truce.attacks + truce.raids + truce.retaliations + truce.accidents
    assert counted == len(incidents)
    causes = (
        truce.deaths_by_cheating
        + truce.deaths_by_spoilers
        + truce.deaths_by_outsiders
        + truce.deaths_by_spiral
        + truce.deaths_by_accident
    )
    assert causes == truce.deaths == sum(deaths for _, deaths in incidents)


def test_militants_incidents_come_before_the_states() -> None:
    of_state = {kind for kind in IncidentKind if kind >= FIRST_STATE_INCIDENT}
    assert of_state == {
        IncidentKind.RAID,
        IncidentKind.STATE_RETALIATION,
        IncidentKind.STATE_ACCIDENT,
    }


def test_a_relation_starts_outside() -> None:
    assert Phase.OUTSIDE == 0
