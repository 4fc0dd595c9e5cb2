"""The commands that `janji exclusion` and `janji correction` share: request, approve, reject, list and show.

Before anything is written they say what an approval does to each figure that it concerns.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from monitor.cli.context import Context, actor, now
from monitor.cli.maintenance_desk import period_of
from monitor.cli.moments import parse_time
from monitor.cli.output import json_option, write_json, write_table
from monitor.cli.tables import Books, Unknown
from monitor.core.decision import (
    CORRECTION_KIND,
    Case,
    Decision,
    Request,
    RequestType,
    Status,
    check_decision,
    check_request,
)
from monitor.reader.accounts import Accounts
from monitor.reader.effects import Effect, effects, inferred_beside, seen_not_up, unlisted
from monitor.reports import case_words as words
from monitor.settings.wording import near

_reason = click.option("--reason", default="", metavar="TEXT", help="Why; an auditor reads it.")
_id = click.argument("id_", metavar="ID")


def group_of(type_: RequestType, about: str, example: str) -> click.Group:
    """The commands of one type of request."""
    group = click.Group(type_.value, help=about)
    for made in (_request(type_, example), _approve(type_), _reject(type_), _list(type_), _show(type_)):
        group.add_command(made)
    return group


def _request(type_: RequestType, example: str) -> click.Command:
    kinds, exclusion = sorted(type_.kinds), type_ is RequestType.EXCLUSION
    default: dict[str, Any] = {"default": CORRECTION_KIND} if kinds == [CORRECTION_KIND] else {"required": True}

    @click.option("--component", required=True, metavar="ID", help="The component it is about.")
    @click.option("--check", metavar="ID", help="A correction of this check alone.", hidden=exclusion)
    @click.option("--kind", type=click.Choice(kinds), help="What caused it.", **default)
    @click.option("--start", required=True, metavar="TIME", help="2026-11-09 14:00 in the page's zone, or with Z.")
    @click.option("--end", metavar="TIME", help="When it ended; or give --for.")
    @click.option("--for", "lasts", metavar="DURATION", help="How long it lasted: 40m, 2h.")
    @_reason
    @click.option("--evidence", default="", metavar="URL", help="A link to what proves it.")
    @json_option
    @click.pass_obj
    def request(context: Context, /, **asked: Any) -> None:
        with _held(context) as held:
            wanted = _wanted(type_, held, asked)
            found = effects(held.accounts, held.settings, wanted, wanted.requested_at)
            says = [
                *words.worth(wanted, seen_not_up(held.accounts, wanted)),
                *words.inferred(inferred_beside(held.accounts, wanted), held.zone),
                *words.lines(found, "If approved"),
            ]
            _say(says, asked["as_json"])
            case = Case(held.store.decisions.append(wanted))
            _answer(held, case, found, says, asked["as_json"])

    about = f"Request {words.AN[type_]}; nothing changes until it is approved."
    return click.command("request", help=_help(about, example))(request)


def _approve(type_: RequestType) -> click.Command:
    @_id
    @_reason
    @json_option
    @click.pass_obj
    def approve(context: Context, id_: str, reason: str, as_json: bool) -> None:
        _decide(context, type_, id_, approved=True, reason=reason, as_json=as_json)

    about = f"Approve {words.AN[type_]} that somebody else requested. Needs a token with the scope approve."
    return click.command("approve", help=_help(about, f"janji {type_} approve {type_}-3"))(approve)


def _reject(type_: RequestType) -> click.Command:
    @_id
    @_reason
    @json_option
    @click.pass_obj
    def reject(context: Context, id_: str, reason: str, as_json: bool) -> None:
        _decide(context, type_, id_, approved=False, reason=reason, as_json=as_json)

    about = f"Reject {words.AN[type_]}, or take back your own. Needs a token with the scope approve, and a reason."
    return click.command("reject", help=_help(about, f'janji {type_} reject {type_}-3 --reason "It was ours"'))(reject)


def _list(type_: RequestType) -> click.Command:
    @click.option("--pending", is_flag=True, help="Only those that nobody has decided.")
    @json_option
    @click.pass_obj
    def show_all(context: Context, pending: bool, as_json: bool) -> None:
        with _held(context, reading=True) as held:
            cases = [case for case in _cases(type_, held) if not pending or case.status is Status.PENDING]
            if as_json:
                write_json([words.document(case) for case in cases])
            elif cases:
                write_table(words.HEAD, [words.row(case, held.zone) for case in cases])
            else:
                click.echo(f"No {type_} {'is pending' if pending else 'was requested'}.")

    about = f"List every {type_} that was requested, and what was decided."
    return click.command("list", help=_help(about, f"janji {type_} list --pending"))(show_all)


def _show(type_: RequestType) -> click.Command:
    @_id
    @json_option
    @click.pass_obj
    def show(context: Context, id_: str, as_json: bool) -> None:
        with _held(context, reading=True) as held:
            case = _one(type_, held, id_)
            pending = case.status is Status.PENDING
            found = effects(held.accounts, held.settings, case.request, now()) if pending else []
            if as_json:
                write_json({**words.document(case), "effects": words.effects_document(found)})
                return
            for line in (*words.described(case, held.zone), *words.lines(found, "If approved")):
                click.echo(line)

    about = f"Show one {type_}; while it is pending, also what an approval would do."
    return click.command("show", help=_help(about, f"janji {type_} show {type_}-3"))(show)


def _decide(context: Context, type_: RequestType, id_: str, *, approved: bool, reason: str, as_json: bool) -> None:
    with _held(context) as held:
        case = _one(type_, held, id_)
        decision = Decision(approved, actor(held.store, "approve"), now(), reason.strip())
        try:
            check_decision(case, decision)
            if approved:
                _check_founded(held, case.request)
            found = effects(held.accounts, held.settings, case.request, decision.at) if approved else []
            says = [*words.doubts(case, decision), *words.lines(found, "This changes")]
            _say(says, as_json)
            decided = held.store.decisions.decide(id_, decision)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        _answer(held, decided, found, says, as_json)


def _wanted(type_: RequestType, held: Books, asked: dict[str, Any]) -> Request:
    """The request as typed. Raises click's errors with what to do."""
    if asked["end"] is None and asked["lasts"] is None:
        raise click.UsageError(f"a {type_} is for a period that is over; give --end TIME or --for DURATION")
    known = held.store.components()
    if asked["component"] not in known:
        raise Unknown(f"there is no component {asked['component']}; {near(asked['component'], sorted(known))}")
    begins, ends = period_of(held.zone, parse_time(asked["start"], held.zone), asked["end"], asked["lasts"], None)
    request = Request(
        id="",
        type=type_,
        kind=asked["kind"],
        component=asked["component"],
        check=asked["check"],
        start=begins,
        end=ends,
        reason=asked["reason"].strip(),
        evidence=asked["evidence"].strip(),
        requested_at=now(),
        requested_by=actor(held.store, "request"),
    )
    try:
        check_request(request)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    wrong = unlisted(held.accounts, held.settings, request, request.requested_at)
    if wrong is not None:
        raise click.UsageError(wrong)
    return request


def _check_founded(held: Books, request: Request) -> None:
    """Raises ValueError where what it would change cannot be judged (any more)."""
    wrong = held.accounts.unfounded(request)
    if wrong is not None:
        raise ValueError(wrong)


def _cases(type_: RequestType, held: Books) -> list[Case]:
    return [case for case in held.store.decisions.all() if case.request.type is type_]


def _one(type_: RequestType, held: Books, id_: str) -> Case:
    """Raises Unknown naming the nearest."""
    cases = {case.request.id: case for case in _cases(type_, held)}
    if id_ not in cases:
        raise Unknown(f"there is no {type_} {id_}; {near(id_, list(cases))}")
    return cases[id_]


def _say(lines: Sequence[str], as_json: bool) -> None:
    """At once, so that it stands there before anything is written."""
    if not as_json:
        for line in lines:
            click.echo(line)


def _answer(held: Books, case: Case, found: Sequence[Effect], says: Sequence[str], as_json: bool) -> None:
    done = words.done(case, held.zone)
    if as_json:
        write_json({**words.document(case), "effects": words.effects_document(found), "says": [*says, done]})
    else:
        click.echo(done)


def _help(about: str, example: str) -> str:
    lines = example.replace("\n", "\n    ")
    return f"{about}\n\n\b\nExample:\n  {lines}"


@contextmanager
def _held(context: Context, *, reading: bool = False) -> Iterator[Books]:
    settings = context.load().settings
    store = context.reading(settings) if reading else context.store(settings)
    try:
        yield Books(settings, store, Accounts(store, settings))
    finally:
        store.close()
