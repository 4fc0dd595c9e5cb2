"""Closing, tampering and verifying on both databases: what is read back is what was closed."""

from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.core.books import Subject
from monitor.reader.bookkeeping import Bookkeeping, Refused
from monitor.reader.verification import Verification
from monitor.settings.hub import Settings
from monitor.storage.store import Store
from tests.settings.loading import loaded
from tests.storage.builders import DOWN, T0, UP, World, check, component, slots

HOUR, DAY = 3600, 86_400
NOW = T0 + 40 * DAY
SETTINGS = """\
components:
  - id: api
    objective: 99.9%
    checks: [{kind: http, url: "https://api.example.com/"}]
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return loaded(tmp_path, SETTINGS).settings


@pytest.fixture
def january(store: Store, settings: Settings) -> Store:
    """A closed January with its 101st hour down."""
    world = World(store)
    world.adopt(component(check(every=HOUR)))
    states = [UP] * (40 * 24)
    states[100] = DOWN
    world.accept(*slots(*states, every=HOUR))
    world.step(40 * DAY)
    close(store, settings)
    return store


def close(store: Store, settings: Settings) -> None:
    keeping = Bookkeeping(store, settings)
    keeping.close(Subject.OBJECTIVE, "api", "2026-01", actor="ana", now=NOW, reason="", early=False)


def verified(store: Store, settings: Settings) -> tuple[str, ...]:
    verification = Verification(store, settings, NOW)
    months = [sentence for key in verification.months() for sentence in verification.of_month(key).wrong]
    return (*months, *verification.of_ledger())


def tamper(store: Store, statement: str) -> None:
    with store.transaction() as connection:
        assert connection.execute(text(statement), {"at": T0 + 100 * HOUR}).rowcount == 1


def test_a_closed_month_holds_and_is_not_closed_again(january: Store, settings: Settings) -> None:
    assert verified(january, settings) == ()
    with pytest.raises(Refused, match="it is closed already"):
        close(january, settings)


def test_a_tampered_span_is_named_to_the_second(january: Store, settings: Settings) -> None:
    tamper(january, "update span set state = 0 where start = :at")
    told, figure = verified(january, settings)
    # T0 + 100 hours is 5 January 04:00.
    assert told == ("api: 2026-01-05T04:00:00Z to 05:00:00Z was down when the month was closed and is up now (3,600 s)")
    assert "down 3,600 s → 0 s" in figure


def test_a_tampered_figure_and_a_tampered_entry_are_named(january: Store, settings: Settings) -> None:
    kept = january.books.latest(Subject.OBJECTIVE, "api", "2026-01")
    assert kept is not None
    assert kept.seal is not None
    tamper(january, "update closing set reason = 'x' where month_start < :at")
    assert verified(january, settings) == (
        f"closing objective api 2026-01: reason is x and was empty in ledger entry {kept.seal.number}",
    )
    tamper(january, f"update ledger set actor = 'eve' where number = {kept.seal.number} and at > :at")
    assert f"ledger: entry {kept.seal.number} (month closed) was changed after it was written" in verified(
        january, settings
    )
