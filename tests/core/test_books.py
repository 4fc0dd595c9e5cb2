"""Where a month stands, and how a difference between two figures reads."""

from dataclasses import replace
from fractions import Fraction

import pytest

from monitor.core.books import Books, Closing, Difference, Stage, Subject, books_of, differences, worded
from monitor.core.model import Interval
from monitor.core.record import encode
from tests.core.test_record import ACCOUNT

JANUARY = Interval(1_767_225_600, 1_769_904_000)  # in UTC
FIGURES = {
    "window_start": "2026-01-01T00:00:00Z",
    "window_end": "2026-02-01T00:00:00Z",
    "total_seconds": 2_678_400,
    "excluded_seconds": 3_600,
    "unknown_seconds": 1_800,
    "up_seconds": 2_671_800,
    "degraded_seconds": 0,
    "down_seconds": 1_200,
    "availability": "2228/2229",
    "availability_percent_trunc4": "99.9551",
    "met": True,
    "verdict": "met",
}
CLOSING = Closing(
    subject=Subject.OBJECTIVE,
    id="api",
    month="2026-01",
    revision=0,
    zone="UTC",
    bounds=JANUARY,
    figures=FIGURES,
    bundle={"name": "api-2026-01"},
    inputs=encode(ACCOUNT),
    terms={"since": None, "until": None, "settings": {"objective": "99.9%"}},
    settings="a" * 64,
    engine="janji 0",
    tzdata="2026a",
    reason="",
    overruled=(),
    difference=(),
    actor="ana",
    at=JANUARY.end + 600_000,
)
REVISED = replace(CLOSING, revision=1, reason="late results")


@pytest.mark.parametrize(
    ("now", "closings", "stage", "revision"),
    [
        (JANUARY.start, (), Stage.RUNNING, None),
        (JANUARY.end - 1, (), Stage.RUNNING, None),
        (JANUARY.end, (), Stage.PROVISIONAL, None),
        (JANUARY.end + 10**9, (), Stage.PROVISIONAL, None),
        (JANUARY.end, (CLOSING,), Stage.CLOSED, 0),
        (JANUARY.end, (REVISED, CLOSING), Stage.REVISED, 1),
    ],
)
def test_a_month_runs_is_provisional_is_closed_is_revised(
    now: int, closings: tuple[Closing, ...], stage: Stage, revision: int | None
) -> None:
    books = books_of(JANUARY, now, closings)
    assert (books.stage, books.revision) == (stage, revision)
    assert books.digest == (None if revision is None else max(closings, key=lambda item: item.revision).digest)


def test_the_closed_figure_is_read_from_the_books() -> None:
    figure = CLOSING.figure(Fraction(0))
    assert (figure.down_seconds, figure.measured_seconds) == (1_200, 2_673_000)
    assert figure.availability == 1 - Fraction(1_200, 2_673_000)
    assert (figure.window_start, figure.window_end) == (JANUARY.start, JANUARY.end)


@pytest.mark.parametrize(
    "changed",
    [
        replace(CLOSING, figures={**FIGURES, "down_seconds": 1_199}),
        replace(CLOSING, bundle={"name": "api"}),
        replace(CLOSING, inputs={**CLOSING.inputs, "name": "API 2"}),
        replace(CLOSING, terms={**CLOSING.terms, "since": 0}),
        replace(CLOSING, bounds=Interval(JANUARY.start, JANUARY.end + 1)),
        replace(CLOSING, settings="b" * 64),
        replace(CLOSING, engine="janji 1"),
        replace(CLOSING, tzdata="2026b"),
        replace(CLOSING, reason="x"),
        replace(CLOSING, overruled=("x",)),
        replace(CLOSING, difference=(Difference("met", True, False),)),
        replace(CLOSING, actor="eve"),
        replace(CLOSING, at=CLOSING.at + 1),
        replace(CLOSING, zone="Asia/Jakarta"),
        REVISED,
    ],
)
def test_every_part_of_a_closing_is_in_its_digest(changed: Closing) -> None:
    assert changed.digest != CLOSING.digest
    assert replace(CLOSING).digest == CLOSING.digest


def test_the_difference_of_two_figures_names_each_field_with_old_and_new() -> None:
    new = {**FIGURES, "down_seconds": 2_400, "verdict": None, "met": 1, "credit_percent": {"acme": "5"}}
    assert differences(FIGURES, new) == (
        Difference("down_seconds", 1_200, 2_400),
        Difference("met", True, 1),
        Difference("verdict", "met", None),
        Difference("credit_percent", None, {"acme": "5"}),
    )
    assert differences(FIGURES, dict(FIGURES)) == ()
    assert differences(new, FIGURES)[-1] == Difference("credit_percent", {"acme": "5"}, None)


def test_a_difference_reads_in_the_words_of_the_report() -> None:
    changed = differences(
        FIGURES,
        {
            **FIGURES,
            "down_seconds": 4_200,
            "unknown_seconds": 0,
            "availability": "1/2",
            "availability_percent_trunc4": None,
            "verdict": "breached",
            "credit_percent": {"acme": "5"},
        },
    )
    assert worded(changed) == (
        "not measured 1,800 s → 0 s, down 1,200 s → 4,200 s, availability 99.9551 % → none, "
        "verdict met → breached, credit none → 5 % (acme)"
    )
    assert worded([Difference("window_end", "a", "b")]) == "window_end"


def test_a_month_without_books_has_no_revision_and_no_digest() -> None:
    assert (Books().stage, Books().revision, Books().digest) == (Stage.RUNNING, None, None)
