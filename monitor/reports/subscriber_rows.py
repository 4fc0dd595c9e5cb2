"""Subscriptions as rows and documents. Only `whole` holds an address in clear; nothing holds a key or a secret."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from monitor.core.calendar import format_instant
from monitor.core.model import Seconds
from monitor.core.subscription import Subscription


def row(item: Subscription, moment: Callable[[Seconds], str]) -> tuple[str, ...]:
    """A line of a table; `moment` words an instant."""
    confirmed = "not yet" if item.confirmed_at is None else moment(item.confirmed_at)
    ended = "" if item.ended_at is None else f"{moment(item.ended_at)}: {item.ended_why}"
    services = ", ".join(item.components) or "all"
    return (str(item.no), item.medium.value, item.shown, services, item.language, confirmed, ended)


def document(item: Subscription) -> dict[str, Any]:
    """JSON values, the address shortened."""
    return {
        "no": item.no,
        "medium": item.medium.value,
        "address": item.shown,
        "components": list(item.components),
        "language": item.language,
        "asked_at": format_instant(item.created_at),
        "confirmed_at": None if item.confirmed_at is None else format_instant(item.confirmed_at),
        "ended_at": None if item.ended_at is None else format_instant(item.ended_at),
        "ended_why": item.ended_why,
    }


def whole(item: Subscription, history: Sequence[tuple[str, Seconds, Seconds | None]]) -> dict[str, Any]:
    """All that is kept of a subscription, the address in clear."""
    sent = [
        {"event": event, "owed_at": format_instant(at), "sent_at": None if done is None else format_instant(done)}
        for event, at, done in history
    ]
    return {**document(item), "address": item.address, "messages": sent}


def written(found: Sequence[dict[str, Any]]) -> str:
    """A file of them."""
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"
