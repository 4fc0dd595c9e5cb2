"""The store as one look at it sees it: what is asked of it again and again is read once.

Without it a page of n components reads all components and all terms n times over.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Generic, Protocol, TypeVar

from monitor.core.books import Closing, Subject
from monitor.core.decision import Case, corrected
from monitor.core.model import Seconds, Span
from monitor.core.notice import NoticeEvent
from monitor.core.pause import Pause
from monitor.core.timeline import Terms
from monitor.core.vendor import VendorReport
from monitor.storage.books import Key
from monitor.storage.store import ComponentFacts, Store
from monitor.storage.terms import LoadedSettings

T = TypeVar("T")


class Announced(Protocol):
    """The notices that accounts are made from."""

    def by_maintenance(self) -> Mapping[str, Sequence[NoticeEvent]]: ...


class Decided(Protocol):
    """The requested exclusions and corrections, with what was decided on them."""

    def by_component(self) -> Mapping[str, Sequence[Case]]: ...


class Closed(Protocol):
    """The closed books."""

    def heads(self) -> Mapping[Key, int]: ...

    def latest(self, subject: Subject, identifier: str, month: str) -> Closing | None: ...


class Said(Protocol):
    """What the vendors of components that are not probed reported."""

    def by_component(self) -> Mapping[str, Sequence[VendorReport]]: ...


class Named(Protocol):
    """What components that were given another id are called now."""

    def current(self) -> Mapping[str, str]: ...


class Held(Protocol):
    """The pauses of components."""

    def by_component(self) -> Mapping[str, Sequence[Pause]]: ...


class Facts(Protocol):
    """The part of a store that accounts are made from: a `Store`, or a `Snapshot` of one."""

    @property
    def books(self) -> Closed: ...

    @property
    def notices(self) -> Announced: ...

    @property
    def decisions(self) -> Decided: ...

    @property
    def vendor_reports(self) -> Said: ...

    @property
    def renamings(self) -> Named: ...

    @property
    def pauses(self) -> Held: ...

    def components(self) -> Mapping[str, ComponentFacts]: ...

    def terms(self) -> Mapping[str, Sequence[Terms]]: ...

    def settings_versions(self) -> Sequence[LoadedSettings]: ...

    def spans(self, component: str, start: Seconds, end: Seconds) -> list[Span]: ...

    @property
    def origin(self) -> Store: ...


@dataclass(frozen=True, slots=True)
class _Read(Generic[T]):
    """What was read once, by component."""

    found: Mapping[str, Sequence[T]]

    def by_component(self) -> Mapping[str, Sequence[T]]:
        return self.found


class Snapshot:
    """Facts of one moment. Spans that ended before `since` (None: all) are read from the store when they are asked
    for."""

    def __init__(self, store: Store, since: Seconds | None = None) -> None:
        self._store = store
        self._since = since
        self._components = store.components()
        self._spans = {} if since is None else store.spans_since(since)

    @property
    def origin(self) -> Store:
        """The store, for what is asked for once: spans as they were judged, and what they were judged from."""
        return self._store

    def components(self) -> Mapping[str, ComponentFacts]:
        return self._components

    def terms(self) -> Mapping[str, Sequence[Terms]]:
        return self._terms

    def settings_versions(self) -> Sequence[LoadedSettings]:
        return self._settings_versions

    @property
    def books(self) -> Closed:
        return self

    def heads(self) -> Mapping[Key, int]:
        return self._heads

    def latest(self, subject: Subject, identifier: str, month: str) -> Closing | None:
        closed = (subject, identifier, month) in self._heads
        return self._store.books.latest(subject, identifier, month) if closed else None

    @property
    def notices(self) -> Announced:
        return self

    def by_maintenance(self) -> Mapping[str, Sequence[NoticeEvent]]:
        return self._by_maintenance

    @property
    def decisions(self) -> Decided:
        return self

    def by_component(self) -> Mapping[str, Sequence[Case]]:
        return self._by_component

    @property
    def renamings(self) -> Named:
        return self

    def current(self) -> Mapping[str, str]:
        return self._names

    @cached_property
    def vendor_reports(self) -> Said:
        return _Read(self._store.vendor_reports.by_component())

    @cached_property
    def pauses(self) -> Held:
        return _Read(self._store.pauses.by_component())

    def spans(self, component: str, start: Seconds, end: Seconds) -> list[Span]:
        """As `Store.spans`, with what approved corrections say laid over them."""
        if self._since is None or start < self._since:
            return self._corrected(component, self._store.spans(component, start, end))
        known = self._spans.get(component, [])
        first = max(0, bisect_right(known, start, key=attrgetter("start")) - 1)
        last = bisect_right(known, end - 1, key=attrgetter("start"))
        return self._corrected(component, [span for span in known[first:last] if span.end > start])

    def _corrected(self, component: str, spans: list[Span]) -> list[Span]:
        return corrected(spans, self._by_component.get(component, ()))

    @cached_property
    def _terms(self) -> Mapping[str, Sequence[Terms]]:
        return self._store.terms()

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return self._store.renamings.current()

    @cached_property
    def _heads(self) -> Mapping[Key, int]:
        return self._store.books.heads()

    @cached_property
    def _by_maintenance(self) -> Mapping[str, Sequence[NoticeEvent]]:
        return self._store.notices.by_maintenance()

    @cached_property
    def _by_component(self) -> Mapping[str, Sequence[Case]]:
        return self._store.decisions.by_component()

    @cached_property
    def _settings_versions(self) -> Sequence[LoadedSettings]:
        return self._store.settings_versions()
