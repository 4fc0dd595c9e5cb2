"""Who may ask: bearer tokens (RFC 6750) with their scopes, and how often. A token is never logged or answered."""

from collections.abc import Callable
from math import ceil

from starlette.requests import Request

from monitor.api.limits import Limits
from monitor.api.problems import Problem
from monitor.core.model import Milliseconds
from monitor.core.rate import Rate
from monitor.core.token import allows, hash_token
from monitor.storage.tokens import TokenRecord

PER_TOKEN = Rate(burst=60, interval_ms=500)
PER_ADDRESS = Rate(burst=120, interval_ms=200)
"""Looser than a token's: a proxy or an office asks for many people from one address."""
PER_TOKEN_COSTLY = Rate(burst=60, interval_ms=3000)
"""A statement for each of sixty customers at once, then twenty a minute."""
_LONGEST = 256
_REALM = 'Bearer realm="janji"'


class Access:
    """Lets requests through or raises Problem."""

    def __init__(
        self, ticks: Callable[[], Milliseconds], *, per_token: Rate = PER_TOKEN, per_address: Rate = PER_ADDRESS
    ) -> None:
        self._by_address = Limits(per_address, ticks)
        self._by_token = Limits(per_token, ticks)
        self._costly = Limits(PER_TOKEN_COSTLY, ticks)

    def knock(self, request: Request) -> None:
        """Counts one request of an address; comes before anything that costs us. Raises Problem (429)."""
        _let_through(self._by_address.wait("" if request.client is None else request.client.host))

    def admit(self, holder: TokenRecord | None, scope: str, *, costly: bool = False) -> TokenRecord:
        """Whoever holds the token, if it allows the scope. Raises Problem (401, 403, 429)."""
        if holder is None:
            raise Problem(
                401,
                "this token is not in use: it was revoked, or never was one; ask for a new one",
                scope=scope,
                headers={"www-authenticate": f'{_REALM}, error="invalid_token"'},
            )
        _let_through(self._by_token.wait(str(holder.no)))
        if not allows(holder.scopes, scope):
            raise Problem(
                403,
                f"the token {holder.name} has no scope {scope}; it has {', '.join(holder.scopes)}",
                scope=scope,
                headers={"www-authenticate": f'{_REALM}, error="insufficient_scope", scope="{scope}"'},
            )
        if costly:
            _let_through(self._costly.wait(str(holder.no)))
        return holder


def bearer(request: Request, scope: str) -> str:
    """The hash of the token that came along. Raises Problem (401)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > _LONGEST:
        raise Problem(
            401,
            f"send a token with the scope {scope}: `Authorization: Bearer janji_…`; "
            f"`janji token create NAME --scope {scope}` makes one",
            scope=scope,
            headers={"www-authenticate": _REALM},
        )
    return hash_token(token)


def _let_through(wait: Milliseconds) -> None:
    if wait:
        seconds = ceil(wait / 1000)
        raise Problem(429, f"too many requests; ask again in {seconds} s", headers={"retry-after": str(seconds)})
