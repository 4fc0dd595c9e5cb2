"""What a hub tells of itself, in one small file beside its spool: messages owed past the database, and what stands.

The file is replaced as a whole. Where the disk does not take it, what it would hold is in memory alone: a hub that is
started again then may tell once more. Addresses are kept as settings write them, references unresolved.
"""

import json
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

from monitor.core.alert import Attachment, Message
from monitor.core.alerting.own import Standing
from monitor.core.delivery import INSTEAD, instead
from monitor.core.model import Seconds
from monitor.core.record import decode, encode
from monitor.storage.outbox import Owed
from monitor.storage.whole_file import replace_file

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OwnWritten:
    """A message in words for one channel, and whom it goes to."""

    event: str
    channel: str
    targets: Sequence[str]
    message: Message


@dataclass(frozen=True, slots=True)
class _Paper:
    """All that the file holds. `booked`: the numbers of messages that the database knows by now."""

    standing: Standing = field(default_factory=Standing)
    messages: tuple[Owed, ...] = ()
    last: int = 0
    booked: tuple[int, ...] = ()


class OwnMessages:
    """As `storage.outbox.OutboxRows` for those who send. Never raises for the disk's sake; safe between threads, and a
    disk that hangs holds up the one thread that writes."""

    def __init__(self, path: Path) -> None:
        """Takes over what an earlier process left; what cannot be read is set aside, and logged."""
        self._path = path
        self._lock = Lock()
        self._writing = Lock()
        self._complained = False
        self._paper = _read(path)
        self._written = self._paper

    @property
    def outbox(self) -> "OwnMessages":
        return self

    @property
    def acknowledgements(self) -> "OwnMessages":
        return self

    @property
    def standing(self) -> Standing:
        """What ails the hub and what was told of it, as kept last."""
        return self._paper.standing

    def keep(self, standing: Standing, letters: Iterable[OwnWritten], now: Seconds) -> None:
        """Owes letters and keeps what stands with them: both, or neither."""

        def kept(paper: _Paper) -> _Paper:
            paper = replace(paper, standing=standing)
            for letter in letters:
                paper = _owing(paper, letter, (standing.no,), now)
            if standing.heard:
                return paper
            # Nothing more is said of these: what became of them is in the database.
            left = tuple(item for item in paper.messages if item.no not in paper.booked)
            return replace(paper, messages=left, booked=())

        self._turn(kept)

    def unbooked(self) -> list[Owed]:
        """What was sent or given up and the database does not know yet."""
        return [item for item in self._paper.messages if _is_done(item) and item.no not in self._paper.booked]

    def book(self, numbers: Iterable[int]) -> None:
        """Notes that the database knows of these."""
        self._turn(lambda paper: replace(paper, booked=(*paper.booked, *numbers)))

    def waiting(self) -> list[Owed]:
        """What is owed and neither sent nor given up, oldest first."""
        return [item for item in self._paper.messages if not _is_done(item)]

    def claim(self, numbers: Collection[int], holder: str, now: Seconds) -> set[int]:
        """All of them: nobody else reads this file."""
        return set(numbers)

    def sent(self, no: int, now: Seconds) -> None:
        self._change(no, sent_at=now, last_error="")

    def retry(self, no: int, next_try: Seconds, error: str, holder: str = "") -> None:
        self._change(no, next_try=next_try, last_error=error)

    def give_up(self, no: int, now: Seconds, error: str, holder: str = "") -> None:
        self._change(no, failed_at=now, last_error=error)

    def stand_in(self, owed: Owed, channel: str, targets: Iterable[str], message: Message, now: Seconds) -> bool:
        """Owes a message to another channel in place of one that cannot be delivered, once; says whether it did."""
        event = instead(owed.event, owed.channel)
        letter = OwnWritten(event, channel, tuple(targets), message)
        if any((item.event, item.channel) == (event, channel) for item in self._paper.messages):
            return False
        self._turn(lambda paper: _owing(paper, letter, owed.about, now))
        return bool(letter.targets)

    def stood_in(self, owed: Owed) -> bool:
        """Whether another channel was told, instead of this one, of what a message is about."""
        ending = f"{INSTEAD}{owed.channel}"
        return any(item.event.endswith(ending) and item.about == owed.about for item in self._paper.messages)

    def attachment(self, number: int) -> Attachment:
        raise LookupError("what a hub says of itself has no attachment")

    def key(self) -> str:
        raise LookupError("what a hub says of itself has no link to acknowledge by")

    def _change(self, no: int, **values: object) -> None:
        def changed(paper: _Paper) -> _Paper:
            found = (
                replace(item, tries=item.tries + 1, **values) if item.no == no else item  # type: ignore[arg-type]
                for item in paper.messages
            )
            return replace(paper, messages=tuple(found))

        self._turn(changed)

    def _turn(self, change: Callable[[_Paper], _Paper]) -> None:
        """Changes what is in memory, then writes what is new on the disk; what it refused is tried again."""
        with self._lock:
            self._paper = change(self._paper)
        if not self._writing.acquire(blocking=False):
            return  # whoever writes now writes this, too
        try:
            while _told(paper := self._paper) != _told(self._written):
                _write(self._path, paper)
                self._complained, self._written = False, paper
        except OSError as error:
            if not self._complained:
                logger.error("what is told of this hub is kept in memory alone, the disk does not take it: %s", error)
            self._complained = True
        finally:
            self._writing.release()


def _owing(paper: _Paper, letter: OwnWritten, about: tuple[int, ...], now: Seconds) -> _Paper:
    for target in dict.fromkeys(letter.targets):
        no = paper.last + 1
        owed = Owed(no, letter.event, letter.channel, target, letter.message, now, now, 0, None, None, "", None, about)
        paper = replace(paper, messages=(*paper.messages, owed), last=no)
    return paper


def _is_done(item: Owed) -> bool:
    return item.sent_at is not None or item.failed_at is not None


def _told(paper: _Paper) -> _Paper:
    """Without the moment of the last look, which alone is no reason to write; but for once a minute in trouble."""
    at = paper.standing.at // 60 if paper.standing.lasting else 0
    return replace(paper, standing=replace(paper.standing, at=at))


def _read(path: Path) -> _Paper:
    try:
        return decode(_Paper, json.loads(path.read_bytes()))
    except FileNotFoundError:
        return _Paper()
    except (OSError, ValueError, TypeError) as error:
        logger.error("%s cannot be read and is set aside as damaged-%s: %s", path, path.name, error)
        with suppress(OSError):
            path.rename(path.with_name(f"damaged-{path.name}"))
        return _Paper()


def _write(path: Path, paper: _Paper) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, json.dumps(encode(paper)).encode(), mode=0o600)
