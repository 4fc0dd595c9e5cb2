"""Makes what a location lends to its probes: one HTTP session, two TLS contexts, two executors."""

import ssl
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
from aiohttp.client_reqrep import ClientResponse
from aiohttp.connector import Connection

from monitor.core.permit import Permit
from monitor.core.secret import Lookup
from monitor.probes.base import Beats, ProbeContext, Way
from monitor.probes.patterns import Patterns
from monitor.probes.phases import Stage, StagedContext, await_ours, enter, note_certificate
from monitor.probes.proxy import socket_from
from monitor.probes.resolver import NameResolver

_NAME_THREADS = 16
_BLOCKING_THREADS = 4


class _StagedResponse(ClientResponse):
    """A response that marks when its request was out and when its first bytes came.

    aiohttp gives the connection back, and with it the certificate, as soon as a small answer is complete.
    """

    async def start(self, connection: Connection) -> "ClientResponse":
        if connection.transport is not None:
            note_certificate(connection.transport.get_extra_info("ssl_object"))
        enter(Stage.ANSWER)
        started = await super().start(connection)
        enter(Stage.BODY)
        return started


@asynccontextmanager
async def open_context(
    secrets: Lookup, permit: Callable[[], Permit] | None = None, beats: Beats | None = None
) -> AsyncIterator[ProbeContext]:
    """Everything that probes need, for as long as the block runs. Threads that are stuck are not waited for.

    With a permit, all probes are held to what it says at the time. `beats` is how heartbeats are heard of.
    """
    names = ThreadPoolExecutor(_NAME_THREADS, thread_name_prefix="names")
    blocking = ThreadPoolExecutor(_BLOCKING_THREADS, thread_name_prefix="blocking")
    patterns = Patterns()
    try:
        async with _session(names, None) as http:
            yield ProbeContext(
                http=http,
                blocking=blocking,
                names=names,
                tls=verifying(),
                tls_unverified=unverifying(),
                secrets=secrets,
                permit=permit,
                beats=beats,
                search=patterns.search,
            )
    finally:
        await patterns.close()
        names.shutdown(wait=False, cancel_futures=True)
        blocking.shutdown(wait=False, cancel_futures=True)


def verifying() -> ssl.SSLContext:
    """Trusts the machine's authorities (`SSL_CERT_FILE` and `SSL_CERT_DIR` are heeded), checks names."""
    context = StagedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_default_certs()
    return context


def unverifying() -> ssl.SSLContext:
    """Takes any certificate."""
    context = StagedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class _Connector(aiohttp.TCPConnector):
    """Marks the moment at which whoever is connected to first has accepted: a proxy, where there is one."""

    async def _wrap_create_connection(self, *args: Any, **kwargs: Any) -> Any:
        made = await super()._wrap_create_connection(*args, **kwargs)
        await_ours(None)
        return made


class Ways:
    """Contexts of locations whose probes leave by ways of their own, made from one. Each is made once."""

    def __init__(self, base: ProbeContext) -> None:
        self._made = {base.way: base}
        self._base = base

    def context(self, way: Way) -> ProbeContext:
        """The context for a way; all but its connections is shared."""
        if way not in self._made:
            http = _session(self._base.names, way.source)
            self._made[way] = replace(self._base, http=http, way=way)
        return self._made[way]

    async def close(self) -> None:
        """Closes what was made here; the first context is its owner's."""
        for context in self._made.values():
            if context is not self._base:
                await context.http.close()


def _session(names: Executor, source: str | None) -> aiohttp.ClientSession:
    connector = _Connector(
        resolver=NameResolver(names),
        use_dns_cache=False,
        force_close=True,
        limit=0,
        socket_factory=socket_from(source),
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        # A probe asks for the answer as it is: nothing to unpack, and no small answer that unpacks to gigabytes.
        headers={"User-Agent": "Janji", "Accept-Encoding": "identity"},
        trust_env=False,
        response_class=_StagedResponse,
    )
