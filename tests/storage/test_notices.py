import pytest

from monitor.core.ledger import first_break
from monitor.core.notice import NoticeAction, NoticeEvent, standing
from monitor.storage.store import Store
from tests.storage.builders import T0

DAY = 86_400
ANNOUNCED = NoticeEvent(T0, NoticeAction.ANNOUNCE, T0 + 8 * DAY, T0 + 8 * DAY + 7_200, ("api",), "Upgrade", "New disks")


def announce(store: Store, maintenance: str = "m1") -> int:
    return store.notices.append(maintenance, ANNOUNCED, actor="ana").no


def revise(store: Store, at: int, end: int) -> int:
    return store.notices.append("m1", NoticeEvent(at, NoticeAction.REVISE, end=end), actor="ana").no


def test_a_notice_is_not_published_until_the_hub_shows_it(store: Store) -> None:
    number = announce(store)
    assert store.notices.by_maintenance() == {}
    assert store.notices.by_maintenance(published=False) == {"m1": [ANNOUNCED]}
    assert store.ledger() == []
    assert store.notices.publish([number], T0 + 3) == 1
    [event] = store.notices.by_maintenance()["m1"]
    assert (event.at, event.start, event.end, event.components) == (T0 + 3, ANNOUNCED.start, ANNOUNCED.end, ("api",))
    assert (event.title, event.description) == ("Upgrade", "New disks")


def test_a_notice_is_stamped_once(store: Store) -> None:
    number = announce(store)
    assert store.notices.publish([number], T0 + 3) == 1
    assert store.notices.publish([number], T0 + 9) == 0
    assert [record.event.at for record in store.notices.all()] == [T0 + 3]
    assert len(store.ledger()) == 1


def test_a_published_notice_is_in_the_ledger_with_all_it_says(store: Store) -> None:
    store.notices.publish([announce(store)], T0 + 3)
    [item] = store.ledger()
    assert (item.kind, item.actor, item.at) == ("notice", "ana", T0 + 3)
    assert item.payload == {
        "maintenance": "m1",
        "action": "announce",
        "at": T0 + 3,
        "start": T0 + 8 * DAY,
        "end": T0 + 8 * DAY + 7_200,
        "components": ["api"],
        "title": "Upgrade",
        "description": "New disks",
    }
    assert first_break(store.ledger()) is None


def test_a_revision_says_only_what_changes(store: Store) -> None:
    store.notices.publish([announce(store)], T0 + 3)
    store.notices.publish([revise(store, T0 + 60, T0 + 8 * DAY + 9_000)], T0 + 61)
    events = store.notices.by_maintenance()["m1"]
    assert (events[1].start, events[1].components, events[1].title) == (None, None, None)
    now = standing(events)
    assert (now.end, now.components, now.title) == (T0 + 8 * DAY + 9_000, ("api",), "Upgrade")


def test_a_completion_counts_from_when_it_was_asked_for(store: Store) -> None:
    store.notices.publish([announce(store)], T0 + 3)
    ended = T0 + 8 * DAY + 3_600
    record = store.notices.append("m1", NoticeEvent(ended, NoticeAction.COMPLETE), actor="ben")
    assert record.published
    assert standing(store.notices.by_maintenance()["m1"]).closed_at == ended
    assert [(item.kind, item.actor, item.at) for item in store.ledger()] == [
        ("notice", "ana", T0 + 3),
        ("notice", "ben", ended),
    ]


def test_an_announcement_that_was_cancelled_unseen_is_never_published(store: Store) -> None:
    number = announce(store)
    store.notices.append("m1", NoticeEvent(T0 + 10, NoticeAction.CANCEL), actor="ana")
    assert store.notices.publish([number], T0 + 30) == 0
    assert store.notices.by_maintenance() == {}


def test_a_revision_that_was_unseen_when_the_work_ended_is_never_published(store: Store) -> None:
    store.notices.publish([announce(store)], T0 + 3)
    number = revise(store, T0 + 60, T0 + 9 * DAY)
    store.notices.append("m1", NoticeEvent(T0 + 8 * DAY + 60, NoticeAction.COMPLETE), actor="ana")
    assert store.notices.publish([number], T0 + 8 * DAY + 90) == 0
    assert standing(store.notices.by_maintenance()["m1"]).end == ANNOUNCED.end


def test_what_does_not_follow_is_refused_and_leaves_nothing(store: Store) -> None:
    with pytest.raises(ValueError, match="begins with its announcement"):
        store.notices.append("m1", NoticeEvent(T0, NoticeAction.COMPLETE), actor="ana")
    announce(store)
    with pytest.raises(ValueError, match="already announced"):
        announce(store)
    store.notices.append("m1", NoticeEvent(T0 + 10, NoticeAction.CANCEL), actor="ana")
    with pytest.raises(ValueError, match="already cancelled"):
        revise(store, T0 + 20, T0 + 9 * DAY)
    assert len(store.notices.all()) == 2


def test_each_change_of_facts_moves_the_counter_that_the_hub_polls(store: Store) -> None:
    versions = [store.facts_version()]
    number = announce(store)
    versions.append(store.facts_version())
    store.notices.publish([number], T0 + 3)
    versions.append(store.facts_version())
    store.notices.publish([number], T0 + 4)
    assert versions == [0, 1, 2]
    assert store.facts_version() == 2
