"""Several requests, one after the other, with what one answer gave carried into the next: for what lies behind a login.

A carried value is a secret: it stands in no error. It goes where the settings say and nowhere that an answer says: into
path and query, headers and bodies, never into a host.
"""

import json
import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Self, TypeAlias
from urllib.parse import quote, urlencode, urlsplit

from aiohttp import CookieJar
from pydantic import AfterValidator, Field, model_validator
from yarl import URL

from monitor.core.model import Failure, FailureKind
from monitor.core.secret import Lookup, references, resolve
from monitor.probes.base import Part, ProbeContext, Sick
from monitor.probes.basic_auth import basic
from monitor.probes.expect import JsonPath, Regex, walk_json
from monitor.probes.guard import resolve_target
from monitor.probes.http_answer import AnswerExpect, cut_off, failure_in, refused
from monitor.probes.http_exchange import ALWAYS_SECRET, Answer, Request, exchange
from monitor.probes.phases import at_part
from monitor.probes.resolver import is_address

CARRIED = re.compile(r"\{\{([a-z][a-z0-9_]*)\}\}")
"""A carried value where it is put in place."""

_LONGEST = 8192
_HIDDEN = re.compile(r"[\x00-\x1f\x7f]")
_FORM = "application/x-www-form-urlencoded"


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://", "${", "file:/")) and CARRIED.fullmatch(text) is None:
        raise ValueError("write an URL that begins with http:// or https://, or {{name}} for one that was carried")
    if "{{" in urlsplit(text).netloc:
        raise ValueError("a carried value stands in path or query, or is the whole URL: never in the host")
    return text


class Carry(Part):
    """Where in an answer a value stands: in its JSON, its text (the first group, or all that matched) or a header."""

    json_: Annotated[JsonPath | None, Field(alias="json")] = None
    regex: Regex | None = None
    header: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(item is not None for item in (self.json_, self.regex, self.header)) != 1:
            raise ValueError("write one of json: $.path, regex: 'name=\"(.+?)\"', header: Name")
        return self

    async def taken(self, answer: Answer, context: ProbeContext) -> str:
        """The value. Raises Sick where it is not there."""
        if self.header is None and answer.cut:
            raise Sick(cut_off(answer).kind, cut_off(answer).detail)
        if self.json_ is not None:
            return _from_json(self.json_, answer.text)
        if self.header is not None:
            return _present(answer.headers.get(self.header), FailureKind.HEADER, f"header {self.header} is missing")
        found = await context.search(self.regex or "", answer.text)
        value = None if found is None else found[1] if len(found) > 1 else found[0]
        return _present(value, FailureKind.CONTENT, f"nothing in the body matches {self.regex!r}")


Name: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Step(Part):
    """One request of several, and what of its answer is carried on."""

    name: str | None = None
    url: Annotated[str, AfterValidator(_url)]
    method: Annotated[str, Field(pattern=r"^[A-Z]{3,10}$")] | None = None  # default: POST with a body, else GET
    headers: Mapping[str, str] = {}
    body: str | None = None
    form: Mapping[str, str] | None = None
    expect: AnswerExpect = AnswerExpect()
    carry: Mapping[Name, Carry] = {}

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if self.body is not None and self.form is not None:
            raise ValueError("write either body or form")
        return self

    @property
    def templates(self) -> tuple[str, ...]:
        """The texts into which values may be put."""
        return (self.url, self.body or "", *self.headers.values(), *(self.form or {}).values())

    @property
    def looks_at_body(self) -> bool:
        return self.expect.looks_at_body or any(carry.header is None for carry in self.carry.values())

    @property
    def awaits(self) -> set[str]:
        """The names of the carried values that it needs."""
        return {name for text in self.templates for name in CARRIED.findall(text)}


@dataclass(frozen=True, slots=True)
class Options:
    """What a check says for all its steps. `tls` shows a client certificate."""

    verify: bool
    redirects: int
    body_limit: int
    tls: ssl.SSLContext | None


@dataclass(slots=True)
class _Walk:
    """What an attempt holds between two steps."""

    values: dict[str, str] = field(default_factory=dict)
    cookies: CookieJar = field(default_factory=lambda: CookieJar(unsafe=True))  # of hosts that are addresses, too
    at: URL | None = None
    signed_in: bool = False


async def failure_of_steps(steps: Sequence[Step], options: Options, context: ProbeContext) -> Failure | None:
    """What is wrong with the first step that is not as it should be; None where all are. Raises as `exchange` does."""
    walk = _Walk()
    for number, step in enumerate(steps, 1):
        at_part(f"step {number}" if step.name is None else f"step {number} ({step.name})")
        if (failure := await _failure_of_step(step, options, walk, context)) is not None:
            return failure
    at_part("")
    return None


async def _failure_of_step(step: Step, options: Options, walk: _Walk, context: ProbeContext) -> Failure | None:
    """One step. Apart, so that its answer is let go of before the next one comes."""
    request = _request(step, options, walk, context.secrets)
    with await exchange(request, context) as answer:
        if refused(step.expect, request, answer, signed_in=walk.signed_in):
            raise Sick(FailureKind.AUTH_REFUSED, f"status {answer.status}")
        if (failure := await failure_in(step.expect, answer, context)) is not None:
            return failure
        for name, carry in step.carry.items():
            walk.values[name] = value = await carry.taken(answer, context)
            context.conceal(value)
        walk.at, walk.signed_in = answer.url, walk.signed_in or request.holds_secrets
    return None


def _request(step: Step, options: Options, walk: _Walk, secrets: Lookup) -> Request:
    """The step's request. References are resolved first: what an answer gave is never looked up as one."""
    url = _target(step, walk, secrets)
    headers = {name: _filled(resolve(value, secrets), walk) for name, value in step.headers.items()}
    body = None if step.body is None else _filled(resolve(step.body, secrets), walk)
    if step.form is not None:
        body = urlencode({name: _filled(resolve(value, secrets), walk) for name, value in step.form.items()})
        headers.setdefault("Content-Type", _FORM)
    if url.user is not None:
        headers.setdefault("Authorization", basic(url.user, url.password or ""))
        url = url.with_user(None)
    told = {name.lower() for name, value in step.headers.items() if _is_secret(value)}
    return Request(
        method=step.method or ("GET" if body is None else "POST"),
        url=url,
        headers=headers,
        body=None if body is None else body.encode(),
        secret_headers=ALWAYS_SECRET | told,
        secret_query=_is_secret(step.url.partition("?")[2]),
        secret_body=any(map(_is_secret, (step.body or "", *(step.form or {}).values()))),
        verify=options.verify,
        redirects=options.redirects,
        body_limit=options.body_limit,
        to_address=is_address(url.host or ""),
        whole=step.looks_at_body,
        tls=options.tls,
        cookies=walk.cookies,
    )


def _target(step: Step, walk: _Walk, secrets: Lookup) -> URL:
    if (whole := CARRIED.fullmatch(step.url)) is not None:
        return _followed(walk.values[whole[1]], whole[1], walk.at)
    text = resolve_target(step.url, secrets)
    return URL(CARRIED.sub(lambda found: quote(walk.values[found[1]], safe=""), text))


def _followed(link: str, name: str, at: URL | None) -> URL:
    """A carried address, as a link on the page that it was carried from. Raises Sick where it leads to another host:
    what the step sends was meant for this one."""
    try:
        url = URL(link) if at is None else at.join(URL(link))
    except ValueError:
        raise Sick(FailureKind.CONTENT, f"what was carried as {name} is no URL") from None
    if at is None or url.scheme not in {"http", "https"} or url.origin() != at.origin():
        raise Sick(FailureKind.CONTENT, f"what was carried as {name} leads to another host")
    return url.with_user(None)


def _filled(text: str, walk: _Walk) -> str:
    return CARRIED.sub(lambda found: walk.values[found[1]], text)


def _is_secret(text: str) -> bool:
    return bool(references(text)) or CARRIED.search(text) is not None


def _from_json(path: str, body: str) -> str:
    try:
        value = walk_json(json.loads(body), path)
    except LookupError:
        raise Sick(FailureKind.JSON, f"{path} is missing") from None
    except (ValueError, RecursionError):
        raise Sick(FailureKind.JSON, "the body is not JSON") from None
    if not isinstance(value, str | int | float):
        raise Sick(FailureKind.JSON, f"{path} is neither a text nor a number")
    return _present(value if isinstance(value, str) else json.dumps(value), FailureKind.JSON, f"{path} is empty")


def _present(value: str | None, kind: FailureKind, missing: str) -> str:
    if not value:
        raise Sick(kind, missing)
    if len(value) > _LONGEST or _HIDDEN.search(value):
        raise Sick(kind, f"what is to be carried is longer than {_LONGEST} characters, or no single line")
    return value
