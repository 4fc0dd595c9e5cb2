"""What an HTTP answer should be like, and what is wrong with one that is not."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, JsonValue

from monitor.core.model import Failure, FailureKind
from monitor.probes.base import Part, ProbeContext
from monitor.probes.expect import JsonPath, Regex, Status, json_failure, status_failure
from monitor.probes.http_exchange import Answer, Request

_NO_CERTIFICATE = re.compile("SSL certificate (error|was sent)")
"""How nginx says, in a 400, that it does not take a client certificate."""


class AnswerExpect(Part):
    """What a good answer is like; by default any 2xx, after redirects."""

    status: Status = ("2xx",)
    contains: str | None = None
    not_contains: str | None = None
    regex: Regex | None = None
    headers: Mapping[str, str] = {}
    json_: Annotated[Mapping[JsonPath, JsonValue], Field(alias="json")] = {}

    @property
    def looks_at_body(self) -> bool:
        return bool(self.contains or self.not_contains or self.regex or self.json_)

    @classmethod
    def of(cls, expect: "AnswerExpect") -> "AnswerExpect":
        """The same of a kind that expects more."""
        return cls(**{name: getattr(expect, name) for name in cls.model_fields})


def refused(expect: AnswerExpect, request: Request, answer: Answer, *, signed_in: bool = False) -> bool:
    """Whether a 401 or 403 that nobody expected may be the fault of what we sent, now or (`signed_in`) before."""
    if request.tls is not None and answer.status == 400 and _NO_CERTIFICATE.search(answer.text):
        return True
    if answer.status not in {401, 403}:
        return False
    unexpected = status_failure(expect.status, answer.status) is not None
    return unexpected and (signed_in or request.holds_secrets)


async def failure_in(expect: AnswerExpect, answer: Answer, context: ProbeContext) -> Failure | None:
    """The first thing that is not as expected; None where all is. Raises Sick."""
    return (
        status_failure(expect.status, answer.status)
        or _header_failure(expect, answer)
        or (await _body_failure(expect, answer, context) if expect.looks_at_body else None)
    )


def cut_off(answer: Answer) -> Failure:
    """What it means that the body goes on beyond what was read, where the body matters."""
    return Failure(FailureKind.BODY_TOO_LARGE, f"more than {len(answer.body)} bytes")


def _header_failure(expect: AnswerExpect, answer: Answer) -> Failure | None:
    for name, value in expect.headers.items():
        actual = answer.headers.getall(name, None)
        if actual is None:
            return Failure(FailureKind.HEADER, f"header {name} is missing")
        if ", ".join(actual) != value:
            return Failure(FailureKind.HEADER, f"header {name} is {', '.join(actual)[:80]!r}, not {value!r}")
    return None


async def _body_failure(expect: AnswerExpect, answer: Answer, context: ProbeContext) -> Failure | None:
    text = answer.text
    if answer.cut:
        return cut_off(answer)
    if expect.contains and expect.contains not in text:
        return Failure(FailureKind.CONTENT, f"{expect.contains!r} is not in the body")
    if expect.not_contains and expect.not_contains in text:
        return Failure(FailureKind.CONTENT, f"{expect.not_contains!r} is in the body")
    if expect.regex and await context.search(expect.regex, text) is None:
        return Failure(FailureKind.CONTENT, f"nothing in the body matches {expect.regex!r}")
    return json_failure(expect.json_, text) if expect.json_ else None
