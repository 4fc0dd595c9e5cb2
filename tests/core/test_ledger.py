from dataclasses import replace

from monitor.core.ledger import GENESIS, Entry, entry, first_break
from monitor.core.model import digest


def chain() -> list[Entry]:
    one = entry(None, at=100, actor="ana", kind="settings loaded", payload={"digest": "abc"})
    two = entry(one, at=200, actor="ben", kind="notice", payload={"maintenance": "m1", "end": 7200})
    three = entry(two, at=200, actor="ana", kind="token created", payload={"name": "ci"})
    return [one, two, three]


def test_entries_are_numbered_from_one_and_chained() -> None:
    entries = chain()
    assert [item.number for item in entries] == [1, 2, 3]
    assert [item.previous for item in entries] == [GENESIS, entries[0].digest, entries[1].digest]


def test_a_digest_can_be_computed_by_anyone() -> None:
    one = chain()[0]
    assert one.digest == digest([1, 100, "ana", "settings loaded", digest({"digest": "abc"}), "0" * 64])


def test_a_whole_chain_holds() -> None:
    assert first_break([]) is None
    assert first_break(chain()) is None


def test_a_changed_entry_is_found() -> None:
    one, two, three = chain()
    for forged in (
        replace(two, at=199),
        replace(two, actor="eve"),
        replace(two, kind="note"),
        replace(two, payload={"maintenance": "m1", "end": 7201}),
    ):
        assert first_break([one, forged, three]) == f"entry 2 ({forged.kind}) was changed after it was written"


def test_an_entry_that_was_sealed_anew_breaks_the_chain_after_it() -> None:
    one, _, three = chain()
    forged = entry(one, at=200, actor="eve", kind="notice", payload={})
    assert first_break([one, forged, three]) == "entry 3 does not follow the entry before it"


def test_a_removed_entry_is_missed() -> None:
    one, two, three = chain()
    assert first_break([one, three]) == "entry 2 is missing: 3 stands in its place"
    assert first_break([two, three]) == "entry 1 is missing: 2 stands in its place"


def test_a_cut_end_is_seen_by_whoever_kept_the_head() -> None:
    entries = chain()
    head = entries[-1].digest
    assert first_break(entries[:-1]) is None
    assert entries[:-1][-1].digest != head
