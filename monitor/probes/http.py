"""`http`: does an URL answer as it should? One fresh connection for each request, no cookies, no proxy."""

import ssl
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from yarl import URL

from monitor.core.model import FailureKind, Observation
from monitor.core.secret import Lookup, SecretMissing, references, resolve
from monitor.probes.base import ANY_WAY, CredentialedCheck, Expect, Part, ProbeContext, Sick, seen
from monitor.probes.basic_auth import basic
from monitor.probes.client_certificate import ClientCertificate, tls_of
from monitor.probes.guard import resolve_target
from monitor.probes.http_answer import AnswerExpect, failure_in, refused
from monitor.probes.http_exchange import ALWAYS_SECRET, Request, exchange
from monitor.probes.http_steps import Options, Step, failure_of_steps
from monitor.probes.resolver import is_address

_MOST_STEPS = 5


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://", "${", "file:/")):
        raise ValueError("write an URL that begins with http:// or https://")
    return text


def _few(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    if not 2 <= len(steps) <= _MOST_STEPS:
        raise ValueError(f"write two to {_MOST_STEPS} steps; a single request needs none")
    return steps


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


class HttpExpect(AnswerExpect, Expect):
    """What a good answer is like, and how soon it comes."""


class HttpCheck(CredentialedCheck):
    """A request and what its answer should be, or several."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["url"]}, {"required": ["steps"]}]})

    secret_fields: ClassVar[tuple[str, ...]] = ("url", "headers", "body", "auth", "client_certificate", "steps")

    guarded: ClassVar[bool] = True

    leaves_by: ClassVar[frozenset[str]] = ANY_WAY

    kind: Literal["http"] = "http"
    url: Annotated[str, AfterValidator(_url)] | None = None
    steps: Annotated[tuple[Step, ...], AfterValidator(_few)] | None = None
    method: Annotated[str, Field(pattern=r"^[A-Z]{3,10}$")] = "GET"
    headers: Mapping[str, str] = {}
    body: str | None = None
    auth: Auth | None = None
    redirects: Annotated[int, Field(ge=0, le=20)] = 5
    body_limit: Annotated[int, Field(ge=0, le=64 * 1024 * 1024)] = 1024 * 1024  # bytes
    verify: bool = True
    client_certificate: ClientCertificate | None = None
    expect: HttpExpect = HttpExpect()

    @model_validator(mode="after")
    def _one_or_several(self) -> Self:
        if (self.url is None) == (self.steps is None):
            raise ValueError("write either url or steps")
        own = (self.method, self.headers, self.body, self.auth, AnswerExpect.of(self.expect))
        if self.steps is not None and own != ("GET", {}, None, None, AnswerExpect()):
            raise ValueError("method, headers, body, auth and what is expected belong to each of the steps")
        known: set[str] = set()
        for number, step in enumerate(self.steps or (), 1):
            if missing := sorted(step.awaits - known):
                raise ValueError(f"step {number} needs {missing[0]}, which no step before it carries")
            known |= step.carry.keys()
        return self

    async def probe(self, context: ProbeContext) -> Observation:
        tls = None
        if self.client_certificate is not None:
            tls = await tls_of(self.client_certificate, context, verify=self.verify)
        if self.steps is not None:
            return seen(await failure_of_steps(self.steps, self._options(tls), context))
        request = self._request(context)
        if tls is not None:
            request = replace(request, tls=tls)
        with await exchange(request, context) as answer:
            if refused(self.expect, request, answer):
                raise Sick(FailureKind.AUTH_REFUSED, f"status {answer.status}")
            return seen(await failure_in(self.expect, answer, context))

    def _options(self, tls: ssl.SSLContext | None) -> Options:
        return Options(self.verify, self.redirects, self.body_limit, tls)

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
        url = URL(resolve_target(self.url or "", secrets))
        headers = {name: resolve(value, secrets) for name, value in self.headers.items()}
        secret = {name.lower() for name, value in self.headers.items() if references(value)}
        if (authorization := self._authorization(secrets, url)) is not None:
            headers["Authorization"] = authorization
        return Request(
            method=self.method,
            url=url if url.user is None else url.with_user(None),
            headers=headers,
            body=None if self.body is None else resolve(self.body, secrets).encode(),
            secret_headers=ALWAYS_SECRET | secret if secret else ALWAYS_SECRET,
            secret_query=bool(references((self.url or "").partition("?")[2])),
            secret_body=bool(references(self.body or "")),
            verify=self.verify,
            redirects=self.redirects,
            body_limit=self.body_limit,
            to_address=is_address(url.host or ""),
            whole=self.expect.looks_at_body,
        )

    def _authorization(self, secrets: Lookup, url: URL) -> str | None:
        if self.auth is not None and self.auth.bearer is not None:
            return "Bearer " + resolve(self.auth.bearer, secrets)
        if self.auth is not None and self.auth.basic is not None:
            username = resolve(self.auth.basic.username, secrets)
            return basic(username, resolve(self.auth.basic.password, secrets))
        return basic(url.user, url.password or "") if url.user is not None else None


def _nothing(reference: str) -> str:
    raise SecretMissing(reference)
