"""Delivering one message to one URL through Apprise, and telling what is wrong with a URL.

No text that leaves this file holds a part of a URL, save what `shown` gives.
"""

import asyncio
import contextlib
import logging
import mimetypes
import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.alert import Attachment, Message
from monitor.core.bounce import Bounce
from monitor.core.model import digest

if TYPE_CHECKING:
    from apprise import AppriseAttachment, AppriseResult

LONGEST = 30.0
"""Seconds that a try may take, whatever the receiver does."""

_MOST_HANGING = 4
_PAGERDUTY = ("pagerduty://", "pagerdutys://")
NEVER = frozenset({400, 401, 403, 404, 405, 410, 411, 413, 414, 415, 422, 431})
"""Answers that the same message to the same address gets again; any other may pass."""
_ANSWER = re.compile(r"error=(\d{3})\b|was refused: (\d{3})\b")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message. `error` holds no part of the URL; `permanent`: as it looks it will never be taken;
    `bounce`: what the answer says of the address itself."""

    delivered: bool
    error: str = ""
    permanent: bool = False
    bounce: Bounce | None = None


async def deliver(url: str, message: Message, *, longest: float = LONGEST) -> Delivery:
    """Sends, and waits for the answer at most `longest` seconds. Never raises for the receiver's sake.

    Runs in a thread of its own: Apprise's timeouts bound one read, and a receiver that drips holds a thread for
    as long as it likes (Apprise's own `timeout=` then starves the few threads that all its calls share). Such a
    thread is left behind; it does not keep the process from ending.
    """
    name = f"deliver-{digest(url)[:12]}"
    if sum(thread.name == name for thread in threading.enumerate()) >= _MOST_HANGING:
        return Delivery(delivered=False, error="earlier messages to it still hang")
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Delivery] = loop.create_future()

    def work() -> None:
        outcome = send(url, message)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, answer, outcome)

    def load() -> None:
        # A thread that is left behind while it imports aborts the process that ends meanwhile: this one is waited for.
        wrong_with(url)
        if not answer.done():
            threading.Thread(target=work, name=name, daemon=True).start()

    threading.Thread(target=load, name=name).start()
    try:
        async with asyncio.timeout(longest):
            return await answer
    except TimeoutError:
        return Delivery(delivered=False, error=f"no answer within {longest:g} s")


def send(url: str, message: Message) -> Delivery:
    """One try, for as long as it takes."""
    import apprise

    _mute()
    # Without a limit of its own it sends in this thread; with one (60 s if left out) in its shared pool.
    asset = apprise.AppriseAsset(app_id="Janji", app_desc="Janji", app_url="", async_mode=False, service_timeout=0)
    service = apprise.Apprise.instantiate(_threaded(url, message), asset=asset, suppress_exceptions=True)
    if service is None:
        return Delivery(delivered=False, error="this is not an address that Apprise knows", permanent=True)
    if "overflow=" not in url:
        # By itself Apprise hands on what is too long for a service, which then refuses it.
        service.overflow_mode = apprise.OverflowMode.SPLIT
    sender = apprise.Apprise(service, asset=asset)
    attached, body = message.attachment, message.body or message.title  # it refuses a message without a body
    if attached is not None and not service.attachment_support:
        # Apprise would send the text alone and say nothing of the file.
        body, attached = f"{body}\n{attached.remedy}".rstrip(), None
    try:
        result = sender.notify(
            title=message.title,
            body=body,
            attach=None if attached is None else _in_memory(attached),
            notify_type=message.type,
            body_format=apprise.NotifyFormat(message.format),
            log_level=logging.WARNING,
        )
    except Exception as error:
        return Delivery(delivered=False, error=f"the {_name(service)} plugin failed: {type(error).__name__}")
    return _outcome(_name(service), result)


def _threaded(url: str, message: Message) -> str:
    """The address with what lets the service find the trouble again that is over.

    PagerDuty resolves an incident by its key, and Apprise makes that of the title, which is another one by then.
    """
    if not (message.thread and url.lower().startswith(_PAGERDUTY)) or "dedup=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}action=map&dedup={message.thread}"


def wrong_with(url: str) -> str | None:
    """What is wrong with an Apprise URL, or None. The text holds no part of the URL."""
    import apprise

    _mute()
    if apprise.Apprise.instantiate(url, suppress_exceptions=True) is None:
        return "Apprise does not know this kind of address; see its list of services for how it is written"
    return None


def shown(url: str) -> str:
    """The URL for a reader: service and host, credentials masked, neither path nor query (both may hold keys)."""
    import apprise

    _mute()
    service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if service is None:
        return "an address that Apprise does not know"
    scheme, _, rest = str(service.url(privacy=True)).partition("://")  # type: ignore[no-untyped-call]
    place = rest.split("?")[0].split("/")[0]
    return f"{scheme}://{place}/…"


def _in_memory(attached: Attachment) -> "AppriseAttachment":
    """The file as Apprise takes it: from memory, so that none is left on a disk."""
    from apprise import AppriseAttachment
    from apprise.attachment.memory import AttachMemory

    guessed = mimetypes.guess_type(attached.name)[0] or "application/octet-stream"
    file = AttachMemory(content=attached.content, name=attached.name, mimetype=guessed)  # type: ignore[no-untyped-call]
    return AppriseAttachment(file)


def _outcome(name: str, result: "AppriseResult") -> Delivery:
    """By the last attempt itself: the result calls a failure success where the URL says `optional=yes`."""
    last = [service.attempts[-1] for service in result.results if service.attempts]
    if last and all(last):
        return Delivery(delivered=True)
    lines = [*result.call_logs(), *result.logs()]
    answers = [match[1] or match[2] for line in lines if (match := _ANSWER.search(line.message))]
    if answers:
        never = all(int(answer) in NEVER for answer in answers)
        return Delivery(delivered=False, error=f"{name}: it answered {answers[-1]}", permanent=never)
    reached = not any("connection" in line.message.lower() for line in lines)
    why = "it did not take the message" if reached else "it could not be reached, or did not answer in time"
    return Delivery(delivered=False, error=f"{name}: {why}")


def _settle(answer: "asyncio.Future[Delivery]", outcome: Delivery) -> None:
    if not answer.done():
        answer.set_result(outcome)


def _mute() -> None:
    """Apprise's log names hosts and recipients. Its lines are read off the result and go nowhere else."""
    logger = logging.getLogger("apprise")
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def _name(service: object) -> str:
    return str(getattr(service, "service_name", "") or type(service).__name__)
