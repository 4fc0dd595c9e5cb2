"""What agents ask for: the checks of their location, and to hand over what they saw (docs/locations.md: the wire)."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from monitor.api.agents_bodies import Checks, Push, Taken
from monitor.api.operation import Answer, Call, Change, Desk, Operation, Visit
from monitor.api.problems import Problem
from monitor.core import contact, exchange, record
from monitor.core.contact import Contact, Waiting
from monitor.core.model import Milliseconds, Result, Seconds
from monitor.core.timeline import Terms
from monitor.core.token import ANY_LOCATION
from monitor.storage.results import Refused
from monitor.storage.store import PlannedCheck, StorageAway, Store

logger = logging.getLogger(__name__)


def _checks(desk: Desk, call: Call) -> Answer | Change:
    visit = call.visitor
    found = [item for item in desk.store.planned(desk.now) if visit.location in item.terms.locations]
    document: dict[str, Any] = {"protocol": visit.protocol, "location": visit.location}
    definitions = desk.store.definitions({item.terms.definition for item in found})
    checks = [_check(item, definitions[item.terms.definition]) for item in found]
    document |= {"controls": _controls(desk, visit), "checks": checks}
    heard = _heard(visit, desk.now)
    known = {item.part: item for item in desk.store.contacts.all().get(visit.location, ())}
    if not contact.is_worth_writing(known.get(visit.part), heard):
        return Answer(document)
    return Change(lambda store: store.contacts.note(heard), lambda _: Answer(document))


def _controls(desk: Desk, visit: Visit) -> list[str]:
    return [str(item) for item in desk.settings.controls_of(visit.location)]


def _check(item: PlannedCheck, definition: Mapping[str, Any]) -> dict[str, Any]:
    terms = item.terms
    return {
        "component": item.component,
        "definition": definition,
        "digest": terms.definition,
        "check": terms.check,
        "start": terms.start,
        "end": terms.end,
        "every": terms.every,
    }


def _results(desk: Desk, call: Call) -> Change:
    visit, push = call.visitor, call.said(Push)
    if push.protocol != visit.protocol:
        raise Problem(400, f"#/protocol: the header says {visit.protocol}, the body {push.protocol}")
    skew_ms = push.sent_ms - visit.came_ms
    waiting = Waiting(skew_ms, push.backlog, push.dropped, push.oldest)
    heard = replace(_heard(visit, desk.now), waiting=waiting, blind_since=push.blind_since)
    shortest = desk.settings.shortest_slot(visit.location)
    decoded = [_decoded(index, item) for index, item in enumerate(push.results)]
    refused = {index: why for index, item in enumerate(decoded) if (why := _stranger(item, visit, desk.now))}
    kept = [item for index, item in enumerate(decoded) if index not in refused]
    # The clock that counts is the one by which it was seen: it may have been set since.
    seen = list(_believed(desk.store, kept, skew_ms + push.shift_ms))
    places = {id(item): index for item, index in zip(seen, _others(len(decoded), refused), strict=True)}

    def write(store: Store) -> list[Refused]:
        found = accepted(store, seen) if seen else []
        # Afterwards: whoever is heard of has handed over what it brought.
        store.contacts.note(heard, shortest)
        return found

    def then(found: Sequence[Refused]) -> Answer:
        told = refused | {places[id(item.result)]: item.reason for item in found}
        reasons = [{"index": index, "reason": told[index]} for index in sorted(told)]
        return Answer({"accepted": len(decoded) - len(told), "refused": reasons, "now_ms": visit.came_ms})

    return Change(write, then)


def _others(count: int, refused: Mapping[int, str]) -> Iterator[int]:
    return (index for index in range(count) if index not in refused)


def _decoded(index: int, item: Mapping[str, Any]) -> Result:
    try:
        return record.decode(Result, item)
    except (ValueError, TypeError) as error:
        raise Problem(400, f"#/results/{index}: {str(error)[:200]}") from None


def _stranger(item: Result, visit: Visit, now: Seconds) -> str | None:
    """Why this agent cannot have seen it."""
    if item.location != visit.location:
        return f"it is of the location {item.location[:80]}, and the token speaks for {visit.location}"
    return contact.nonsense(item, now)


def _believed(store: Store, results: Sequence[Result], skew_ms: Milliseconds) -> Iterator[Result]:
    """The results as they count; terms are read only where a clock is off enough for any check."""
    if abs(skew_ms) <= exchange.most_skew_ms(1):
        yield from results
        return
    terms = store.terms()
    for item in results:
        every = contact.every_at(_of_check(terms, item), item.slot)
        yield contact.believed(item, skew_ms, every)


def _of_check(terms: Mapping[str, Sequence[Terms]], item: Result) -> Iterator[Terms]:
    return (each for each in terms.get(item.component, ()) if each.check == item.check)


def accepted(store: Store, batch: Sequence[Result]) -> list[Refused]:
    """Appends what can be stored and says what cannot: a result that the store chokes on holds up no other.

    Raises StorageAway, and then nothing is known of the rest of the batch: it is sent again.
    """
    try:
        return store.accept(batch)
    except StorageAway:
        raise
    except Exception:
        if len(batch) == 1:
            logger.exception("a result of %s/%s cannot be stored", batch[0].component, batch[0].check)
            return [Refused(batch[0], "it cannot be stored; the hub's log says why")]
        middle = len(batch) // 2
        return [*accepted(store, batch[:middle]), *accepted(store, batch[middle:])]


def _heard(visit: Visit, now: Seconds) -> Contact:
    return Contact(visit.location, now, visit.protocol, visit.version, part=visit.part)


OPERATIONS = (
    Operation(
        "GET",
        "/agent/checks",
        "agent_checks",
        ANY_LOCATION,
        "What the location of this token is to probe, now and from later moments on",
        Checks,
        _checks,
        agents=True,
    ),
    Operation(
        "POST",
        "/agent/results",
        "agent_results",
        ANY_LOCATION,
        "Hand over what was seen; once it is answered it is stored",
        Taken,
        _results,
        body=Push,
        agents=True,
    ),
)
