"""Tags of answers (ETag): whoever has seen the same before is told that it still is so."""

import hashlib

ASKED_AGAIN = {"cache-control": "private, no-cache", "vary": "authorization"}
"""Of what is read: whoever asked may keep it, and asks again each time."""


def tag_of(content: bytes) -> str:
    """The tag that is its own: equal bytes, equal tag (RFC 9110, 8.8.3)."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def is_fresh(asked: str, tag: str) -> bool:
    """Whether an If-None-Match names what there is now (RFC 9110, 13.1.2)."""
    known = [each.strip().removeprefix("W/") for each in asked.split(",")]
    return known == ["*"] or tag in known
