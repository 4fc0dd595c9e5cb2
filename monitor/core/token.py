"""Tokens: what one may allow, and what is stored of it. Who holds which is in the database."""

import hashlib
from collections.abc import Collection

SCOPES = (
    "read",
    "maintenance",
    "incident",
    "alert",
    "request",
    "report",
    "pause",
    "approve",
    "close",
    "subscribers",
    "settings",
    "token",
)
"""Everything that a person's token can allow. `read` is for the API; commands read the database themselves. `close` is
for closing and for revising: both are a decision of whoever answers for the books. `report` enters what vendors
report, `alert` acknowledges and silences."""

LOCATION = "location:"
"""How the scope of an agent's token begins; the name of its location follows."""

HEARTBEAT = "heartbeat:"
"""How the scope of a job's token begins; the check that it sends beats to follows, as `component/check`."""

ANY_LOCATION = "location:NAME"
"""What operations for agents ask for: the token itself says which location it speaks for."""

ANY_HEARTBEAT = "heartbeat:COMPONENT/CHECK"
"""What the token of a job has for its scope."""


def hash_token(token: str) -> str:
    """What is stored of a token: SHA-256 (hex). It is 32 random bytes, so that a slow hash would gain nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def location_of(scopes: Collection[str]) -> str | None:
    """The location that a token speaks for; None for one that speaks for none."""
    if len(scopes) != 1:
        return None
    (scope,) = scopes
    name = scope.removeprefix(LOCATION)
    return name if name and name != scope else None


def heartbeat_of(scopes: Collection[str]) -> tuple[str, str] | None:
    """The component and check that a token sends beats to; None for one that sends none."""
    (scope, *more) = scopes or ("",)
    component, _, check = scope.removeprefix(HEARTBEAT).partition("/")
    return (component, check) if scope.startswith(HEARTBEAT) and component and check and not more else None


def allows(scopes: Collection[str], wanted: str) -> bool:
    """Whether a token with these scopes opens what asks for `wanted`."""
    return wanted in scopes or (wanted == ANY_LOCATION and location_of(scopes) is not None)


def wrong_with(scopes: Collection[str]) -> str | None:
    """Why a token cannot have these scopes together; None when it can."""
    for scope in scopes:
        if scope not in SCOPES and location_of([scope]) is None and heartbeat_of([scope]) is None:
            return f"there is no scope {scope}; choose from {', '.join(SCOPES)}, {ANY_LOCATION}, {ANY_HEARTBEAT}"
    if len(set(scopes)) > 1 and any(scope.startswith(LOCATION) for scope in scopes):
        return "a token of a location can do nothing else; make another one for the rest"
    if len(set(scopes)) > 1 and any(scope.startswith(HEARTBEAT) for scope in scopes):
        return "a token of a heartbeat can do nothing else; make another one for the rest"
    return None
