"""What an incident says, folded from its events, and which event may follow."""

from collections.abc import Mapping
from typing import Any

import pytest

from monitor.core.incident import (
    JANJI,
    Action,
    Impact,
    Incident,
    IncidentEvent,
    OutageRef,
    Phase,
    Stretch,
    Turn,
    in_language,
    new_id,
    worst,
)
from monitor.core.incident_fold import extend, outages_of, standing

T0 = 1_800_000_000
DOWN, DEGRADED, NONE = Impact.DOWN, Impact.DEGRADED, Impact.NONE


def event(action: Action, after: int, /, **said: Any) -> IncidentEvent:
    """An event entered `after` seconds after T0, which speaks for that moment unless it says otherwise."""
    values: dict[str, Any] = {"entered_at": T0 + after, "at": T0 + after, "actor": "budi", **said}
    return IncidentEvent(action=action, **values)


def opening(after: int = 180, /, **said: Any) -> IncidentEvent:
    values: dict[str, Any] = {
        "since": T0,
        "title": {"en": "Slow page loads"},
        "text": {"en": "Pages take up to 8 s."},
        "severity": 2,
        "impacts": {"web": DEGRADED},
        "public": True,
        **said,
    }
    return event(Action.OPEN, after, **values)


def said(*events: IncidentEvent) -> Incident:
    """The incident as it stands, each event having been let through."""
    taken: list[IncidentEvent] = []
    for each in events:
        extend("a2b3c4", taken, each)
        taken.append(each)
    return standing("a2b3c4", taken)


def refused(*events: IncidentEvent) -> str:
    with pytest.raises(ValueError, match=r".") as caught:
        said(*events)
    return str(caught.value)


def update(after: int, phase: Phase | None = None, text: str = "More.", /, **more: Any) -> IncidentEvent:
    return event(Action.UPDATE, after, phase=phase, text={"en": text}, **more)


def resolved(after: int) -> IncidentEvent:
    return update(after, Phase.RESOLVED, "It works again.")


def test_an_incident_goes_from_investigating_to_resolved_and_keeps_every_update() -> None:
    found = said(
        opening(next_update=T0 + 1800),
        update(1740, Phase.IDENTIFIED, "A query.", next_update=T0 + 3600),
        update(3000, Phase.MONITORING, "Moved."),
        resolved(4800),
    )
    assert [(each.number, each.at - T0, each.phase) for each in found.updates] == [
        (1, 180, Phase.INVESTIGATING),
        (2, 1740, Phase.IDENTIFIED),
        (3, 3000, Phase.MONITORING),
        (4, 4800, Phase.RESOLVED),
    ]
    assert (found.started, found.resolved_at, found.phase, found.open) == (T0, T0 + 4800, Phase.RESOLVED, False)
    assert found.responded_at == T0 + 180


def test_the_next_update_is_due_when_the_last_word_said_so_and_never_once_resolved() -> None:
    promised = [opening(next_update=T0 + 1800), update(1740, next_update=T0 + 3600)]
    assert said(*promised).next_update == T0 + 3600
    assert said(*promised, update(1800)).next_update is None
    assert said(*promised, resolved(1800)).next_update is None


def test_an_update_without_a_phase_leaves_it_and_one_that_was_forgotten_takes_its_place_in_time() -> None:
    forgotten = event(Action.UPDATE, 5000, at=T0 + 600, phase=Phase.IDENTIFIED, text={"en": "We knew."})
    found = said(opening(), update(1740, Phase.MONITORING), update(1800), forgotten)
    assert [(each.number, each.phase) for each in found.updates] == [
        (1, Phase.INVESTIGATING),
        (4, Phase.IDENTIFIED),
        (2, Phase.MONITORING),
        (3, Phase.MONITORING),
    ]


def test_a_phase_after_resolved_opens_it_again_and_a_note_does_not() -> None:
    over = [opening(), resolved(600)]
    assert said(*over, update(700, None, "Thank you.")).resolved_at == T0 + 600
    again = said(*over, update(700, Phase.INVESTIGATING, "It is back."))
    assert (again.resolved_at, again.open) == (None, True)


def test_the_impact_is_told_per_component_over_time() -> None:
    found = said(
        opening(),
        update(600, impacts={"web": DOWN, "api": DEGRADED}),
        update(1200, impacts={"api": NONE}),
        resolved(1800),
    )
    assert found.turns == (
        Turn(T0, "web", DEGRADED),
        Turn(T0 + 600, "web", DOWN),
        Turn(T0 + 600, "api", DEGRADED),
        Turn(T0 + 1200, "api", NONE),
    )
    assert found.impact_of("web") == [Stretch(T0, T0 + 600, DEGRADED), Stretch(T0 + 600, T0 + 1800, DOWN)]
    assert found.impact_of("api") == [Stretch(T0 + 600, T0 + 1200, DEGRADED)]
    assert (found.components, found.worst) == (("web", "api"), DOWN)
    assert found.impacts == {"web": NONE, "api": NONE}, "nothing shows once it is resolved"


def test_what_shows_at_the_opening_showed_from_the_beginning_wherever_that_is_moved() -> None:
    moved = said(opening(), event(Action.EDIT, 900, since=T0 - 600))
    assert (moved.started, moved.impact_of("web")) == (T0 - 600, [Stretch(T0 - 600, None, DEGRADED)])
    assert moved.updates[0].at == T0 + 180, "what was said stays where it was said"


def test_an_edit_keeps_what_stood_before() -> None:
    found = said(
        opening(),
        event(Action.EDIT, 300, number=1, text={"en": "Pages take up to 9 s."}),
        event(Action.EDIT, 400, number=1, text={"id": "Halaman lambat."}),
        event(Action.EDIT, 500, title={"id": "Halaman lambat"}),
    )
    first = found.update(1)
    assert first.text == {"en": "Pages take up to 9 s.", "id": "Halaman lambat."}
    assert first.earlier == ({"en": "Pages take up to 8 s."}, {"en": "Pages take up to 9 s."})
    assert (first.edited_at, first.at) == (T0 + 400, T0 + 180)
    assert found.title == {"en": "Slow page loads", "id": "Halaman lambat"}
    assert len(found.events) == 4


def test_a_draft_is_not_public_until_it_is_published() -> None:
    draft = opening(public=False, actor=JANJI, outages=(OutageRef("web", T0),))
    assert (said(draft).public, said(draft).touched, said(draft).responded_at) == (False, False, None)
    shown = said(draft, event(Action.PUBLISH, 400))
    assert (shown.published_at, shown.touched, shown.automatic, shown.responded_at) == (T0 + 400, True, True, T0 + 400)
    assert refused(opening(), event(Action.PUBLISH, 400)) == "incident a2b3c4 is published already"


def test_a_past_incident_is_filled_in_with_the_moments_it_speaks_for() -> None:
    later = 86_400
    found = said(
        opening(later, at=T0 + 180),
        event(Action.UPDATE, later + 60, at=T0 + 2400, phase=Phase.RESOLVED, text={"en": "Over."}),
    )
    assert (found.started, found.resolved_at, found.opened_at) == (T0, T0 + 2400, T0 + later)
    assert found.responded_at == T0 + 180


def test_an_outage_that_joins_brings_its_component_and_its_beginning() -> None:
    joined = event(
        Action.LINK, 240, since=T0 - 60, actor=JANJI, impacts={"api": DOWN}, outages=(OutageRef("api", T0 - 60),)
    )
    found = said(opening(outages=(OutageRef("web", T0),)), joined)
    assert (found.started, found.components) == (T0 - 60, ("api", "web"))
    assert outages_of([found]) == {OutageRef("web", T0): "a2b3c4", OutageRef("api", T0 - 60): "a2b3c4"}


def test_a_merge_ends_one_incident_and_gives_what_it_covered_to_the_other() -> None:
    gone = said(opening(outages=(OutageRef("web", T0),)), event(Action.MERGE, 600, other="zzz999"))
    assert (gone.open, gone.merged_into, gone.next_update) == (False, "zzz999", None)
    taken = event(
        Action.ABSORB, 600, other="zzz999", since=T0 - 300, impacts={"db": DOWN}, outages=(OutageRef("db", T0 - 300),)
    )
    kept = said(opening(), taken)
    assert (kept.started, kept.impacts, kept.absorbed) == (T0 - 300, {"db": DOWN, "web": DEGRADED}, ("zzz999",))
    assert outages_of([gone, kept]) == {OutageRef("db", T0 - 300): "a2b3c4"}


def test_a_postmortem_is_a_draft_until_it_is_published_and_every_version_stays() -> None:
    over = [opening(), resolved(600), event(Action.POSTMORTEM, 700, text={"en": "First."})]
    drafted = said(*over)
    assert (drafted.published_postmortem, drafted.postmortem is not None) == (None, True)
    shown = said(*over, event(Action.POSTMORTEM, 800, text={"en": "Second."}, public=True))
    assert shown.published_postmortem is not None
    assert (shown.published_postmortem.text, shown.published_postmortem.published_at) == ({"en": "Second."}, T0 + 800)


WRONG: Mapping[str, tuple[IncidentEvent, ...]] = {
    "an incident begins with its opening": (update(600),),
    "an incident opens with a title in English; another language comes beside it": (opening(title={"id": "Lambat"}),),
    "an incident opens with a text in English; another language comes beside it": (opening(text={}),),
    "an incident opens with a severity": (opening(severity=None),),
    "incident a2b3c4 is open already; update it": (opening(), opening(300)),
    "nothing is said of the future; leave the time out, or write one that is over": (opening(at=T0 + 181),),
    "an incident begins before anything is said of it; write an earlier beginning": (opening(since=T0 + 200),),
    "the next update is due in the future; write a later time": (opening(next_update=T0 + 180),),
    "the title (en) is blank; write something, or leave it out": (opening(title={"en": " "}),),
    "the title (en) has 201 characters; 200 are the most": (opening(title={"en": "x" * 201}),),
    "the text (id) has 10001 characters; 10000 are the most": (opening(text={"en": "x", "id": "x" * 10_001}),),
    "the title (en) holds signs that cannot be shown; leave them out": (opening(title={"en": "two\nlines"}),),
    "the text (en) holds signs that cannot be shown; leave them out": (opening(text={"en": "\x1b[2J"}),),
    "write the update in English; another language comes beside it": (
        opening(),
        event(Action.UPDATE, 300, text={"id": "Lagi."}),
    ),
    "an update says something: a text, a phase or an impact": (opening(), event(Action.UPDATE, 300)),
    "this is before the incident began; write a later time, or edit its beginning": (
        opening(),
        event(Action.UPDATE, 300, at=T0 - 1, text={"en": "x"}),
    ),
    "incident a2b3c4 is resolved already; edit its last update to change what it says": (
        opening(),
        resolved(600),
        resolved(700),
    ),
    "an update speaks for a later moment than that; an incident is resolved last": (
        opening(),
        update(600),
        event(Action.UPDATE, 700, at=T0 + 500, phase=Phase.RESOLVED, text={"en": "x"}),
    ),
    "incident a2b3c4 has no update 2; it has 1 to 1": (opening(), event(Action.EDIT, 300, number=2, text={"en": "x"})),
    "there is nothing to change; write the text as it shall be": (opening(), event(Action.EDIT, 300, number=1)),
    "there is nothing to change; name a title, a severity or a beginning": (opening(), event(Action.EDIT, 300)),
    "an update speaks for an earlier moment than that; write an earlier beginning": (
        opening(),
        event(Action.EDIT, 300, since=T0 + 181),
    ),
    "incident a2b3c4 was merged into zzz999; write there": (
        opening(),
        event(Action.MERGE, 300, other="zzz999"),
        update(400),
    ),
    "an incident cannot be merged into itself": (opening(), event(Action.MERGE, 300, other="a2b3c4")),
    "incident a2b3c4 is not resolved yet; its post-mortem is published after that": (
        opening(),
        event(Action.POSTMORTEM, 300, text={"en": "x"}, public=True),
    ),
    "incident a2b3c4 is a draft that customers never saw; publish it first": (
        opening(public=False),
        resolved(600),
        event(Action.POSTMORTEM, 700, text={"en": "x"}, public=True),
    ),
}


@pytest.mark.parametrize("sentence", WRONG)
def test_an_event_that_does_not_follow_is_refused_with_its_reason(sentence: str) -> None:
    assert refused(*WRONG[sentence]) == sentence


def test_an_id_is_short_safe_in_a_url_and_taken_once() -> None:
    first = new_id(["budi", T0], ())
    assert len(first) == 6
    assert set(first) <= set("23456789abcdefghjkmnpqrstuvwxyz")
    assert new_id(["budi", T0], ()) == first
    assert new_id(["budi", T0], (first,)) != first


def test_a_language_that_nobody_wrote_reads_as_english() -> None:
    assert in_language({"en": "Slow", "id": "Lambat"}, "id") == "Lambat"
    assert in_language({"en": "Slow"}, "id") == "Slow"
    assert in_language({}, "id") == ""


def test_the_worst_impact_is_down_before_degraded() -> None:
    assert [worst(found) for found in ([DEGRADED, DOWN], [NONE, DEGRADED], [NONE], [])] == [DOWN, DEGRADED, NONE, NONE]
