"""What the maintenance commands work with: the stored maintenances, and the way to write to them."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import click

from monitor.cli.context import Context, actor, now
from monitor.cli.moments import moment, parse_length, parse_time
from monitor.cli.output import write_json
from monitor.core.model import Seconds
from monitor.core.notice import NoticeAction, NoticeEvent, extend
from monitor.reader.accounts import Accounts
from monitor.reader.announced import Stored, stored
from monitor.reader.effects import capped
from monitor.reports import notice_words as words
from monitor.settings.hub import Settings
from monitor.settings.wording import near
from monitor.storage.notices import NoticeRecord
from monitor.storage.store import Store

SCOPE = "maintenance"
_LOOK_EVERY = 0.2


@dataclass(frozen=True, slots=True)
class Desk:
    """What each of these commands works with."""

    settings: Settings
    store: Store

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.page.zone)

    def all(self) -> dict[str, Stored]:
        return stored(self.store.notices.all())

    def one(self, id_: str) -> Stored:
        """Raises click.UsageError naming the nearest."""
        found = self.all()
        if id_ not in found:
            raise click.UsageError(f"there is no maintenance {id_}; {near(id_, list(found))}")
        return found[id_]

    def capped(self, item: Stored) -> list[str]:
        """Sentences on agreements that exclude no more of it."""
        accounts = Accounts(self.store, self.settings)
        return list(words.beyond_cap(capped(accounts, self.settings, item.id, item.events, now())))

    def append(self, id_: str, event: NoticeEvent) -> NoticeRecord:
        """Raises click.ClickException with the sentence of `core.notice` where the event does not follow."""
        try:
            return self.store.notices.append(id_, event, actor=actor(self.store, SCOPE))
        except ValueError as error:
            raise click.ClickException(str(error)) from None

    def consequences(self, before: Stored, event: NoticeEvent) -> list[str]:
        """What an event would do. Raises click.ClickException where it does not follow from what stands."""
        try:
            after = extend(before.events, event)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        if event.action is NoticeAction.REVISE:
            return list(words.consequences(before.events, after, self.zone))
        return [words.ended(after, self.zone)]

    def published(self, record: NoticeRecord, wait: Seconds) -> NoticeRecord:
        return published(self.store, record, wait)

    def known(self, components: Sequence[str]) -> tuple[str, ...]:
        """The components, each once. Raises click.UsageError naming the nearest to one that is not there."""
        ids = [component.id for component in self.settings.components]
        for name in components:
            if name not in ids:
                raise click.UsageError(f"there is no component {name}; {near(name, ids)}")
        return tuple(dict.fromkeys(components))


@contextmanager
def desk_of(context: Context, *, reading: bool = False) -> Iterator[Desk]:
    """A desk on the settings' store, closed afterwards."""
    settings = context.load().settings
    store = context.reading(settings) if reading else context.store(settings)
    try:
        yield Desk(settings, store)
    finally:
        store.close()


def published(store: Store, record: NoticeRecord, wait: Seconds) -> NoticeRecord:
    """The record once the hub has stamped it, or as it is when the wait is over."""
    give_up = time.monotonic() + wait
    while True:
        found = next(item for item in store.notices.all() if item.no == record.no)
        if found.published or time.monotonic() >= give_up:
            return found
        time.sleep(_LOOK_EVERY)


def period_of(
    zone: ZoneInfo, begins: Seconds, end: str | None, lasts: str | None, before: Seconds | None
) -> tuple[Seconds, Seconds]:
    """Start and end; `before` is the end so far. Raises click.UsageError where they make no period."""
    if end is not None and lasts is not None:
        raise click.UsageError("give --end or --for, not both")
    if lasts is not None:
        ends = begins + parse_length(lasts)
    elif end is not None:
        ends = parse_time(end, zone)
    elif before is not None:
        ends = before
    else:
        raise click.UsageError("a maintenance needs an end; give --end TIME or --for DURATION")
    if ends <= begins:
        raise click.UsageError(f"it would end {moment(ends, zone)}, before it starts {moment(begins, zone)}")
    return begins, ends


def answer(desk: Desk, stored: Stored, record: NoticeRecord, lines: Sequence[str], as_json: bool) -> None:
    """What was written, and what it is worth."""
    if not record.published:
        lines = [
            *lines,
            "Not published yet: the hub is not running, or has not shown it so far. It is published when the page "
            "shows it, and notice counts from then: what is said above holds for a publication right now.",
        ]
    if as_json:
        write_json({**words.document(stored, now()), "says": list(lines)})
    else:
        for line in lines:
            click.echo(line)
