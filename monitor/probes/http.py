"""`http`: does an URL answer as it should? One fresh connection for each request, no cookies, no proxy."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, model_validator
from yarl import URL

from monitor.core.model import Failure, FailureKind, Observation
from monitor.core.secret import Lookup, SecretMissing, references, resolve
from monitor.probes.base import CredentialedCheck, Expect, Part, ProbeContext, Sick, seen
from monitor.probes.client_certificate import ClientCertificate, tls_of
from monitor.probes.expect import JsonPath, Regex, Status, json_failure, status_failure
from monitor.probes.guard import resolve_target
from monitor.probes.http_exchange import Answer, Request, basic, exchange
from monitor.probes.resolver import is_address

_ALWAYS_SECRET = frozenset({"authorization", "cookie"})

_NO_CERTIFICATE = re.compile("SSL certificate (error|was sent)")
"""How nginx says, in a 400, that it does not take a client certificate."""


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://", "${", "file:/")):
        raise ValueError("write an URL that begins with http:// or https://")
    return text


class Basic(Part):
    username: str
    password: str


class Auth(Part):
    """Credentials, sent with the first request: `{basic: {username, password}}` or `{bearer: token}`."""

    basic: Basic | None = None
    bearer: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.basic is None) == (self.bearer is None):
            raise ValueError("write either basic: {username, password} or bearer: token")
        return self


class HttpExpect(Expect):
    """What a good answer is like; by default any 2xx, after redirects."""

    status: Status = ("2xx",)
    contains: str | None = None
    not_contains: str | None = None
    regex: Regex | None = None
    headers: Mapping[str, str] = {}
    json_: Annotated[Mapping[JsonPath, JsonValue], Field(alias="json")] = {}

    @property
    def needs_body(self) -> bool:
        return bool(self.contains or self.not_contains or self.regex or self.json_)


class HttpCheck(CredentialedCheck):
    """A request and what its answer should be."""

    secret_fields: ClassVar[tuple[str, ...]] = ("url", "headers", "body", "auth", "client_certificate")

    guarded: ClassVar[bool] = True

    kind: Literal["http"] = "http"
    url: Annotated[str, AfterValidator(_url)]
    method: Annotated[str, Field(pattern=r"^[A-Z]{3,10}$")] = "GET"
    headers: Mapping[str, str] = {}
    body: str | None = None
    auth: Auth | None = None
    redirects: Annotated[int, Field(ge=0, le=20)] = 5
    body_limit: Annotated[int, Field(ge=0, le=64 * 1024 * 1024)] = 1024 * 1024  # bytes
    verify: bool = True
    client_certificate: ClientCertificate | None = None
    expect: HttpExpect = HttpExpect()

    async def probe(self, context: ProbeContext) -> Observation:
        request = self._request(context)
        if self.client_certificate is not None:
            request = replace(request, tls=await tls_of(self.client_certificate, context, verify=self.verify))
        answer = await exchange(request, context)
        if self._refused(request, answer):
            raise Sick(FailureKind.AUTH_REFUSED, f"status {answer.status}")
        return seen(self._failure(answer))

    def _request(self, context: ProbeContext) -> Request:
        """The first request, every reference resolved. Raises SecretMissing."""
        return self._resolved(context.secrets) if self._has_references else self._public

    @cached_property
    def _has_references(self) -> bool:
        auth = [] if self.auth is None else [self.auth.bearer]
        if self.auth is not None and self.auth.basic is not None:
            auth = [self.auth.basic.username, self.auth.basic.password]
        return any(references(text) for text in (self.url, self.body, *self.headers.values(), *auth) if text)

    @cached_property
    def _public(self) -> Request:
        """The request of a check without references: the same each time."""
        return self._resolved(_nothing)

    def _resolved(self, secrets: Lookup) -> Request:
        url = URL(resolve_target(self.url, secrets))
        headers = {name: resolve(value, secrets) for name, value in self.headers.items()}
        secret = {name.lower() for name, value in self.headers.items() if references(value)}
        if (authorization := self._authorization(secrets, url)) is not None:
            headers["Authorization"] = authorization
        return Request(
            method=self.method,
            url=url if url.user is None else url.with_user(None),
            headers=headers,
            body=None if self.body is None else resolve(self.body, secrets).encode(),
            secret_headers=_ALWAYS_SECRET | secret if secret else _ALWAYS_SECRET,
            secret_query=bool(references(self.url.partition("?")[2])),
            secret_body=bool(references(self.body or "")),
            verify=self.verify,
            redirects=self.redirects,
            body_limit=self.body_limit,
            to_address=is_address(url.host or ""),
        )

    def _authorization(self, secrets: Lookup, url: URL) -> str | None:
        if self.auth is not None and self.auth.bearer is not None:
            return "Bearer " + resolve(self.auth.bearer, secrets)
        if self.auth is not None and self.auth.basic is not None:
            username = resolve(self.auth.basic.username, secrets)
            return basic(username, resolve(self.auth.basic.password, secrets))
        return basic(url.user, url.password or "") if url.user is not None else None

    def _refused(self, request: Request, answer: Answer) -> bool:
        """Whether a 401 or 403 that nobody expected may be the fault of what we sent."""
        if request.tls is not None and answer.status == 400 and _NO_CERTIFICATE.search(answer.text):
            return True
        if answer.status not in {401, 403}:
            return False
        sent = request.secret_headers & {name.lower() for name in request.headers}
        unexpected = status_failure(self.expect.status, answer.status) is not None
        return unexpected and bool(sent or request.secret_query or request.secret_body or request.tls)

    def _failure(self, answer: Answer) -> Failure | None:
        return (
            status_failure(self.expect.status, answer.status)
            or self._header_failure(answer)
            or (self._body_failure(answer) if self.expect.needs_body else None)
        )

    def _header_failure(self, answer: Answer) -> Failure | None:
        for name, value in self.expect.headers.items():
            actual = answer.headers.getall(name, None)
            if actual is None:
                return Failure(FailureKind.HEADER, f"header {name} is missing")
            if ", ".join(actual) != value:
                return Failure(FailureKind.HEADER, f"header {name} is {', '.join(actual)[:80]!r}, not {value!r}")
        return None

    def _body_failure(self, answer: Answer) -> Failure | None:
        expect, text = self.expect, answer.text
        if answer.cut:
            return Failure(FailureKind.BODY_TOO_LARGE, f"more than {self.body_limit} bytes")
        if expect.contains and expect.contains not in text:
            return Failure(FailureKind.CONTENT, f"{expect.contains!r} is not in the body")
        if expect.not_contains and expect.not_contains in text:
            return Failure(FailureKind.CONTENT, f"{expect.not_contains!r} is in the body")
        if expect.regex and re.search(expect.regex, text) is None:
            return Failure(FailureKind.CONTENT, f"nothing in the body matches {expect.regex!r}")
        return json_failure(expect.json_, text) if expect.json_ else None


def _nothing(reference: str) -> str:
    raise SecretMissing(reference)
