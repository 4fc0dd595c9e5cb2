"""Tokens: what one may allow, and what is stored of it. Who holds which is in the database."""

import hashlib

SCOPES = ("read", "maintenance", "request", "approve", "close", "settings", "token")
"""Everything that a token can allow. `read` is for the API; commands read the database themselves. `close` is for
closing and for revising: both are a decision of whoever answers for the books."""


def hash_token(token: str) -> str:
    """What is stored of a token: SHA-256 (hex). It is 32 random bytes, so that a slow hash would gain nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
