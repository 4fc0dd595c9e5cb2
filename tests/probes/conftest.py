"""What tests of probes share: an authority, a context, and one observation in a line."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import trustme
from pydantic import TypeAdapter

from monitor.core.model import Result
from monitor.core.secret import SecretMissing
from monitor.probes import AnyCheck, Check, ProbeContext
from monitor.probes.lag import Clock
from monitor.probes.run import observe
from monitor.probes.session import open_context

SECRETS = {"TOKEN": "s3cr3t-t0ken", "PASSWORD": "p4ss/w0rd"}
CHECKS: TypeAdapter[Check] = TypeAdapter(AnyCheck)

Probe: TypeAlias = Callable[..., Awaitable[Result]]


def secret(name: str) -> str:
    try:
        return SECRETS[name]
    except KeyError:
        raise SecretMissing(name) from None


def made(kind: str, **fields: Any) -> Check:
    """A check with little time and no second try."""
    return CHECKS.validate_python({"kind": kind, "timeout": "400ms", "retry": "0s", **fields})


@dataclass
class CalmClock:
    """The machine's time on a loop that is never late, however busy the machine is; wall time can be moved."""

    jump: float = 0.0
    late: float = 0.0

    def wall(self) -> float:
        return time.time() + self.jump

    def monotonic(self) -> float:
        return time.monotonic()

    @contextmanager
    def watch(self) -> Iterator[Callable[[], float]]:
        yield lambda: self.late


async def observed(check: Check, context: ProbeContext, clock: Clock | None = None) -> Result:
    return await observe("shop", check, "here", 1_700_000_000, "digest", context, clock or CalmClock())


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
async def context(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ProbeContext]:
    """A context that trusts the test authority the way an operator adds one: by `SSL_CERT_FILE`."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    async with open_context(secret) as opened:
        yield opened


@pytest.fixture
def probe(context: ProbeContext) -> Probe:
    """`await probe("http", url=…)` gives the result, in bounded time whatever the peer does."""

    async def run(kind: str, **fields: Any) -> Result:
        check = made(kind, **fields)
        allowed = 2 * check.budget_of_attempt() + check.pause_before_retry()
        async with asyncio.timeout(allowed.total_seconds() + 1):
            return await observed(check, context)

    return run


def certificate(authority: trustme.CA, name: str, *, until: datetime | None = None) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate for a name."""
    leaf = authority.issue_cert(name, not_after=until, not_before=datetime(2020, 1, 1, tzinfo=UTC))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    return context
