"""What keeps a location from reporting."""

from dataclasses import replace

import pytest

from monitor.core.contact import Contact, Waiting
from monitor.core.exchange import Shard
from monitor.core.trouble import Ailing, Trouble, ailing, is_silent

T0 = 1_800_000_000
WELL = Contact("singapore", T0, 2, "1.0", Waiting(0, 0, 0, None))


def troubles(*contacts: Contact, now: int = T0, agent: bool = True, listening: int = 0) -> list[Ailing]:
    return ailing("singapore", contacts, agent=agent, listening=listening, now=now)


@pytest.mark.parametrize(
    ("seen_at", "listening", "now", "silent"),
    [
        (T0, 0, T0 + 180, False),
        (T0, 0, T0 + 181, True),
        (None, T0, T0 + 180, False),
        (None, T0, T0 + 181, True),
        (T0 - 9_000, T0, T0 + 180, False),  # the hub was away, not the agent
        (T0 + 60, T0, T0 + 240, False),
    ],
)
def test_three_minutes_without_a_contact_make_a_location_silent(
    seen_at: int | None, listening: int, now: int, silent: bool
) -> None:
    assert is_silent(seen_at, listening, now) is silent
    found = troubles(*([] if seen_at is None else [replace(WELL, seen_at=seen_at)]), listening=listening, now=now)
    since = listening if seen_at is None else seen_at
    assert found == ([Ailing("singapore", Trouble.SILENT, since)] if silent else [])


def test_a_location_is_blind_or_its_clock_is_off_for_as_long_as_it_says_so() -> None:
    assert troubles(replace(WELL, blind_since=T0 - 50)) == [Ailing("singapore", Trouble.BLIND, T0 - 50)]
    assert troubles(replace(WELL, skewed_since=T0 - 70)) == [Ailing("singapore", Trouble.SKEWED, T0 - 70)]
    both = replace(WELL, blind_since=T0 - 50, skewed_since=T0 - 70)
    assert [item.trouble for item in troubles(both)] == [Trouble.BLIND]
    assert [item.trouble for item in troubles(both, now=T0 + 181)] == [Trouble.SILENT], "what it said last is old"


def test_of_agents_that_share_a_location_each_is_missed() -> None:
    first, third = replace(WELL, part=Shard(1, 3)), replace(WELL, part=Shard(3, 3), seen_at=T0 - 200)
    assert troubles(first, third, now=T0 + 10) == [
        Ailing("singapore", Trouble.SILENT, 0, Shard(2, 3)),
        Ailing("singapore", Trouble.SILENT, T0 - 200, Shard(3, 3)),
    ]


def test_agents_that_divided_the_checks_otherwise_before_are_not_missed() -> None:
    before = [replace(WELL, part=Shard(number, 3), seen_at=T0 - 900) for number in (1, 2, 3)]
    now = [replace(WELL, part=Shard(number, 2)) for number in (1, 2)]
    assert troubles(*before, *now) == []


def test_a_location_in_the_hubs_own_process_is_never_silent_and_blind_only_while_it_says_so() -> None:
    assert troubles(agent=False) == []
    blind = replace(WELL, protocol=0, blind_since=T0 - 50)
    assert troubles(blind, agent=False, now=T0 + 180) == [Ailing("singapore", Trouble.BLIND, T0 - 50)]
    assert troubles(blind, agent=False, now=T0 + 181) == [], "said by a hub that has stopped since"
