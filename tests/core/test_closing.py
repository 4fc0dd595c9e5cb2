"""What speaks against closing a month, what a closing keeps, and what is said to have changed since.

January 2026 in UTC: 2,678,400 s. `api` was down on 10 January 00:00–00:40 (2,400 s).
"""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from monitor.core.account import Account, Part, Window
from monitor.core.books import Books, Closing, Difference, Stage
from monitor.core.closing import Made, Obstacle, closing, inputs_of, kept_account, obstacles, propose, standing
from monitor.core.decision import Case, Decision, Request, RequestType
from monitor.core.evidence import recompute
from monitor.core.model import Interval, Seconds, Span, State
from monitor.core.notice import Notice
from tests.core.test_books import JANUARY

DAY: Seconds = 86_400
TENTH = JANUARY.start + 9 * DAY
DOWN = Interval(TENTH, TENTH + 2_400)
GRACE_OVER = JANUARY.end + 5 * DAY
MADE = Made({"since": None, "until": None, "settings": {}}, "a" * 64, "janji 0", "2026a")
REQUEST = Request(
    "exclusion-1",
    RequestType.EXCLUSION,
    "third_party",
    "api",
    None,
    DOWN.start,
    DOWN.end,
    "their network",
    "",
    JANUARY.end,
    "ana",
)
WRONG = replace(REQUEST, id="correction-2", type=RequestType.CORRECTION, kind="measurement_error", reason="our proxy")
PENDING = Case(REQUEST)
APPROVED = Case(REQUEST, Decision(True, "ben", JANUARY.end + 60))


def tiled(*spans: Span) -> tuple[Span, ...]:
    """The spans, and up between them from before the month to after it."""
    found, at = [], JANUARY.start - DAY
    for span in sorted(spans, key=lambda each: each.start):
        found += [Span(State.UP, at, span.start), span]
        at = span.end
    return tuple(span for span in (*found, Span(State.UP, at, JANUARY.end + DAY)) if span.length)


def window(start: Seconds, *, announced: Seconds, ended: Seconds | None = None) -> Window:
    notice = Notice(start, start + 3_600, announced, announced + 7 * DAY <= start, counts_until=ended)
    return Window("m1", "Upgrade", notice, "api")


def january(
    *spans: Span,
    cases: tuple[Case, ...] = (),
    windows: tuple[Window, ...] = (),
    since: Seconds | None = None,
    target: Fraction | None = Fraction(995, 1000),
    as_of: Seconds = JANUARY.end + DAY,
) -> Account:
    part = Part("api", "API", tiled(*spans), windows, since, None, 60, cases)
    return Account(
        "acme",
        "Acme",
        True,
        "UTC",
        "2026-01",
        JANUARY,
        as_of,
        target,
        (part,),
        excludes=frozenset({"maintenance", "third_party"}),
    )


def closed(account: Account, **said: str) -> Closing:
    return closing(account, MADE, actor="ana", at=GRACE_OVER, **said)  # type: ignore[arg-type]


DOWN_SPAN = Span(State.DOWN, DOWN.start, DOWN.end)
UNKNOWN_DAY = Span(State.UNKNOWN, TENTH, TENTH + DAY)  # 1/31 of the month: 96.7741 % is covered


# What speaks against it


def test_a_month_that_was_measured_and_is_over_is_closed_without_a_reason() -> None:
    assert obstacles(january(DOWN_SPAN), GRACE_OVER) == ()


@pytest.mark.parametrize(
    ("account", "now", "said"),
    [
        (january(target=None), GRACE_OVER, "it has no objective, so there is nothing to close"),
        (january(), JANUARY.end - 1, "the month is not over before 2026-02-01T00:00:00Z"),
        (
            january(as_of=JANUARY.end - 60),
            GRACE_OVER,
            "it is settled only up to 2026-01-31T23:59:00Z; let `janji up` judge the rest first",
        ),
    ],
)
def test_no_reason_closes_a_month_that_is_not_settled_or_not_judged(account: Account, now: Seconds, said: str) -> None:
    found = obstacles(account, now)
    assert found == (Obstacle(said),)
    assert standing(found, early=True, reason="because") == found


@pytest.mark.parametrize(
    ("account", "now", "said"),
    [
        (january(cases=(PENDING,)), GRACE_OVER, "exclusion-1 (third_party) is pending"),
        (january(cases=(Case(WRONG),)), GRACE_OVER, "correction-2 (measurement_error) is pending"),
        (
            january(UNKNOWN_DAY, target=Fraction(1, 2)),
            GRACE_OVER,
            "only 96.7741 % of the agreed time was measured, less than 98.0000 %",
        ),
        (
            # 43,200 s (1.61 %) not measured beside 2,400 s down: between 98.2974 % and 99.9103 %.
            january(DOWN_SPAN, Span(State.UNKNOWN, TENTH + DAY, TENTH + DAY + 43_200), target=Fraction(99, 100)),
            GRACE_OVER,
            "the verdict is indeterminate: what was not measured could turn it",
        ),
    ],
)
def test_a_reason_answers_what_is_pending_uncovered_or_indeterminate(account: Account, now: Seconds, said: str) -> None:
    found = obstacles(account, now)
    assert found == (Obstacle(said, answerable=True),)
    assert standing(found, early=False, reason=" ") == found
    assert standing(found, early=False, reason="because") == ()


def test_before_the_grace_is_over_it_takes_both_early_and_a_reason() -> None:
    found = obstacles(january(), GRACE_OVER - 1)
    assert [item.text for item in found] == [
        "late results and approvals are waited for until 2026-02-06T00:00:00Z; closing it early takes a reason"
    ]
    assert standing(found, early=True, reason="") == found
    assert standing(found, early=False, reason="the customer waits") == found
    assert standing(found, early=True, reason="the customer waits") == ()


def test_nothing_measured_takes_a_reason() -> None:
    account = january(Span(State.UNKNOWN, JANUARY.start, JANUARY.end))
    assert [item.text for item in obstacles(account, GRACE_OVER)] == [
        "only 0.0000 % of the agreed time was measured, less than 98.0000 %",
        "nothing was measured, so there is no verdict",
    ]


def test_the_floor_of_coverage_is_inclusive() -> None:
    # Exactly 2 % of 2,678,400 s is 53,568 s.
    account = january(Span(State.UNKNOWN, TENTH, TENTH + 53_568), target=Fraction(1, 2))
    assert obstacles(account, GRACE_OVER) == ()
    assert obstacles(account, GRACE_OVER, Fraction(981, 1000)) != ()


# What is kept


def test_a_closing_keeps_the_figures_the_evidence_and_what_made_them() -> None:
    kept = closed(january(DOWN_SPAN), reason=" measured ")
    assert (kept.figures["down_seconds"], kept.figures["verdict"], kept.figures["final"]) == (2_400, "met", True)
    assert (kept.revision, kept.stage, kept.reason, kept.difference) == (0, Stage.CLOSED, "measured", ())
    assert (kept.bundle["tzdata"], kept.bundle["engine"], kept.bundle["resolution_seconds"]) == ("2026a", "janji 0", 60)
    assert (kept.zone, kept.bounds, kept.settings, kept.terms) == ("UTC", JANUARY, "a" * 64, MADE.terms)


def test_recomputing_a_closed_bundle_gives_the_closed_figures_byte_for_byte() -> None:
    from zoneinfo import ZoneInfo

    kept = closed(january(DOWN_SPAN, cases=(APPROVED,), windows=(window(TENTH + DAY, announced=TENTH - 9 * DAY),)))
    document = json.loads(json.dumps(kept.bundle))
    (vector,) = recompute(document, ZoneInfo, default_name="x")["vectors"]  # type: ignore[misc]
    assert json.dumps(vector["result"]) == json.dumps(kept.figures)  # type: ignore[has-type]
    assert kept.figures["excluded_seconds"] == 2_400 + 3_600


def test_without_a_target_nothing_is_closed() -> None:
    with pytest.raises(ValueError, match="acme has no objective; there is nothing to close"):
        closed(january(target=None))


def test_a_closed_month_is_the_account_as_it_was_with_the_figure_in_the_books() -> None:
    account = january(DOWN_SPAN, cases=(PENDING,), windows=(window(TENTH, announced=TENTH),))
    kept = closed(account)
    assert inputs_of(kept) == account
    assert kept_account(kept).figure == account.figure
    told = replace(kept, figures={**kept.figures, "down_seconds": 1, "up_seconds": 2_678_399})
    assert kept_account(told).figure.down_seconds == 1


def test_what_if_is_asked_of_the_facts_and_not_of_the_books() -> None:
    account = kept_account(closed(january(DOWN_SPAN, cases=(PENDING,))))
    assert account.figure.down_seconds == 2_400
    assert account.supposing(APPROVED).figure.down_seconds == 0


def test_a_revision_is_numbered_and_holds_its_difference() -> None:
    first = closed(january(DOWN_SPAN))
    live = replace(january(DOWN_SPAN, cases=(APPROVED,)), books=Books(Stage.CLOSED, first))
    second = closed(live, reason="approved late")
    assert (second.revision, second.stage) == (1, Stage.REVISED)
    assert Difference("down_seconds", 2_400, 0) in second.difference
    assert Difference("excluded_seconds", 0, 2_400) in second.difference
    assert second.figures["down_seconds"] == 0


# What changed since


def facts(before: Account, after: Account) -> tuple[str, ...]:
    return propose(closed(before), after).facts


def test_what_is_stored_as_it_was_proposes_nothing() -> None:
    account = january(DOWN_SPAN, cases=(PENDING,), windows=(window(TENTH, announced=0),))
    assert not propose(closed(account), account)


def test_time_after_the_month_may_go_on_as_it_likes() -> None:
    before = january(Span(State.DOWN, JANUARY.end - 60, JANUARY.end))
    after = january(Span(State.DOWN, JANUARY.end - 60, JANUARY.end + 900), as_of=JANUARY.end + 2 * DAY)
    assert not propose(closed(before), after)


def test_a_span_that_reads_otherwise_is_named_to_the_second() -> None:
    found = propose(closed(january(DOWN_SPAN)), january())
    assert found.facts == (
        "api: 2026-01-10T00:00:00Z to 00:40:00Z was down when the month was closed and is up now (2,400 s)",
    )
    assert Difference("down_seconds", 2_400, 0) in found.figures


def test_only_the_part_of_a_span_that_changed_is_named() -> None:
    longer = Span(State.DOWN, DOWN.start, DOWN.end + 7)
    assert facts(january(DOWN_SPAN), january(longer)) == (
        "api: 2026-01-10T00:40:00Z to 00:40:07Z was up when the month was closed and is down now (7 s)",
    )


def test_a_span_that_is_gone_leaves_time_without_a_record() -> None:
    before, after = january(DOWN_SPAN), january(DOWN_SPAN)
    part = after.parts[0]
    after = replace(after, parts=(replace(part, spans=tuple(span for span in part.spans if span != DOWN_SPAN)),))
    assert facts(before, after) == (
        "api: 2026-01-10T00:00:00Z to 00:40:00Z was down when the month was closed and is without a record now "
        "(2,400 s)",
    )


def test_a_stretch_that_is_no_longer_inferred_is_named_though_the_figure_is_the_same() -> None:
    found = propose(closed(january(replace(DOWN_SPAN, inferred=True))), january(DOWN_SPAN))
    assert found.figures == ()
    assert found.facts == (
        "api: 2026-01-10T00:00:00Z to 00:40:00Z was down (inferred) when the month was closed and is down now "
        "(2,400 s)",
    )
    assert found


def test_a_notice_that_was_changed_is_named_with_what_it_was_worth() -> None:
    good, late = window(TENTH, announced=TENTH - 7 * DAY), window(TENTH, announced=TENTH - 7 * DAY + 1)
    assert facts(january(windows=(good,)), january(windows=(late,))) == (
        "api: maintenance m1 was 2026-01-10T00:00:00Z to 01:00:00Z, announced 2026-01-03T00:00:00Z, "
        "2026-01-10T00:00:00Z to 01:00:00Z excluded when the month was closed and is "
        "2026-01-10T00:00:00Z to 01:00:00Z, announced 2026-01-03T00:00:01Z, nothing of it excluded now",
    )
    (gone,) = facts(january(windows=(good,)), january())
    assert gone.endswith("excluded when the month was closed and is gone")
    (added,) = facts(january(), january(windows=(good,)))
    assert added.endswith("excluded) was not there when the month was closed")
    assert facts(january(), january(windows=(late,))) == ()


def test_an_approval_after_closing_is_named_and_a_rejection_changes_nothing() -> None:
    told = "api: exclusion-1 (third_party) 2026-01-10T00:00:00Z to 00:40:00Z is approved by ben at 2026-02-01T00:01:00Z"
    down = january(DOWN_SPAN)
    pending, approved = january(DOWN_SPAN, cases=(PENDING,)), january(DOWN_SPAN, cases=(APPROVED,))
    assert facts(pending, approved) == (f"{told}, and was pending when the month was closed",)
    assert facts(down, approved) == (f"{told}, and was not there when the month was closed",)
    rejected = Case(REQUEST, Decision(False, "ben", JANUARY.end + 60, "no"))
    assert facts(pending, january(DOWN_SPAN, cases=(rejected,))) == ()
    assert facts(down, pending) == ()


def test_a_request_or_decision_that_was_changed_or_taken_away_is_named() -> None:
    before = january(DOWN_SPAN, cases=(APPROVED,))
    moved = replace(APPROVED, request=replace(REQUEST, end=DOWN.end + 60, reason="theirs"))
    assert facts(before, january(DOWN_SPAN, cases=(moved,))) == (
        "api: exclusion-1: its end was 2026-01-10T00:40:00Z when the month was closed and is 2026-01-10T00:41:00Z now",
        "api: exclusion-1: its reason was 'their network' when the month was closed and is 'theirs' now",
    )
    by_eve = Case(REQUEST, Decision(True, "eve", JANUARY.end + 60))
    assert facts(before, january(DOWN_SPAN, cases=(by_eve,))) == (
        "api: exclusion-1 was approved by ben at 2026-02-01T00:01:00Z when the month was closed "
        "and is approved by eve at 2026-02-01T00:01:00Z now",
    )
    assert facts(before, january(DOWN_SPAN, cases=(PENDING,)))[0].endswith("and is pending now")
    assert facts(before, january(DOWN_SPAN)) == ("api: exclusion-1 was approved when the month was closed and is gone",)


def test_a_service_that_begins_later_and_a_component_that_is_gone_are_named() -> None:
    assert facts(january(), january(since=JANUARY.start + DAY)) == (
        "api: in service 2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z when the month was closed "
        "and 2026-01-02T00:00:00Z to 2026-02-01T00:00:00Z now",
    )
    other = replace(january(), parts=(replace(january().parts[0], component="web"),))
    assert facts(january(), other) == ("api: belonged to it when the month was closed and does not now",)
