"""What the books keep comes back exactly as it was, and older records are still read."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import pytest

from monitor.core.account import Account, Part, Window
from monitor.core.books import Books, Stage
from monitor.core.credit import Band, Bands, Schedule, Slope, Step
from monitor.core.decision import Case, Decision, Request, RequestType
from monitor.core.model import Interval, Span, State
from monitor.core.notice import Notice
from monitor.core.record import decode, encode

REQUEST = Request("correction-1", RequestType.CORRECTION, "measurement_error", "api", None, 5, 9, "ours", "", 20, "ana")
PART = Part(
    component="api",
    name="API",
    spans=(Span(State.UP, 0, 5), Span(State.DOWN, 5, 10, inferred=True)),
    windows=(Window("m1", "Upgrade", Notice(5, 9, -700_000, True, counts_until=8), "api"),),
    since=None,
    until=10,
    every=60,
    cases=(Case(REQUEST, Decision(True, "ben", 30)), Case(REQUEST)),
)
ACCOUNT = Account("api", "API", False, "UTC", "2026-01", Interval(0, 10), 10, Fraction(999, 1000), (PART,))


@dataclass(frozen=True)
class Owed:
    schedule: Schedule | None
    fee: Decimal
    kinds: frozenset[str] = frozenset()
    note: str = "none"
    seen: bool = field(default=False, metadata={"kept": False})


def test_an_account_comes_back_from_json_as_it_was() -> None:
    assert decode(Account, json.loads(json.dumps(encode(ACCOUNT)))) == ACCOUNT


def test_where_the_books_are_is_not_part_of_what_is_kept() -> None:
    closed = Account(
        "api", "API", False, "UTC", "2026-01", Interval(0, 10), 10, None, (PART,), books=Books(Stage.CLOSED)
    )
    assert "books" not in encode(closed)
    assert decode(Account, encode(closed)).books == Books()


@pytest.mark.parametrize(
    "schedule",
    [
        None,
        Slope(Fraction(5, 100), Fraction(995, 1000), Step.CEIL, None),
        Bands((Band(Fraction(0), Fraction(99, 100), Fraction(1, 3)),), Fraction(1, 4)),
    ],
)
def test_fractions_money_and_either_form_of_a_schedule_come_back_exactly(schedule: Schedule | None) -> None:
    owed = Owed(schedule, Decimal("1000.00"), frozenset({"b", "a"}))
    written = json.loads(json.dumps(encode(owed)))
    assert (written["fee"], written["kinds"]) == ("1000.00", ["a", "b"])
    assert decode(Owed, written) == owed


def test_a_field_that_an_older_record_lacks_gets_its_default() -> None:
    assert decode(Owed, {"schedule": None, "fee": "1"}) == Owed(None, Decimal(1))


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"schedule": None},
        {"schedule": None, "fee": "1", "more": 1},
        {"schedule": {"per": "1/2"}, "fee": "1"},
        {"schedule": None, "fee": "1", "kinds": "a"},
        {"schedule": None, "fee": "1", "kinds": [1]},
        {"schedule": None, "fee": "1", "note": 1},
        {"schedule": None, "fee": "1", "note": True},
        [],
        "x",
    ],
)
def test_a_record_that_does_not_fit_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode(Owed, written)


def test_what_the_books_cannot_keep_is_refused_when_it_is_written() -> None:
    with pytest.raises(TypeError, match="cannot keep a float"):
        encode((1.5,))
