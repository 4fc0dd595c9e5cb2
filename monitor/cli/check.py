"""`janji check`: probes one check now, from here, and shows what it saw. Stores nothing."""

import asyncio
import sys
from dataclasses import asdict

import click

from monitor.cli.context import Context, lookup, now
from monitor.cli.output import json_option, write_json
from monitor.core.calendar import format_instant
from monitor.core.failure import SENTENCES
from monitor.core.heartbeat import Heard, Listening, begun
from monitor.core.model import Result, Seconds, State, digest
from monitor.core.text import latency, left_time
from monitor.probes.base import Beats, Check, Way
from monitor.probes.lag import SystemClock
from monitor.probes.run import observe
from monitor.probes.session import Ways, open_context
from monitor.settings.hub import Settings
from monitor.settings.wording import near

_PHASES = (
    ("DNS", "dns_ms"),
    ("connect", "connect_ms"),
    ("TLS", "tls_ms"),
    ("first byte", "first_byte_ms"),
    ("total", "total_ms"),
)


@click.command("check")
@click.argument("name", metavar="COMPONENT[/CHECK]")
@json_option
@click.pass_obj
def command(context: Context, name: str, as_json: bool) -> None:
    """Probe one check now and show what was seen; nothing is stored.

    The check's name may be left out where the component has one check.
    Exit code 0: up or degraded; 1: down or unknown; 2: no such check.

    \b
    Example:
      janji check api/health
    """
    settings = context.load().settings
    component, check = chosen(settings, name)
    beats = _beats(context, settings, component, check) if check.at_hub else None
    result = asyncio.run(_probe(component, check, _way(settings, check), beats))
    if as_json:
        write_json(_document(result))
    else:
        _say(result)
    sys.exit(0 if result.outcome in (State.UP, State.DEGRADED) else 1)


def chosen(settings: Settings, name: str) -> tuple[str, Check]:
    """The component and the check of that name. Raises click.UsageError naming the nearest."""
    wanted, _, check = name.partition("/")
    found = next((item for item in settings.components if item.id == wanted), None)
    if found is None:
        hint = near(wanted, [item.id for item in settings.components])
        raise click.UsageError(f"there is no component {wanted}; {hint}")
    if found.reported:
        raise click.UsageError(f"{wanted} is not probed, its vendor reports it; see `janji reported list`")
    names = [item.id or item.kind for item in found.checks]
    if not check and len(names) > 1:
        raise click.UsageError(f"{wanted} has several checks; write one of {', '.join(f'{wanted}/{i}' for i in names)}")
    if check and check not in names:
        hint = near(f"{wanted}/{check}", [f"{wanted}/{item}" for item in names])
        raise click.UsageError(f"there is no check {wanted}/{check}; {hint}")
    return wanted, found.checks[names.index(check) if check else 0]


def _beats(context: Context, settings: Settings, component: str, check: Check) -> Beats:
    """What the hub's database says of a job. Read before the probe: it would hold up the loop that is watched."""
    store, at = context.reading(settings), now()
    try:
        found = store.beats.heard(component, check.id or check.kind, at), store.beats.listening() or begun(at)
    finally:
        store.close()

    async def heard(_component: str, _check: str, _slot: Seconds, _patience: float) -> tuple[Heard, Listening]:
        return found

    return heard


def _way(settings: Settings, check: Check) -> Way:
    """How the check's first location in the hub leaves; this machine's own way where none probes it."""
    ways = (item.way for item in settings.locations if not item.agent and item.name in (check.locations or ()))
    return next(ways, Way())


async def _probe(component: str, check: Check, way: Way, beats: Beats | None) -> Result:
    definition = digest(check.definition())
    async with open_context(lookup, beats=beats) as lent:
        ways = Ways(lent)
        try:
            return await observe(component, check, "here", now(), definition, ways.context(way), SystemClock())
        finally:
            await ways.close()


def _document(result: Result) -> dict[str, object]:
    failure, expires = result.failure, result.certificate_expires
    return {
        "component": result.component,
        "check": result.check,
        "outcome": result.outcome.value,
        "attempts": result.attempts,
        "phases": asdict(result.phases),
        "failure": None
        if failure is None
        else {"kind": failure.kind.value, "sentence": SENTENCES[failure.kind], "detail": failure.detail},
        "certificate_expires": None if expires is None else format_instant(expires),
    }


def _say(result: Result) -> None:
    tries = " (second attempt; the first one failed)" if result.attempts > 1 else ""
    click.echo(f"{result.component}/{result.check} is {result.outcome.value}{tries}")
    if result.failure is not None:
        detail = f" ({result.failure.detail})" if result.failure.detail else ""
        click.echo(f"  {SENTENCES[result.failure.kind]}{detail}")
    phases = asdict(result.phases)
    for word, key in _PHASES:
        if phases[key] is not None:
            click.echo(f"  {word:<11}{latency(phases[key]):>9}")
    if result.certificate_expires is not None:
        click.echo(f"  certificate expires {_expiry(result.certificate_expires, now())}")


def _expiry(expires: Seconds, moment: Seconds) -> str:
    left = expires - moment
    when = f"in {left_time(left)}" if left > 0 else "in the past"
    return f"{format_instant(expires)} ({when})"
