"""Links to acknowledge by: signed, good for a day and for one use. What one is good for is in the database."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode

from monitor.core.model import Seconds

LASTS: Seconds = 86_400
"""How long a link can be used after its message was owed."""

_TOKEN = re.compile(r"([1-9][0-9]{0,17})\.([1-9][0-9]{0,11})\.([A-Za-z0-9_-]{22})", re.ASCII)


def signed(key: str, link: int, created_at: Seconds) -> str:
    """The part of a link that proves that we made it."""
    until = created_at + LASTS
    return f"{link}.{until}.{_signature(key, link, until)}"


def read(key: str, token: str) -> tuple[int, Seconds] | None:
    """The number of the link and until when it holds; None for one that we did not make."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        return None
    link, until = int(match[1]), int(match[2])
    return (link, until) if hmac.compare_digest(match[3], _signature(key, link, until)) else None


def _signature(key: str, link: int, until: Seconds) -> str:
    digest = hmac.new(key.encode(), f"acknowledge:{link}:{until}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest[:16]).decode().rstrip("=")
