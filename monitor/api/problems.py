"""Refusals as problem details (RFC 9457): one exception that any step may raise, one document that is answered."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
"""Of every answer: what nothing else is said of is kept by no cache."""


class Mistake(BaseModel):
    """One thing that is wrong with what was sent."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    pointer: str = Field(description="Where, as a JSON pointer into the body; `?name` for a query parameter.")
    detail: str


class NotClosed(BaseModel):
    """An agreement's or objective's month that was not closed."""

    subject: str
    id: str
    why: list[str] = Field(description="A sentence for each reason.")


class ProblemDetails(BaseModel):
    """Why a request was refused (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="What is wrong and what to do, for people.")
    scope: str | None = Field(None, description="The scope that a token needs here (401 and 403).")
    errors: list[Mistake] | None = Field(None, description="All mistakes at once (422).")
    refused: list[NotClosed] | None = Field(None, description="What was not closed (409).")


class Problem(Exception):
    """A request that is refused. The detail is shown to whoever asked: it holds nothing internal."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        scope: str | None = None,
        errors: Sequence[Mistake] = (),
        refused: Sequence[NotClosed] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.document = ProblemDetails(
            title=HTTPStatus(status).phrase,
            status=status,
            detail=detail,
            scope=scope,
            errors=list(errors) or None,
            refused=list(refused) or None,
        )
        self.headers = headers or {}

    def response(self) -> Response:
        """The refusal as an answer."""
        body = json.dumps(self.document.model_dump(mode="json", exclude_none=True), ensure_ascii=False).encode()
        return Response(body, self.document.status, {**HEADERS, "content-type": MEDIA_TYPE, **self.headers})
