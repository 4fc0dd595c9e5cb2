"""When measured outages open an incident, join one and end it, on a clock that is passed in."""

from dataclasses import replace
from typing import Any

from monitor.core.incident import JANJI, Action, Impact, Incident, IncidentEvent, OutageRef, Phase
from monitor.core.incident_fold import extend, standing
from monitor.core.incident_opening import Plan, Trouble, endings, openings, recovered_at
from monitor.core.incident_template import templates
from monitor.core.severity import Severity

T0 = 1_800_000_000
WORDS = templates(())
PLAN = Plan(
    public=False,
    after=3,
    together=600,
    calm=600,
    names={"api": "API", "db": "Database", "web": "Web"},
    severities=(Severity(1, "Critical"), Severity(2, "High", update=14_400)),
    outage=WORDS["outage"],
    resolved=WORDS["resolved"],
)


def down(component: str, start: int, length: int) -> Trouble:
    return Trouble(component, T0 + start, T0 + start + length, 60)


class Book:
    """Incidents by id; a look writes what follows from it."""

    def __init__(self, plan: Plan = PLAN) -> None:
        self.plan = plan
        self.events: dict[str, list[IncidentEvent]] = {}

    @property
    def incidents(self) -> list[Incident]:
        return [standing(id_, events) for id_, events in self.events.items()]

    def take(self, id_: str, event: IncidentEvent) -> None:
        extend(id_, self.events.get(id_, []), event)
        self.events.setdefault(id_, []).append(event)

    def look(
        self, now: int, *troubles: Trouble, quiet: tuple[str, ...] = (), works: dict[str, int] | None = None
    ) -> int:
        recovered = {name: T0 + at for name, at in (works or {}).items()}
        found = endings(self.plan, self.incidents, recovered, T0 + now)
        found += openings(self.plan, self.incidents, troubles, quiet, T0 + now)
        for id_, event in found:
            self.take(id_, event)
        return len(found)

    def person(self, action: Action, at: int, **said: Any) -> None:
        (id_,) = self.events
        self.take(id_, IncidentEvent(T0 + at, "budi", action, T0 + at, **said))


def test_an_outage_opens_a_draft_after_so_many_slots_and_once() -> None:
    book = Book()
    assert book.look(120, down("api", 0, 120)) == 0
    assert book.look(180, down("api", 0, 180)) == 1
    assert book.look(240, down("api", 0, 240)) == 0
    (found,) = book.incidents
    assert (found.public, found.started, found.outages) == (False, T0, (OutageRef("api", T0),))
    assert found.title == {"en": "Outage of API", "id": "Gangguan pada API"}
    assert (found.severity, found.impacts, found.next_update) == (2, {"api": Impact.DOWN}, None)


def test_published_at_once_it_promises_more_as_its_severity_does() -> None:
    book = Book(replace(PLAN, public=True))
    book.look(180, down("api", 0, 180))
    (found,) = book.incidents
    assert (found.public, found.next_update, found.responded_at) == (True, T0 + 180 + 14_400, None)


def test_what_breaks_together_is_one_incident_that_names_all_of_it() -> None:
    book = Book()
    assert book.look(240, down("api", 0, 240), down("db", 60, 180)) == 3
    book.look(900, down("api", 0, 900), down("db", 60, 840), down("web", 660, 240))
    (found,) = book.incidents
    (update,) = found.updates
    assert update.text["en"].startswith("API, Database and Web cannot be reached"), "a draft reads as if it had known"
    assert found.title["en"] == "Outage of API, Database and Web"
    assert found.components == ("api", "db", "web")
    assert [(turn.component, turn.at - T0) for turn in found.turns] == [("api", 0), ("db", 60), ("web", 660)]


def test_what_joins_one_that_customers_see_is_another_update() -> None:
    book = Book(replace(PLAN, public=True))
    book.look(180, down("api", 0, 180))
    book.look(240, down("api", 0, 240), down("db", 60, 180))
    (found,) = book.incidents
    assert [update.text["en"].partition(" cannot")[0] for update in found.updates] == ["API", "API and Database"]
    assert found.next_update == T0 + 180 + 14_400, "the promise stands"


def test_what_breaks_later_is_another_incident() -> None:
    book = Book()
    book.look(240, down("api", 0, 240))
    book.look(900, down("api", 0, 900), down("db", 601, 299))
    assert [found.components for found in book.incidents] == [("api",), ("db",)]


def test_an_outage_whose_beginning_late_results_moved_is_still_the_same() -> None:
    book = Book()
    book.look(180, down("api", 0, 180))
    assert book.look(240, down("api", 60, 180)) == 0
    assert book.look(300, down("api", -120, 420)) == 0


def test_an_incident_that_names_the_component_takes_the_outage_and_what_people_said_stands() -> None:
    book = Book()
    opened = IncidentEvent(
        T0 + 60, "budi", Action.OPEN, T0 + 60, title={"en": "Slow"}, text={"en": "x"}, severity=3, public=True,
        impacts={"api": Impact.DEGRADED},
    )  # fmt: skip
    book.take("a2b3c4", opened)
    assert book.look(180, down("api", 0, 180)) == 1
    (found,) = book.incidents
    assert (found.outages, found.impacts, found.started) == (
        (OutageRef("api", T0),),
        {"api": Impact.DEGRADED},
        T0 + 60,
    )


def test_one_that_somebody_wrote_in_is_not_joined_and_never_ended_for_them() -> None:
    book = Book()
    book.look(180, down("api", 0, 180))
    book.person(Action.PUBLISH, 200)
    book.look(300, down("api", 0, 300), down("db", 60, 240))
    assert [found.components for found in book.incidents] == [("api",), ("db",)]
    assert book.look(2000, works={"api": 400}) == 0
    assert recovered_at(book.incidents[0], {"api": T0 + 400}) == T0 + 400


def test_one_that_nobody_wrote_in_ends_when_all_of_it_works_for_long_enough() -> None:
    book = Book()
    book.look(240, down("api", 0, 240), down("db", 60, 180))
    assert book.look(1100, works={"api": 300}) == 0, "the other one is still down"
    assert book.look(1099, works={"api": 300, "db": 500}) == 0
    assert book.look(1100, works={"api": 300, "db": 500}) == 1
    (found,) = book.incidents
    assert (found.phase, found.resolved_at, found.events[-1].actor) == (Phase.RESOLVED, T0 + 500, JANJI)
    assert book.look(1200, works={"api": 300, "db": 500}) == 0


def test_an_outage_after_the_end_opens_another_one_and_one_that_was_resolved_too_early_does_not() -> None:
    book = Book()
    book.look(180, down("api", 0, 180))
    book.person(Action.UPDATE, 300, text={"en": "Over."}, phase=Phase.RESOLVED)
    assert book.look(600, down("api", 0, 600)) == 0, "a person said that this outage is dealt with"
    assert book.look(900, down("api", 700, 200)) == 1
    assert len(book.incidents) == 2


def test_announced_maintenance_opens_nothing_until_it_is_over() -> None:
    book = Book()
    assert book.look(600, down("api", 0, 600), quiet=("api",)) == 0
    assert book.look(660, down("api", 0, 660)) == 1


def test_two_hubs_that_see_the_same_outage_make_the_same_incident() -> None:
    one, other = Book(), Book()
    one.look(180, down("api", 0, 180))
    other.look(185, down("api", 0, 180))
    assert set(one.events) == set(other.events)
