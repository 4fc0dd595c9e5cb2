"""Closing an account: what speaks against it, what is kept of it, and what proposes a revision."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from monitor.core.account import Account
from monitor.core.availability import Judgement, verdict
from monitor.core.books import COVERAGE_FLOOR, GRACE, Books, Closing, Proposal, Subject, differences
from monitor.core.calendar import format_instant
from monitor.core.change import changes
from monitor.core.evidence import result, write
from monitor.core.model import Seconds
from monitor.core.record import decode, encode
from monitor.core.text import percent


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a month is not closed. `answerable`: a reason answers it; `early`: only together with being early."""

    text: str
    answerable: bool = False
    early: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What figures are made with, beside the facts."""

    terms: Mapping[str, Any]
    settings: str  # digest
    engine: str
    tzdata: str


def obstacles(account: Account, now: Seconds, floor: Fraction = COVERAGE_FLOOR) -> tuple[Obstacle, ...]:
    """Everything that speaks against closing a month now; one alone where no reason answers it."""
    wrong = _never(account, now)
    return (Obstacle(wrong),) if wrong else tuple(_doubts(account, now, floor))


def standing(found: Iterable[Obstacle], *, early: bool, reason: str) -> tuple[Obstacle, ...]:
    """What still speaks against it, once a reason was given."""
    return tuple(item for item in found if not (item.answerable and reason.strip()) or (item.early and not early))


def closing(
    account: Account, made: Made, *, actor: str, at: Seconds, reason: str = "", overruled: Iterable[Obstacle] = ()
) -> Closing:
    """The account's month closed or, where its books are closed, revised. Raises ValueError without a target."""
    if account.target is None:
        raise ValueError(f"{account.id} has no objective; there is nothing to close")
    before = account.books.closing
    fresh = replace(account, books=Books())
    figures = result(fresh.bundle)
    return Closing(
        subject=Subject.AGREEMENT if account.agreement else Subject.OBJECTIVE,
        id=account.id if before is None else before.id,
        month=account.label,
        revision=0 if before is None else before.revision + 1,
        zone=account.zone,
        bounds=account.month,
        figures=figures,
        bundle=write(fresh.bundle)
        | {"tzdata": made.tzdata, "engine": made.engine, "resolution_seconds": account.every},
        inputs=encode(fresh),
        terms=dict(made.terms),
        settings=made.settings,
        engine=made.engine,
        tzdata=made.tzdata,
        reason=reason.strip(),
        overruled=tuple(item.text for item in overruled),
        difference=() if before is None else differences(before.figures, figures),
        actor=actor,
        at=at,
    )


def inputs_of(kept: Closing) -> Account:
    """The account as it was when it was closed. Raises ValueError for a record that cannot be read."""
    return decode(Account, kept.inputs)


def kept_account(kept: Closing, proposal: Proposal = Proposal()) -> Account:  # noqa: B008 - frozen
    """The closed month as an account: its figure is the one in the books, whatever is stored now."""
    return replace(inputs_of(kept), books=Books(kept.stage, kept, proposal))


def propose(kept: Closing, live: Account) -> Proposal:
    """What a revision would change: the figures' fields, and the facts behind them. False when nothing differs.

    `live` is the month made from what is stored now, by the terms it was closed with.
    """
    return Proposal(
        figures=differences(kept.figures, result(replace(live, books=Books()).bundle)),
        facts=tuple(changes(inputs_of(kept), live)),
    )


def _never(account: Account, now: Seconds) -> str | None:
    if account.target is None:
        return "it has no objective, so there is nothing to close"
    if now < account.month.end:
        return f"the month is not over before {format_instant(account.month.end)}"
    if not account.final:
        return f"it is settled only up to {format_instant(account.settled.end)}; let `janji up` judge the rest first"
    return None


def _doubts(account: Account, now: Seconds, floor: Fraction) -> Iterator[Obstacle]:
    grace = account.month.end + GRACE
    if now < grace:
        text = f"late results and approvals are waited for until {format_instant(grace)}"
        yield Obstacle(f"{text}; closing it early takes a reason", answerable=True, early=True)
    for case in account.pending:
        yield Obstacle(f"{case.request.id} ({case.request.kind}) is pending", answerable=True)
    for part, missing in account.unreported:
        first, more = missing[0], f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        period = f"{format_instant(first.start)} to {format_instant(first.end)}{more}"
        yield Obstacle(f"{part.component} has no report of its vendor for {period}", answerable=True)
    figure = account.figure
    if figure.coverage is not None and figure.coverage < floor:
        measured = f"{percent(figure.coverage)} % of the agreed time was measured"
        yield Obstacle(f"only {measured}, less than {percent(floor)} %", answerable=True)
    proven = None if account.target is None else verdict(figure, account.target)
    if proven is None:
        yield Obstacle("nothing was measured, so there is no verdict", answerable=True)
    elif proven is Judgement.INDETERMINATE:
        yield Obstacle("the verdict is indeterminate: what was not measured could turn it", answerable=True)
