"""One run told day by day in plain words: what happened, what it did to trust, what ended it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sim.endings import ENDINGS, REASONS
from sim.model import TruceModel
from sim.rules.choice import COMPLY, COURSES, COVERT
from sim.truce import NOBODY, THE_STATE, Incident, IncidentKind, Phase


@dataclass(frozen=True)
class Event:
    """Something that happened on a day of a run: in words, and in numbers under `facts`."""

    day: int
    date: datetime.date | None
    kind: str
    text: str
    facts: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the event as plain values, the date as YYYY-MM-DD."""
        dated = {"date": self.date.isoformat()} if self.date else {}
        return {"day": self.day, **dated, "kind": self.kind, "text": self.text, **self.facts}

    def __str__(self) -> str:
        dated = f" ({self.date.isoformat()})" if self.date else ""
        return f"day {self.day}{dated}: {self.text}"


INCIDENTS: dict[int, str] = {
    IncidentKind.CORE_ATTACK: "{group} attacks {target} under cover of the truce",
    IncidentKind.HARDLINER_ATTACK: "hardliners of {group} attack {target}",
    IncidentKind.OUTSIDER_ATTACK: "{group}, which did not sign, attacks {target}",
    IncidentKind.GROUP_RETALIATION: "{group} strikes back at {target}",
    IncidentKind.GROUP_ACCIDENT: "a clash that nobody ordered, begun by local fighters of {group}",
    IncidentKind.RAID: "{state} raids {group} under cover of the truce",
    IncidentKind.STATE_RETALIATION: "{state} strikes back at {group}",
    IncidentKind.STATE_ACCIDENT: "a clash that nobody ordered, begun by local forces of {state}",
}


def tell(model: TruceModel) -> Iterator[Event]:
    """Step a fresh model to its end and yield its events in order.

    The first event is the signing, the last says what ended the truce and why.
    """
    teller = Teller(model)
    yield from teller.signing()
    while model.running:
        teller.look()
        model.step()
        yield from teller.day()
    yield teller.ending()


def listed(names: list[str]) -> str:
    """Return names as in a sentence: A, B and C."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


class Teller:
    """Watches a model from day to day and puts what changed into words."""

    def __init__(self, model: TruceModel) -> None:
        self.model = model
        self.state_name = model.case.state.name
        self.before: dict[str, Any] = {}

    def look(self) -> None:
        """Remember what the coming day may change."""
        model = self.model
        self.before = {
            "state_trust": [relation.state_trust for relation in model.relations],
            "group_trust": [group.trust for group in model.groups],
            "state_course": [relation.state_course for relation in model.relations],
            "group_course": [group.course for group in model.groups],
            "phase": [relation.phase for relation in model.relations],
            "present": [group.present for group in model.groups],
            "owing": [relation.due > relation.delivered for relation in model.relations],
            "outrage": model.state.outrage,
            "scrutinies": model.truce.scrutinies,
            "renewals": model.truce.renewals,
        }

    def day(self) -> Iterator[Event]:
        """Yield the events of the day that has just been run, in the order of the phases."""
        yield from self._shocks()
        yield from self._courses()
        yield from self._incidents()
        yield from self._scrutiny()
        yield from self._prisoners()
        yield from self._splits()
        yield from self._clock()

    def signing(self) -> Iterator[Event]:
        """Yield what is agreed on day 0, and who does not mean it."""
        case, truce = self.model.case, self.model.truce
        parties = [name for name, group in self._named_groups() if group.signatory]
        term = f"for {truce.term_days} days" if truce.term_days else "without a term"
        brokers = listed([broker.name for broker in case.brokers])
        words = f"{listed([self.state_name, *parties])} sign a truce {term}"
        words += f", brokered by {brokers}" if brokers else ", without a broker"
        promised = sum(relation.promised for relation in self.model.relations)
        words += f"; {promised} prisoners are promised" if promised else ""
        yield self._event("signing", words, term_days=truce.term_days, promised=promised)
        for name, group in self._named_groups():
            if group.bad_faith and group.signatory:
                words = f"{name} signs in bad faith, which nobody else knows"
                yield self._event("bad_faith", words, group=name)
        if self.model.state.bad_faith:
            words = f"{self.state_name} signs in bad faith, which nobody else knows"
            yield self._event("bad_faith", words, group=None)
        yield from self._shocks()

    def ending(self) -> Event:
        """Return what ended the truce, or that it still holds, and why."""
        truce = self.model.truce
        ending, reason = ENDINGS[truce.ending], REASONS[truce.reason]
        words = ending.sentence
        if truce.ended_by != NOBODY:
            words += f" It is {self._name(truce.ended_by)} that walks away."
        if truce.reason:
            words += f" What weighed most: {reason.sentence}"
        by = "" if truce.ended_by == NOBODY else self._name(truce.ended_by)
        facts = {"ending": ending.name, "why": reason.name, "ended_by": by, "days": truce.age}
        return self._event("ending", words, **facts)

    def _shocks(self) -> Iterator[Event]:
        for shock in self.model.case.timeline():
            if shock.day == self.model.truce.age:
                what = f"{shock.field} of {self._actor(shock.section, shock.index)}"
                gradual = f" over {shock.over_days} days" if shock.over_days > 1 else ""
                verb = "begins to move" if gradual else "moves"
                words = f"{what} {verb} to {shock.to:g}{gradual}"
                yield self._event("shock", words, what=what, to=shock.to, over=shock.over_days)

    def _courses(self) -> Iterator[Event]:
        for place, (name, group) in enumerate(self._named_groups()):
            relation = self.model.relations[place]
            if relation.phase == Phase.OUTSIDE:
                continue
            yield from self._course(name, self.before["group_course"][place], group.course, "")
            before = self.before["state_course"][place]
            yield from self._course(self.state_name, before, relation.state_course, f" with {name}")

    def _course(self, who: str, before: int, after: int, whom: str) -> Iterator[Event]:
        if before != after and after in (COMPLY, COVERT):
            words = f"{who} now {COURSES[after]}{whom}"
            yield self._event("course", words, who=who, course=COURSES[after])

    def _incidents(self) -> Iterator[Event]:
        today = self.model.theatre.incidents[: self.model.truce.incidents_today]
        for place, incident in enumerate(today):
            last_blamed = not any(
                later.relation == incident.relation
                and later.blamed
                and (later.author == THE_STATE) == (incident.author == THE_STATE)
                for later in today[place + 1 :]
            )
            yield self._incident(incident, last_blamed)

    def _incident(self, incident: Incident, tells_trust: bool) -> Event:
        author = incident.relation if incident.author == THE_STATE else incident.author
        group = self._name(author)
        target = "civilians" if incident.soft else "the security forces"
        words = INCIDENTS[incident.kind].format(group=group, state=self.state_name, target=target)
        words += f", {incident.deaths} killed" if incident.deaths else ", nobody killed"
        words += ", claimed" if incident.claimed else ""
        if incident.blamed:
            words += self._blame(incident) + (self._trust(incident) if tells_trust else "")
        return self._event(
            "incident",
            words,
            incident=IncidentKind(incident.kind).name.lower(),
            group=group,
            deaths=incident.deaths,
            civilians=incident.soft,
            claimed=incident.claimed,
            blamed=incident.blamed,
        )

    def _blame(self, incident: Incident) -> str:
        if incident.author == THE_STATE:
            return f"; {self._name(incident.relation)} holds it against {self.state_name}"
        return f"; {self.state_name} holds it against {self._name(incident.relation)}"

    def _trust(self, incident: Incident) -> str:
        place = incident.relation
        if incident.author == THE_STATE:
            before, after = self.before["group_trust"][place], self.model.groups[place].trust
            return f"; trust of {self._name(place)} {before:.2f} to {after:.2f}"
        before, after = self.before["state_trust"][place], self.model.relations[place].state_trust
        several = sum(group.signatory for group in self.model.groups) > 1
        whom = f" in {self._name(place)}" if several else ""
        return f"; trust of the state{whom} {before:.2f} to {after:.2f}"

    def _scrutiny(self) -> Iterator[Event]:
        if self.model.truce.scrutinies > self.before["scrutinies"]:
            days = self.model.state.frozen_days
            words = f"parliament or court questions the truce; releases are halted for {days} days"
            yield self._event("scrutiny", words, frozen_days=days)

    def _prisoners(self) -> Iterator[Event]:
        for place, relation in enumerate(self.model.relations):
            facts = {"delivered": relation.delivered, "promised": relation.promised}
            so_far = f"{relation.delivered} of {relation.promised}"
            if relation.released_today:
                words = f"{relation.released_today} prisoners of {self._name(place)} go free"
                facts["released"] = relation.released_today
                yield self._event("release", f"{words} ({so_far} so far)", **facts)
            elif relation.due > relation.delivered and not self.before["owing"][place]:
                owed = relation.due - relation.delivered
                words = f"{owed} prisoners of {self._name(place)} are due and not handed over"
                yield self._event("arrears", f"{words} ({so_far} so far)", **facts, owed=owed)

    def _splits(self) -> Iterator[Event]:
        for place, (name, group) in enumerate(self._named_groups()):
            if group.present and not self.before["present"][place]:
                words = f"hardliners break away from {self._name(group.parent)} as the {name}"
                yield self._event("split", words, group=name, strength=group.strength)

    def _clock(self) -> Iterator[Event]:
        truce = self.model.truce
        if truce.renewals > self.before["renewals"]:
            words = f"the term ends and is renewed until day {truce.expires}"
            yield self._event("renewal", words, expires=truce.expires)
        for place, relation in enumerate(self.model.relations):
            if relation.phase == Phase.SETTLED != self.before["phase"][place]:
                words = f"{self.state_name} and {self._name(place)} settle"
                yield self._event("settlement", words, group=self._name(place))

    def _actor(self, section: str, place: int) -> str:
        if section == "state":
            return self.state_name
        return (
            self.model.names[place]
            if section == "groups"
            else (self.model.case.brokers[place].name)
        )

    def _named_groups(self) -> list[tuple[str, Any]]:
        return list(zip(self.model.names, self.model.groups, strict=True))

    def _name(self, place: int) -> str:
        return self.state_name if place == THE_STATE else self.model.names[place]

    def _event(self, kind: str, words: str, **facts: Any) -> Event:
        day = self.model.truce.age
        start = self.model.case.truce.start_date
        try:
            date = start + datetime.timedelta(days=day) if start else None
        except OverflowError:  # past the year 9999
            date = None
        return Event(day, date, kind, words, facts)
