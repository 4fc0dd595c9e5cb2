"""What subscribers are told of maintenance: when, under which key, in which words of the page's languages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.core.alert import Message
from monitor.core.incident import ENGLISH
from monitor.core.incident_message import NEWS_FOR
from monitor.core.incident_template import join
from monitor.core.model import Seconds
from monitor.core.notice import NoticeAction, NoticeEvent, standing

PREFIX = "maintenance:"
"""How the key of every message about maintenance begins; its id follows."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "announce": "Planned maintenance: {title}",
        "revise": "Maintenance changed: {title}",
        "complete": "Maintenance completed: {title}",
        "cancel": "Maintenance cancelled: {title}",
        "untitled": "Maintenance",
        "affected": "Affected: {names}.",
        "repeats": "It repeats: {count} times in all, the last from {last}.",
    },
    "id": {
        "announce": "Pemeliharaan terencana: {title}",
        "revise": "Pemeliharaan diubah: {title}",
        "complete": "Pemeliharaan selesai: {title}",
        "cancel": "Pemeliharaan dibatalkan: {title}",
        "untitled": "Pemeliharaan",
        "affected": "Terdampak: {names}.",
        "repeats": "Berulang: {count} kali seluruhnya, yang terakhir mulai {last}.",
    },
}


def keys(maintenance: str, events: Sequence[NoticeEvent], now: Seconds) -> dict[str, int]:
    """The keys of what is news about a maintenance, and how many of its events (oldest first, published) each knows.

    What was said longer ago than `NEWS_FOR` is history: it wakes nobody.
    """
    return {
        f"{PREFIX}{maintenance}/{number}": number
        for number, event in enumerate(events, 1)
        if now - event.at <= NEWS_FOR and (number == 1 or events[number - 2].action not in _CLOSING)
    }


def message(
    events: Sequence[NoticeEvent],
    names: Mapping[str, str],
    zone: ZoneInfo,
    url: str,
    language: str = ENGLISH,
    *,
    repeats: Sequence[Seconds] = (),
) -> Message:
    """The words for the newest of the events; `repeats` are the starts of a recurrence that is announced with it."""
    words, said = _WORDS.get(language, _WORDS[ENGLISH]), standing(events)
    action = events[-1].action
    lines = [f"{_moment(said.start, zone)} – {_moment(said.end, zone)}"]
    shown = [names[name] for name in said.components if name in names]
    if shown:
        lines.append(words["affected"].format(names=join(shown, language)))
    if len(repeats) > 1 and action is NoticeAction.ANNOUNCE:
        lines.append(words["repeats"].format(count=len(repeats), last=_moment(max(repeats), zone)))
    if said.description:
        lines.append(said.description)
    title = words[action.value].format(title=said.title or words["untitled"])
    return Message("info", title, "\n\n".join([*lines, *([url] if url else [])]))


_CLOSING = (NoticeAction.COMPLETE, NoticeAction.CANCEL)


def _moment(instant: Seconds, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(instant, zone):%Y-%m-%d %H:%M %Z}"
