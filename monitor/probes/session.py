"""Makes what a location lends to its probes: one HTTP session, two TLS contexts, two executors."""

import ssl
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import aiohttp
from aiohttp.client_reqrep import ClientResponse
from aiohttp.connector import Connection

from monitor.core.permit import Permit
from monitor.core.secret import Lookup
from monitor.probes.base import Beats, ProbeContext
from monitor.probes.guard import new_socket
from monitor.probes.phases import Stage, StagedContext, enter, note_certificate
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
    try:
        async with _session(names) as http:
            yield ProbeContext(
                http=http,
                blocking=blocking,
                names=names,
                tls=verifying(),
                tls_unverified=unverifying(),
                secrets=secrets,
                permit=permit,
                beats=beats,
            )
    finally:
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


def _session(names: ThreadPoolExecutor) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        resolver=NameResolver(names), use_dns_cache=False, force_close=True, limit=0, socket_factory=new_socket
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
