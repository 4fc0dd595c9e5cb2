"""One request and what follows from it: redirects, the body up to a limit, aiohttp's errors in our words."""

import codecs
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from monitor.core.model import FailureKind
from monitor.probes.base import ProbeContext, Sick
from monitor.probes.guard import hold_request
from monitor.probes.phases import Stage, await_ours, enter, held_up
from monitor.probes.proxy import AWAY, Proxy, proxy_of, refusal
from monitor.probes.resolver import is_address
from monitor.probes.room import FREE, Share

ALWAYS_SECRET = frozenset({"authorization", "cookie"})
"""Headers that hold secrets whatever stands in them."""

_PROXY_WANTS_MORE = 407
_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class Request:
    """What to send. `secret_headers` (lower case) and a secret body never follow a
    redirect to another origin, nor does a client certificate."""

    method: str
    url: URL
    headers: Mapping[str, str]
    body: bytes | None
    secret_headers: frozenset[str]
    secret_query: bool
    secret_body: bool
    verify: bool
    redirects: int
    body_limit: int
    to_address: bool  # the host is an IP address
    whole: bool = True  # something looks at the body beyond its beginning
    tls: ssl.SSLContext | None = None  # shows a client certificate
    cookies: aiohttp.CookieJar | None = None  # of one attempt, filled by its answers

    @property
    def holds_secrets(self) -> bool:
        """Whether anything in it says who we are."""
        sent = not self.secret_headers.isdisjoint(name.lower() for name in self.headers)
        return sent or self.secret_query or self.secret_body or self.tls is not None


@dataclass(frozen=True, slots=True)
class Answer:
    """The final answer; `cut`: its body goes on beyond the limit. In a `with` block, which gives back its share of the
    room."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytearray
    cut: bool
    charset: str
    url: URL
    share: Share

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.share.keep(0)

    @property
    def text(self) -> str:
        return self.body.decode(self.charset, "replace")


async def exchange(request: Request, context: ProbeContext) -> Answer:
    """The answer at the end of the redirects, to be used in a `with` block. Raises Sick, OSError or ssl.SSLError."""
    share = Share(context.room)
    try:
        return await _followed(request, context, proxy_of(context), share)
    except BaseException as error:
        share.keep(0)  # also where its time is over when all was read, and the connection is not closed yet
        match error:
            case aiohttp.ClientProxyConnectionError():
                raise Sick(FailureKind.PROXY, f"it cannot be reached: {error.os_error}") from error
            case aiohttp.ClientHttpProxyError():
                raise refusal(error.status) from error
            case aiohttp.ClientError():
                raise _translated(error) from error
            case _:
                raise


async def _followed(request: Request, context: ProbeContext, proxy: Proxy | None, share: Share) -> Answer:
    """aiohttp's own redirects would carry secret headers to whichever host an answer names."""
    for _ in range(request.redirects + 1):
        hold_request(request.method, request.url.host or "", request.headers)
        # aiohttp asks the resolver only for names.
        enter(Stage.CONNECT if request.to_address else Stage.NAME)
        await_ours(None if proxy is None else AWAY)
        async with context.http.request(
            request.method,
            request.url,
            headers={**_with_cookies(request), **_for_proxy(request, proxy)} or None,
            data=request.body,
            allow_redirects=False,
            proxy=None if proxy is None else proxy.url,
            proxy_headers=None if proxy is None else proxy.headers,
            ssl=request.tls or (context.tls if request.verify else context.tls_unverified),
        ) as response:
            try:
                if proxy is not None and response.status == _PROXY_WANTS_MORE:
                    raise refusal(response.status)
                if request.cookies is not None:
                    request.cookies.update_cookies(response.cookies, request.url)
                    for cookie in response.cookies.values():
                        context.conceal(cookie.value)
                location = response.headers.get("Location")
                if response.status not in _REDIRECTS or location is None or not request.redirects:
                    return await _read(response, request, share)
            finally:
                response.close()
        request = _redirected(request, response.status, location)
    raise Sick(FailureKind.TOO_MANY_REDIRECTS, f"more than {request.redirects}")


def _for_proxy(request: Request, proxy: Proxy | None) -> Mapping[str, str]:
    """What a proxy that is asked for the answer itself reads and takes out; for a tunnel aiohttp tells it apart."""
    return proxy.headers if proxy is not None and request.url.scheme == "http" else {}


def _with_cookies(request: Request) -> Mapping[str, str]:
    """The headers with the cookies for where they go, behind those that the check sets itself."""
    if request.cookies is None:
        return request.headers
    found = [f"{name}={cookie.coded_value}" for name, cookie in request.cookies.filter_cookies(request.url).items()]
    if not found:
        return request.headers
    own = [value for name, value in request.headers.items() if name.lower() == "cookie"]
    others = {name: value for name, value in request.headers.items() if name.lower() != "cookie"}
    return {**others, "Cookie": "; ".join([*own, *found])}


async def _read(response: aiohttp.ClientResponse, request: Request, share: Share) -> Answer:
    """The answer with its body up to the limit, or the beginning of it where nobody looks at the rest."""
    body, length, limit = bytearray(), 0, request.body_limit
    while chunk := await response.content.read(FREE):
        body += chunk
        length += len(chunk)
        if length > limit:
            break
        if len(body) <= FREE:
            continue
        if not request.whole:
            del body[FREE:]
        elif not share.size:
            # What it may become, before more of it is read; an answer that is packed may become anything.
            packed = "Content-Encoding" in response.headers
            with held_up():
                await share.take(min(limit, limit if packed else response.content_length or limit))
    del body[limit:]
    share.keep(len(body))
    return Answer(
        status=response.status,
        headers=response.headers,
        body=body,
        cut=length > limit,
        charset=_known(response.charset),
        url=response.url,
        share=share,
    )


def _known(charset: str | None) -> str:
    if charset is None:
        return "utf-8"
    try:
        return codecs.lookup(charset).name
    except LookupError:
        return "utf-8"


def _redirected(request: Request, status: int, location: str) -> Request:
    """The next request, as browsers make it (RFC 9110, 15.4)."""
    try:
        url = request.url.join(URL(location))
    except ValueError:
        raise Sick(FailureKind.PROTOCOL, "redirected to something that is no URL") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise Sick(FailureKind.PROTOCOL, f"redirected to an URL of scheme {url.scheme!r}")
    method, body = request.method, request.body
    if (status == 303 and method != "HEAD") or (status in {301, 302} and method == "POST"):
        method, body = "GET", None
    moved = replace(request, url=url.with_user(None), method=method, body=body, to_address=is_address(url.host or ""))
    if _same_origin(request.url, url):
        return moved
    if body is not None and request.secret_body:
        raise Sick(FailureKind.PROTOCOL, "redirected to another host, which must not see the body's secret")
    public = {name: text for name, text in request.headers.items() if name.lower() not in request.secret_headers}
    return replace(moved, headers=public, tls=None)


def _same_origin(old: URL, new: URL) -> bool:
    """The same scheme, host and port; the step from http to https on one host's usual ports counts as the same."""
    upgraded = old.scheme == "http" and new.scheme == "https" and old.is_default_port() and new.is_default_port()
    return old.host == new.host and (upgraded or old.origin() == new.origin())


def _translated(error: aiohttp.ClientError) -> Exception:
    """The network's own error where one lies beneath, else what went wrong with the protocol."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return error.certificate_error
        case aiohttp.ClientConnectorError():
            return error.os_error
        case aiohttp.ServerDisconnectedError():
            return Sick(FailureKind.CONNECTION_RESET, "closed without an answer")
        case aiohttp.ClientPayloadError() if isinstance(error.__cause__, ConnectionError):
            return Sick(FailureKind.CONNECTION_RESET, "closed before the end of its answer")
        case aiohttp.ClientOSError() if isinstance(error.__cause__, ssl.SSLError):
            return error.__cause__
        # An URL that cannot be asked for is a mistake of ours, not the target's.
        case aiohttp.ClientOSError() | aiohttp.InvalidURL():
            return error
        case _:
            return Sick(FailureKind.PROTOCOL, str(error)[:200])
