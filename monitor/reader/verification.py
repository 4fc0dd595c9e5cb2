"""Holding the closed books against what is stored now: each closing by itself, by the ledger, and by the facts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from monitor.core.attest import Fact, unattested, unattested_settings
from monitor.core.books import Closing, Difference, Stage, differences, worded
from monitor.core.bundle import EvidenceError
from monitor.core.closing import inputs_of, propose
from monitor.core.evidence import recompute, result
from monitor.core.ledger import Entry, first_break
from monitor.core.model import Seconds
from monitor.reader.accounts import Accounts
from monitor.reader.reporting import misreported
from monitor.reader.snapshot import Snapshot
from monitor.settings.hub import Settings
from monitor.storage.books import CLOSED, REVISED, Key, StoredClosing
from monitor.storage.decisions import entered_decision, entered_request
from monitor.storage.incidents import ENTERED as TOLD
from monitor.storage.incidents import entered as entered_event
from monitor.storage.notices import entered
from monitor.storage.pauses import PAUSED, RESUMED, entered_resumption
from monitor.storage.pauses import entered as entered_pause
from monitor.storage.renamings import ENTERED as RENAMED
from monitor.storage.renamings import entered as entered_renaming
from monitor.storage.store import Store
from monitor.storage.vendor_reports import ENTERED
from monitor.storage.vendor_reports import entered as entered_report


@dataclass(frozen=True, slots=True)
class Verified:
    """A closed month, its newest closing, and a sentence for each thing that does not hold."""

    closing: Closing
    wrong: tuple[str, ...]


CHECKED = (
    "every closed month against what is stored now, its own evidence and its own facts",
    "the ledger's chain, and against it notices, incidents, requests, decisions, pauses, closings and settings as "
    "loaded",
    "every sealed day against its digests and the ledger",
)
UNJUDGED = "spans against the results they were judged from: `janji verify --from` names the time"
"""Of a verification that judges nothing again."""
NOT_CHECKED = ("tokens, alerts and messages sent", "whether the whole database, ledger included, was written anew")


class Verification:
    """Looks at one store by one version of the settings."""

    def __init__(self, store: Store, settings: Settings, now: Seconds) -> None:
        self._store = store
        self._accounts = Accounts(Snapshot(store), settings)
        self._now = now
        self._entries = store.ledger()
        self._heads = store.books.heads()

    def months(self, month: str | None = None) -> list[Key]:
        """What is closed, of one month or of all, the oldest month first."""
        return [key for key in self._heads if month in (None, key[2])]

    def of_ledger(self) -> tuple[str, ...]:
        """Whether the chain holds, whether all that is stored of what it tells is what it says, and whether the seconds
        of reported components are those of their vendors' reports."""
        broken = first_break(self._entries)
        told = [] if broken is None else [f"ledger: {broken}"]
        settings = unattested_settings(self._store.stored_settings(), self._entries)
        facts = unattested(self._facts(), self._entries)
        return (*told, *facts, *settings, *self._store.damaged(), *misreported(self._store))

    def of_month(self, key: Key) -> Verified:
        """Every revision by itself, and the newest one against what is stored now."""
        stored = self._store.books.revisions(*key)
        entries = {entry.number: entry for entry in self._entries}
        wrong = [sentence for number, item in enumerate(stored) for sentence in _by_itself(item, number, entries)]
        newest = stored[-1].closing
        return Verified(newest, (*wrong, *self._by_facts(newest)))

    def _by_facts(self, kept: Closing) -> Iterator[str]:
        try:
            found = propose(kept, self._accounts.recomputed(kept, self._now))
        except ValueError as error:
            yield f"it cannot be computed again: {error}"
            return
        yield from found.facts
        if found.figures:
            yield f"what is stored now gives another figure: {worded(found.figures)}"

    def _facts(self) -> Iterator[Fact]:
        for record in self._store.notices.all(as_entered=True):
            if record.published:
                yield Fact("notice", entered(record), record.actor)
        for case in self._store.decisions.all(as_entered=True):
            request, decision = case.request, case.decision
            yield Fact(f"{request.type} requested", entered_request(request), request.requested_by)
            if decision is not None:
                yield Fact(f"{request.type} {case.status}", entered_decision(request.id, decision), decision.by)
        for report in self._store.vendor_reports.all(as_entered=True):
            yield Fact(ENTERED, entered_report(report), report.entered_by)
        for id_, event in self._store.incidents.entries():
            yield Fact(TOLD, entered_event(id_, event), event.actor)
        for renaming in self._store.renamings.all():
            yield Fact(RENAMED, entered_renaming(renaming), renaming.actor)
        for pause in self._store.pauses.all(as_entered=True):
            yield Fact(PAUSED, entered_pause(pause), pause.by)
            if pause.resumed_at is not None:
                yield Fact(RESUMED, entered_resumption(pause), pause.resumed_by)
        for key in self._heads:
            for item in self._store.books.revisions(*key):
                kind = CLOSED if item.closing.stage is Stage.CLOSED else REVISED
                yield Fact(kind, item.closing.entry, item.closing.actor)


def _by_itself(item: StoredClosing, number: int, entries: Mapping[int, Entry]) -> Iterator[str]:
    kept = item.closing
    named = f"revision {kept.revision}: " if kept.revision else ""
    if kept.revision != number:
        yield f"revision {number} is gone"
    if item.inputs_digest != kept.digests["inputs"]:
        yield f"{named}the facts kept with it are not those that were closed"
    sealed = kept.seal and entries.get(kept.seal.number)
    if kept.seal is not None and (sealed is None or sealed.digest != kept.seal.digest):
        yield f"{named}ledger entry {kept.seal.number} is not the one it was sealed with"
    for origin, difference in _recomputed(kept):
        if isinstance(difference, str):
            yield f"{named}{origin} cannot be read: {difference}"
        else:
            was = f"the closed figure says {_text(difference.old)}"
            yield f"{named}{difference.field}: {was}, and {origin} {_text(difference.new)}"


def _recomputed(kept: Closing) -> Iterator[tuple[str, Difference | str]]:
    """What computing a closing again from its own evidence, and from its own facts, gives otherwise."""
    try:
        output = recompute(kept.bundle, ZoneInfo, default_name=kept.name)["vectors"]
        found = output[0]["result"] if isinstance(output, list) else {}
        yield from (("its evidence gives", item) for item in differences(kept.figures, found))
    except (EvidenceError, ValueError, KeyError) as error:
        yield "its evidence", str(error)
    try:
        own = result(inputs_of(kept).bundle)
        yield from (("the facts kept with it give", item) for item in differences(kept.figures, own))
    except (ValueError, KeyError) as error:
        yield "the facts kept with it", str(error)


def _text(value: object) -> str:
    return "nothing" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
