"""Degraded time with a weight and a least outage that counts, as every output shows them.

A month of 1,000,000 s: 3,600 s down, 1,200 s degraded at 3/10, then 30 s down where 60 s is the least that counts.
3,600 + 0.3 × 1,200 = 3,960 s of downtime: 99.604 %.
"""

import csv
from dataclasses import replace
from fractions import Fraction
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from monitor.core.account import Account
from monitor.core.availability import Judgement
from monitor.core.closing import Made, closing, inputs_of
from monitor.core.evidence import recompute, result, write
from monitor.core.model import Interval, Span, State
from monitor.core.text import decimal
from monitor.reader.accounts import Accounts
from monitor.reports.explanation import document, explain
from monitor.reports.prose import lines
from monitor.reports.rows import as_csv, facts, row
from monitor.reports.statement import statement
from monitor.reports.witnesses import unasked
from tests.reports.world import NOW

WEIGHT = Fraction(3, 10)


def weighed(account: Account, *states: tuple[State, int], weight: Fraction = WEIGHT, least: int = 60) -> Account:
    """The account over a million seconds from the month's start: these states one after the other, then up."""
    start = at = account.month.start
    spans = []
    for state, length in states:
        spans.append(Span(state, at, at + length))
        at += length
    spans.append(Span(State.UP, at, start + 1_000_000))
    parts = tuple(replace(part, spans=tuple(spans), windows=()) for part in account.parts)
    month = Interval(start, start + 1_000_000)
    return replace(account, month=month, as_of=month.end, parts=parts, degraded_weight=weight, min_outage=least)


@pytest.fixture
def account(promised: Accounts) -> Account:
    states = ((State.DOWN, 3600), (State.DEGRADED, 1200), (State.UP, 600), (State.DOWN, 30))
    return weighed(promised.agreement("bands-a", "2026-01", NOW), *states)


def test_the_explanation_adds_up(account: Account) -> None:
    said = "\n".join(lines(explain(account, unasked)))
    assert "3,600 s down: " in said
    assert "1,200 s degraded, of which 0.3 count as down: 3,600 + 0.3 × 1,200 = 3,960 s of downtime" in said
    assert "30 s seen down in outages of less than 1 min, which count as up by agreement" in said
    assert "1 − 3,960 ÷ 1,000,000 = 99.6040 %" in said
    assert "(30 s), api + web, shorter than 1 min, so it counts as up." in said
    adds = "995,200 s up + 1,200 s degraded + 3,600 s down + 0 s not measured + 0 s excluded = 1,000,000 s"
    assert adds in said


def test_the_explanation_as_json_has_the_degraded_and_the_short_pieces(account: Account) -> None:
    found = document(explain(account, unasked))
    assert (found["degraded_weight"], found["min_outage_seconds"]) == ("3/10", 60)
    assert found["downtime_equivalent_seconds"] == "3960"
    for key, length in (("degraded", 1200), ("short_outages", 30), ("down", 3600)):
        pieces = found[key]
        assert isinstance(pieces, list)
        assert sum(piece["seconds"] for piece in pieces) == length


def test_the_csv_and_the_json_line_hold_the_terms(account: Account) -> None:
    (line,) = csv.DictReader(StringIO(as_csv([row(account)]), newline=""))
    assert (line["degraded_weight"], line["min_outage_seconds"], line["downtime_seconds"]) == ("0.3", "60", "3960")
    assert facts(row(account))["degraded_weight"] == "3/10"


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en", ("Down 3,600 1 h Degraded 1,200 20 min Downtime: down + 0.3 × degraded = 3,960 1 h 6 min", "99.6040 %")),
        ("id", ("Waktu henti: tidak tersedia + 0,3 × terganggu = 3.960", "99,6040 %")),
    ],
)
def test_the_statement_shows_what_makes_the_downtime(account: Account, language: str, wanted: tuple[str, str]) -> None:
    pages = PdfReader(BytesIO(statement(account, None, issuer="PWBI", language=language))).pages
    said = " ".join(" ".join(page.extract_text().split()) for page in pages)
    for words in wanted:
        assert words in said


def test_the_evidence_gives_the_same_figure(account: Account) -> None:
    written = write(account.bundle)
    assert (written["degraded_weight"], written["min_outage_seconds"]) == ("3/10", 60)
    (found,) = recompute(written, ZoneInfo, default_name="x")["vectors"]  # type: ignore[misc]
    assert found["result"] == result(account.bundle)
    assert found["result"]["availability"] == "24901/25000"


def test_the_books_keep_the_terms(account: Account) -> None:
    kept = closing(account, Made({}, "0" * 64, "janji", "2025.2"), actor="fina", at=account.month.end)
    then = inputs_of(kept)
    assert (then.degraded_weight, then.min_outage) == (WEIGHT, 60)
    older = replace(kept, inputs={key: kept.inputs[key] for key in kept.inputs.keys() - {"degraded_weight"}})
    assert inputs_of(older).degraded_weight == 0


def test_parts_of_a_second_are_shown_as_they_are(account: Account) -> None:
    odd = replace(account, degraded_weight=Fraction("0.0003"))
    assert "1 − 3,600.36 ÷ 1,000,000 = 99.6399 %" in "\n".join(lines(explain(odd, unasked)))


def test_an_outage_over_the_months_edge_is_as_long_as_it_is(account: Account) -> None:
    start, end = account.month.start, account.month.end
    spans = (
        Span(State.DOWN, start - 50, start + 10),
        Span(State.UP, start + 10, end - 20),
        Span(State.DOWN, end - 20, end + 39),
    )
    parts = tuple(replace(part, spans=spans) for part in account.parts)
    later = replace(account, parts=parts, as_of=end + 600)
    # Sixty seconds count, ten of them in this month; the other one is a second too short.
    assert (later.figure.down_seconds, later.short) == (10, (Interval(end - 20, end),))
    assert later.figure.total_seconds == 1_000_000
    (found,) = recompute(write(later.bundle), ZoneInfo, default_name="x")["vectors"]  # type: ignore[misc]
    assert found["result"]["down_seconds"] == 10


@pytest.mark.parametrize(("weight", "proven"), [(WEIGHT, Judgement.MET), (Fraction("0.3001"), Judgement.BREACHED)])
def test_exactly_on_the_target_is_met(promised: Accounts, weight: Fraction, proven: Judgement) -> None:
    states = ((State.DOWN, 700), (State.DEGRADED, 1000))
    found = row(weighed(promised.agreement("bands-a", "2026-01", NOW), *states, weight=weight, least=0))
    assert found.outcome.value == proven.value
    assert decimal(found.account.figure.downtime_equivalent) == ("1000" if proven is Judgement.MET else "1000.1")
