"""One answer as bytes, with every variant of its messages made beforehand.

A `Reply` is a small ASGI application, so that the fast path and Starlette's handlers can both return it.
"""

import gzip
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from starlette.types import Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
EMBEDDED: tuple[tuple[bytes, bytes], ...] = (
    (SECURITY[0][0], SECURITY[0][1].replace(b"frame-ancestors 'none'", b"frame-ancestors *")),
    *(header for header in SECURITY[1:] if header[0] != b"cross-origin-opener-policy"),
)
"""Of what other sites may show in a frame."""

HTML = "text/html; charset=utf-8"
JSON = "application/json"
PROBLEM = "application/problem+json"

FRESH = "public, max-age=5"
FOREVER = "public, max-age=31536000, immutable"
NEVER = "no-store"

ANY_ORIGIN = ((b"access-control-allow-origin", b"*"),)
"""For what programs read: it holds nothing that is not public."""

_EMPTY: Message = {"type": "http.response.body", "body": b""}


@dataclass(frozen=True, slots=True)
class _Variant:
    etag: bytes
    start: Message
    body: Message
    unchanged: Message


class Reply:
    """Status, headers and body of one key; knows gzip, HEAD and If-None-Match."""

    __slots__ = ("_conditional", "_gzip", "_plain", "body", "status")

    def __init__(
        self,
        status: int,
        body: bytes,
        content_type: str,
        *,
        cache: str = FRESH,
        headers: tuple[tuple[bytes, bytes], ...] = (),
        security: tuple[tuple[bytes, bytes], ...] = SECURITY,
    ) -> None:
        self.status = status
        self.body = body
        self._conditional = status == 200
        common = [
            (b"content-type", content_type.encode()),
            (b"cache-control", cache.encode()),
            (b"vary", b"accept-encoding"),
            *security,
            *headers,
        ]
        name = sha256(body).hexdigest()[:24]
        packed = gzip.compress(body, compresslevel=6, mtime=0)
        self._plain = _variant(status, body, f'"{name}"', common)
        self._gzip = self._plain
        if len(packed) < len(body):
            self._gzip = _variant(status, packed, f'"{name}-gz"', [*common, (b"content-encoding", b"gzip")])

    @property
    def packed_length(self) -> int:
        """How many bytes the body is for those who accept gzip."""
        return len(self._gzip.body["body"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        variant, known = self._plain, None
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                if accepts_gzip(value):
                    variant = self._gzip
            elif name == b"if-none-match":
                known = value
        if known is not None and self._conditional and (variant.etag in known or known == b"*"):
            await send(variant.unchanged)
            await send(_EMPTY)
            return
        await send(variant.start)
        await send(_EMPTY if scope["method"] == "HEAD" else variant.body)


@lru_cache(maxsize=256)
def accepts_gzip(value: bytes) -> bool:
    """Whether an Accept-Encoding header asks for gzip; `gzip;q=0` refuses it (RFC 9110, 12.5.3)."""
    if b";" not in value:
        return b"gzip" in value
    for choice in value.split(b","):
        coding, _, weight = choice.replace(b" ", b"").partition(b";q=")
        if coding == b"gzip":
            return weight.strip(b"0.") != b"" or weight == b""
    return False


def _variant(status: int, body: bytes, etag: str, headers: list[tuple[bytes, bytes]]) -> _Variant:
    tagged = [*headers, (b"etag", etag.encode())] if status == 200 else headers
    unchanged = [(name, value) for name, value in tagged if name not in (b"content-type", b"content-encoding")]
    return _Variant(
        etag=etag.encode(),
        start={
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-length", str(len(body)).encode()), *tagged],
        },
        body={"type": "http.response.body", "body": body},
        unchanged={"type": "http.response.start", "status": 304, "headers": unchanged},
    )
