"""A client certificate is shown where it is asked for; one of ours that cannot be used is nobody's downtime."""

import asyncio
import os
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme
from pydantic import ValidationError

from monitor.core.model import FailureKind, Result, State
from monitor.core.permit import Hosts, Permit
from monitor.core.secret import SecretMissing
from monitor.probes import ProbeContext
from monitor.probes.session import open_context
from tests.probes.conftest import certificate, made, observed
from tests.probes.servers import Behaviour, answers, serving


@dataclass(frozen=True)
class Own:
    """A client certificate in two files, as an operator has it."""

    cert: Path
    key: Path

    @property
    def fields(self) -> dict[str, str]:
        return {"cert": f"file:{self.cert}", "key": f"file:{self.key}"}


def issued(authority: trustme.CA, folder: Path, name: str = "probe@example.com") -> Own:
    leaf = authority.issue_cert(name)
    own = Own(folder / "client.pem", folder / "client.key")
    own.cert.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
    own.key.write_bytes(leaf.private_key_pem.bytes())
    return own


def asking(authority: trustme.CA, *, tls12: bool = False) -> ssl.SSLContext:
    """A server that lets nobody in without a certificate of the authority."""
    context = certificate(authority, "localhost")
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    if tls12:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def lookup(reference: str) -> str:
    try:
        return Path(reference.removeprefix("file:")).read_text(encoding="utf-8").strip()
    except OSError:
        raise SecretMissing(reference) from None


@asynccontextmanager
async def lent(authority: trustme.CA, folder: Path, permit: Permit | None = None) -> AsyncIterator[ProbeContext]:
    trusted = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(trusted))
        async with open_context(lookup, None if permit is None else lambda: permit) as context:
            yield context


async def seen(context: ProbeContext, kind: str, port: int, own: dict[str, str] | None, **fields: Any) -> Result:
    where = {"url": f"https://localhost:{port}/"} if kind == "http" else {"host": "localhost", "port": port}
    if own is not None:
        where["client_certificate"] = own  # type: ignore[assignment]
    return await observed(made(kind, timeout="5s", **where, **fields), context)


def told(result: Result) -> tuple[State, FailureKind | None]:
    return result.outcome, None if result.failure is None else result.failure.kind


async def test_a_server_that_asks_for_a_certificate_gets_it(authority: trustme.CA, tmp_path: Path) -> None:
    own = issued(authority, tmp_path).fields
    async with lent(authority, tmp_path) as context, serving(answers(), asking(authority)) as port:
        assert told(await seen(context, "http", port, own)) == (State.UP, None)
        assert told(await seen(context, "tls", port, own)) == (State.UP, None)
        asked = {"send": "GET / HTTP/1.1\r\n\r\n", "expect": {"contains": "200 OK"}}
        assert told(await seen(context, "tcp", port, own, tls=True, **asked)) == (State.UP, None)


@pytest.mark.parametrize("tls12", [False, True], ids=["tls 1.3", "tls 1.2"])
async def test_a_certificate_that_the_server_does_not_take_is_our_own_fault(
    authority: trustme.CA, tmp_path: Path, *, tls12: bool
) -> None:
    strange = issued(trustme.CA(), tmp_path).fields
    with strict(asking(authority, tls12=tls12)) as port:
        async with lent(authority, tmp_path) as context:
            for own in (strange,) if tls12 else (strange, None):  # 1.2 only says that it failed
                assert told(await seen(context, "http", port, own)) == (State.UNKNOWN, FailureKind.AUTH_REFUSED)
            counted = await seen(context, "http", port, strange, auth_is_down=True)
            assert told(counted) == (State.DOWN, FailureKind.AUTH_REFUSED)


async def test_a_key_that_is_missing_or_does_not_fit_is_our_own_fault(authority: trustme.CA, tmp_path: Path) -> None:
    own = issued(authority, tmp_path)
    async with lent(authority, tmp_path) as context, serving(answers(), asking(authority)) as port:
        own.key.write_text("-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n")
        for kind in ("http", "tls"):
            result = await seen(context, kind, port, own.fields)
            assert told(result) == (State.UNKNOWN, FailureKind.CLIENT_CERTIFICATE)
            assert "hunter2" not in repr(result)
        dsn = {"dsn": f"host=127.0.0.1 port={port}", "client_certificate": own.fields}
        unfit = await observed(made("postgres", timeout="5s", **dsn), context)
        assert told(unfit) == (State.UNKNOWN, FailureKind.CLIENT_CERTIFICATE)
        own.key.unlink()
        assert told(await seen(context, "http", port, own.fields)) == (State.UNKNOWN, FailureKind.SECRET_MISSING)


async def test_a_key_with_a_passphrase_is_refused_and_nobody_is_asked_for_it(
    authority: trustme.CA, tmp_path: Path
) -> None:
    from cryptography.hazmat.primitives import serialization as forms

    own = issued(authority, tmp_path)
    key = forms.load_pem_private_key(own.key.read_bytes(), None)
    locked = forms.BestAvailableEncryption(b"hunter2")
    own.key.write_bytes(key.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, locked))
    async with lent(authority, tmp_path) as context, serving(answers(), asking(authority)) as port:
        result = await seen(context, "http", port, own.fields)
    assert told(result) == (State.UNKNOWN, FailureKind.CLIENT_CERTIFICATE)


async def test_many_checks_share_one_context_until_the_files_change(authority: trustme.CA, tmp_path: Path) -> None:
    own = issued(authority, tmp_path)
    async with lent(authority, tmp_path) as context, serving(answers(), asking(authority)) as port:
        await asyncio.gather(*(seen(context, "http", port, own.fields) for _ in range(5)))
        ((_, first),) = context.certified.values()
        issued(authority, tmp_path, "another@example.com")
        assert told(await seen(context, "tls", port, own.fields)) == (State.UP, None)
        ((_, second),) = context.certified.values()
    assert first is not second


async def test_a_redirect_to_another_host_does_not_show_the_certificate(authority: trustme.CA, tmp_path: Path) -> None:
    shown: list[object] = []

    async def looking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        shown.append(writer.get_extra_info("ssl_object").getpeercert())
        await answers()(reader, writer)

    curious = asking(authority)
    curious.verify_mode = ssl.CERT_OPTIONAL
    own = issued(authority, tmp_path).fields
    async with (
        lent(authority, tmp_path) as context,
        serving(looking, curious) as other,
        serving(_moved(f"https://localhost:{other}/"), asking(authority)) as port,
    ):
        assert told(await seen(context, "http", port, own)) == (State.UP, None)
        assert told(await seen(context, "http", other, own)) == (State.UP, None)
    assert not shown[0]
    assert shown[1]


async def test_an_agent_shows_a_certificate_only_where_its_file_says(authority: trustme.CA, tmp_path: Path) -> None:
    own = issued(authority, tmp_path).fields
    allowed = Hosts.of(["127.0.0.0/8", "::1"])
    for hosts, expected in (
        ({}, (State.UNKNOWN, FailureKind.SECRET_MISSING)),
        (dict.fromkeys(own.values(), Hosts.of(["other.test"])), (State.UNKNOWN, FailureKind.REFUSED_ADDRESS)),
        (dict.fromkeys(own.values(), Hosts.of(["localhost"])), (State.UP, None)),
    ):
        permit = Permit(allowed, hosts)
        async with lent(authority, tmp_path, permit) as context, serving(answers(), asking(authority)) as port:
            for kind in ("http", "tls"):
                assert told(await seen(context, kind, port, own)) == expected


def test_a_key_that_stands_in_the_settings_is_refused() -> None:
    with pytest.raises(ValidationError, match="write where it stands: file:/path"):
        made("tls", host="a.test", client_certificate={"cert": "file:/c.pem", "key": "-----BEGIN PRIVATE KEY-----"})


@contextmanager
def strict(tls: ssl.SSLContext) -> Iterator[int]:
    """The port of a server that says in TLS why it does not let somebody in; asyncio's hangs up without a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    taken, _ = listener.accept()
                    with tls.wrap_socket(taken, server_side=True, do_handshake_on_connect=False) as inside:
                        with suppress(OSError):
                            inside.do_handshake()
                        # Closed with something unread, the connection would be reset, and the reason lost.
                        inside.shutdown(socket.SHUT_WR)
                        while os.read(inside.fileno(), 65_536):
                            pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _moved(location: str) -> Behaviour:
    return answers(status="302 Found", headers=(f"Location: {location}",))
