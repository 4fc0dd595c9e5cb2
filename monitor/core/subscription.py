"""Subscriptions to the page: who wants to be told of what, where a message may go, and how it is signed. Pure.

A subscription begins as asked for; whoever holds its key, which only its own address was told, confirms it, changes it
and ends it. One that nobody confirms within a day is forgotten; one whose address bounces ends by itself
(`core.bounce`).
"""

import base64
import hmac
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.model import Seconds
from monitor.core.permit import HIDDEN, Hosts, address_of, faces

PENDING_FOR: Seconds = 86_400
"""How long an unconfirmed subscription is kept."""
ASK_AGAIN_AFTER: Seconds = 3600
"""The link is sent to one address no more often than this, whoever asks."""
MOST_PENDING = 1000
"""So many wait to be confirmed at once; a flood of false ones stops there."""

MOST_ADDRESS = 254
MOST_URL = 1000

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)")
_URL = re.compile(r"(https?)://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?(?:[/?][\x21-\x22\x24-\x7e]*)?")


class Medium(StrEnum):
    EMAIL = "email"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is told. `components` empty: of everything. `key` opens it, `secret` signs what a webhook is sent.

    `ended_at`: it ended by itself, because of the answer `ended_why`; whoever holds its key may confirm it anew.
    """

    no: int
    medium: Medium
    address: str
    components: tuple[str, ...]
    language: str
    key: str
    secret: str
    created_at: Seconds
    asked_at: Seconds
    confirmed_at: Seconds | None
    ended_at: Seconds | None = None
    ended_why: str = ""

    @property
    def active(self) -> bool:
        """Whether it is told anything."""
        return self.confirmed_at is not None and self.ended_at is None

    @property
    def shown(self) -> str:
        """The address as it may be read by others than its owner."""
        return masked(self.medium, self.address)


def wants(subscription: Subscription, about: Collection[str]) -> bool:
    """Whether it is told of news about these components; news about none is for everybody."""
    if not subscription.active:
        return False
    return not subscription.components or not about or not set(about).isdisjoint(subscription.components)


def may_ask(standing: Subscription | None, pending: int, now: Seconds) -> bool:
    """Whether the link is sent to an address that somebody entered, of which `standing` is known already."""
    if standing is None:
        return pending < MOST_PENDING
    return now - standing.asked_at >= ASK_AGAIN_AFTER


def mail_address(text: str) -> str:
    """An address as it is kept: its domain in small letters. Raises ValueError saying how to write one."""
    found = _MAIL.fullmatch(text.strip())
    if found is None or len(found[0]) > MOST_ADDRESS or ".." in found[0] or found[0].startswith("."):
        raise ValueError("write a mail address such as name@example.com")
    local, _, domain = found[0].rpartition("@")
    return f"{local}@{domain.lower()}"


def webhook_url(text: str, allow: Hosts) -> str:
    """A webhook's address as it is kept. Raises ValueError saying how to write one.

    Only https, but to hosts that are allowed; an address of a private network is refused here already, and whatever a
    name leads to is looked at when a message is sent (`refusal`).
    """
    text = text.strip()
    found = _URL.fullmatch(text)
    if found is None or len(text) > MOST_URL or not 0 < int(found[3] or 443) < 65536:
        raise ValueError("write an address such as https://example.com/hooks/status, without a user or a #")
    host = found[2].strip("[]")
    if found[1] != "https" and not allow.name(host):
        raise ValueError("write an address that begins with https://")
    if address_of(host) is not None and refusal(host, host, allow) is not None:
        raise ValueError("this address is not on the public internet")
    return text


def refusal(host: str, address: str, allow: Hosts) -> str | None:
    """Why no message may go to `address`, which a name was found to have, or None. Asked at each connection, so that a
    name which leads elsewhere by then leads nowhere."""
    found = address_of(address)
    if found is None:
        return "it has no address"
    if allow.hold(found) or (allow.name(host) and not any(found in network for network in HIDDEN)):
        return None
    if all(face.is_global and not face.is_multicast for face in faces(found)):
        return None
    return "its address is not on the public internet"


def masked(medium: Medium, address: str) -> str:
    """`n…@example.com`, `https://example.com/…`."""
    if medium is Medium.EMAIL:
        local, _, domain = address.rpartition("@")
        return f"{local[:1]}…@{domain}"
    found = _URL.fullmatch(address)
    return "" if found is None else f"{found[1]}://{found[2]}/…"


def signature(secret: str, name: str, stamp: Seconds, body: bytes) -> str:
    """What proves that a webhook's message is ours: `v1,` and a HMAC-SHA256 in base64 over `name.stamp.body`.

    Source: Standard Webhooks, version 1.0.0, symmetric signatures.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.digest(key, f"{name}.{stamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(made).decode()}"


def webhook_body(kind: str, values: Mapping[str, object]) -> bytes:
    """The JSON that a webhook is sent."""
    return json.dumps({"type": kind, **values}, ensure_ascii=False, separators=(",", ":")).encode()
