"""Closing and revising months: what may be closed, what speaks against it, and the record that is stored.

One path for whoever asks: the command and the API. Rules are those of `core.closing`.
"""

from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import version
from zoneinfo import ZoneInfo

from monitor import __version__
from monitor.core.account import Account
from monitor.core.books import Books, Closing, Subject
from monitor.core.closing import Made, Obstacle, closing, obstacles, standing
from monitor.core.model import Seconds
from monitor.reader.accounts import Accounts
from monitor.reader.asking import NotThere
from monitor.reader.snapshot import Snapshot
from monitor.settings.hub import Settings
from monitor.settings.wording import near
from monitor.storage.store import Store


class Refused(ValueError):
    """A month is not closed or revised; `why` holds a sentence for each reason."""

    def __init__(self, why: Iterable[str]) -> None:
        self.why = tuple(why)
        super().__init__("; ".join(self.why))


class Bookkeeping:
    """Closes and revises months of one store under one version of the settings."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    @property
    def _accounts(self) -> Accounts:
        """Of this moment: each closing is made from what is stored by then."""
        return Accounts(Snapshot(self._store), self._settings)

    def subjects(self, month: str) -> list[tuple[Subject, str]]:
        """Everything that has a month to close, closed or not: agreements, then components with an objective."""
        zone = ZoneInfo(self._settings.page.zone)
        accounts = self._accounts
        serving = [item for item in accounts.components(month, zone) if accounts.agreed.objective_of(item, month, zone)]
        agreed = [(Subject.AGREEMENT, item) for item in accounts.agreements(month)]
        return [*agreed, *((Subject.OBJECTIVE, item) for item in serving)]

    def open(self, month: str) -> list[tuple[Subject, str]]:
        """All that is not closed yet."""
        closed = self._store.books.heads()
        return [(subject, item) for subject, item in self.subjects(month) if (subject, item, month) not in closed]

    def closed(self, month: str) -> list[tuple[Subject, str]]:
        """All that is in the books of a month, of subjects that left the settings too."""
        return [(subject, item) for subject, item, label in self._store.books.heads() if label == month]

    def known(self, subject: Subject, identifier: str, month: str) -> None:
        """Raises NotThere naming the nearest for what has no such month to close and never had."""
        there = [*self.subjects(month), *self.closed(month)]
        if (subject, self._current(subject, identifier)) not in there:
            names = list(dict.fromkeys(item for kind, item in there if kind is subject))
            hint = near(identifier, names) if names else "there is none"
            raise NotThere(f"there is no {subject} {identifier!r} to close in {month}; {hint}")

    def account(self, subject: Subject, identifier: str, month: str, now: Seconds) -> Account:
        """Raises KeyError for what never was."""
        if subject is Subject.AGREEMENT:
            return self._accounts.agreement(identifier, month, now)
        return self._accounts.month(self._current(subject, identifier), month, ZoneInfo(self._settings.page.zone), now)

    def close(
        self, subject: Subject, identifier: str, month: str, *, actor: str, now: Seconds, reason: str, early: bool
    ) -> Closing:
        """Closes a month and seals it in the ledger. Raises Refused."""
        made = self.closing(subject, identifier, month, actor=actor, now=now, reason=reason, early=early)
        return append(self._store, made)

    def revise(
        self, subject: Subject, identifier: str, month: str, *, actor: str, now: Seconds, reason: str
    ) -> Closing:
        """Accepts what is stored now in place of what was closed; the old figures stay readable. Raises Refused."""
        return append(self._store, self.revision(subject, identifier, month, actor=actor, now=now, reason=reason))

    def closing(
        self, subject: Subject, identifier: str, month: str, *, actor: str, now: Seconds, reason: str, early: bool
    ) -> Closing:
        """The month as it can be closed; `append` stores it. Raises Refused."""
        account = self.account(subject, identifier, month, now)
        if account.books.closing is not None:
            raise Refused(["it is closed already; a revision accepts what changed since"])
        found = _answered(account, now, early=early, reason=reason)
        made = self._made(self._accounts.terms_document(account))
        return closing(account, made, actor=actor, at=now, reason=reason, overruled=found)

    def revision(
        self, subject: Subject, identifier: str, month: str, *, actor: str, now: Seconds, reason: str
    ) -> Closing:
        """The month as it can be revised; `append` stores it. Raises Refused."""
        books = self.account(subject, identifier, month, now).books
        if books.closing is None:
            raise Refused(["it is not closed, and only what is closed can be revised"])
        if not books.proposal:
            raise Refused(["nothing that is stored differs from the closed books, so there is nothing to revise"])
        if not reason.strip():
            raise Refused(["a revision needs a reason: an auditor reads it"])
        live = replace(self._accounts.recomputed(books.closing, now), books=books)
        # `figure` of a closed account is the closed one: what speaks against the new one is asked of that alone.
        found = _answered(replace(live, books=Books()), now, early=True, reason=reason)
        made = self._made(books.closing.terms)
        return closing(live, made, actor=actor, at=now, reason=reason, overruled=found)

    def _current(self, subject: Subject, identifier: str) -> str:
        return self._accounts.current(identifier) if subject is Subject.OBJECTIVE else identifier

    def _made(self, terms: dict[str, object]) -> Made:
        return Made(terms, self._settings.digest, f"janji {__version__}", version("tzdata"))


def append(store: Store, made: Closing) -> Closing:
    """Stores a closing or a revision, sealed in the ledger. Raises Refused where somebody else was faster."""
    try:
        return store.books.append(made)
    except ValueError as error:
        raise Refused([str(error)]) from None


def _answered(account: Account, now: Seconds, *, early: bool, reason: str) -> tuple[Obstacle, ...]:
    """What speaks against it and was answered. Raises Refused with what was not."""
    found = obstacles(account, now)
    left = standing(found, early=early, reason=reason)
    if left:
        hint = ["a reason answers it"] if all(item.answerable and not item.early for item in left) else []
        raise Refused([*(item.text for item in left), *hint])
    return found
