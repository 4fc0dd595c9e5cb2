"""The door to acknowledge by, on the public listener: `/acknowledge/TOKEN`. GET shows what it is about, POST acts.

So a mail scanner that follows links acknowledges nothing. No referrer leaves the page, nothing of it is kept by
anybody, and this server writes no access log.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qs

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.api.access import Access
from monitor.api.operation import Desk
from monitor.api.problems import Problem
from monitor.api.work import Work
from monitor.core import acknowledging
from monitor.core.alerting.episode import Episode
from monitor.core.model import Milliseconds
from monitor.reports import alert_rows
from monitor.storage.acknowledgements import Link
from monitor.storage.store import StorageAway, Store

PREFIX = "/acknowledge/"
_MOST_BYTES = 2_000
_MOST_NAME = 80

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem}"
    "button{font:inherit;padding:.6rem 1.2rem}input{font:inherit;padding:.4rem;width:100%;box-sizing:border-box}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#eee}}"
)
_HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
    "content-security-policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'",
}
_PAGE = Environment(autoescape=True).from_string(
    """<!doctype html>
<html lang="{{ language }}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer"><title>{{ head }}</title><style>{{ style }}</style></head>
<body><h1>{{ head }}</h1>
{% if titles %}<ul>{% for title in titles %}<li>{{ title }}</li>{% endfor %}</ul>{% endif %}
{% for line in lines %}<p>{{ line }}</p>{% endfor %}
{% if ask %}<form method="post"><p><label>{{ words.name }}<br>
<input name="by" maxlength="80" autocomplete="name"></label></p>
<p><button>{{ words.button }}</button></p></form>{% endif %}
</body></html>
"""
)
_WORDS = {
    "en": {
        "ask": "Acknowledge this alert?",
        "why": "Whoever acknowledges works on it: nobody else is woken for it. It is still told when it is over.",
        "name": "Your name",
        "button": "Acknowledge",
        "done": "Acknowledged",
        "by": "By {by}, {at}.",
        "over": "It is over by now.",
        "used": "This link was used already",
        "late": "This link is too old",
        "remedy": "It is good once, and for 24 hours. `janji alert ack` works at any time.",
    },
    "id": {
        "ask": "Tangani peringatan ini?",
        "why": "Yang menangani berarti mengerjakannya: orang lain tidak dibangunkan. Akhirnya tetap dikabarkan.",
        "name": "Nama Anda",
        "button": "Tangani",
        "done": "Sudah ditangani",
        "by": "Oleh {by}, {at}.",
        "over": "Kini sudah selesai.",
        "used": "Tautan ini sudah dipakai",
        "late": "Tautan ini sudah terlalu lama",
        "remedy": "Tautan berlaku sekali, dan selama 24 jam. `janji alert ack` dapat dipakai kapan saja.",
    },
}


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands behind a link that we made."""

    link: Link
    episodes: list[Episode]
    late: bool
    language: str
    titles: list[str]
    says: list[str]


class AckDoor:
    """Shows and takes acknowledgements, and hands every other request to the application behind it."""

    __slots__ = ("_access", "_behind", "_work")

    def __init__(self, behind: ASGIApp, work: Work, ticks: Callable[[], Milliseconds]) -> None:
        self._behind = behind
        self._work = work
        self._access = Access(ticks)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._behind(scope, receive, send)
            return
        try:
            answer = await self._answer(Request(scope, receive))
        except Problem as problem:
            answer = problem.response()
        except StorageAway:
            away = "the database does not answer; try again soon, or use `janji alert ack`"
            answer = Problem(503, away, headers={"retry-after": "5"}).response()
        answer.headers.update(_HEADERS)
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        self._access.knock(request)
        if request.method not in ("GET", "HEAD", "POST"):
            raise Problem(405, "only GET and POST here", headers={"allow": "GET, POST"})
        found = await self._work.read(partial(_look, request.url.path.removeprefix(PREFIX)))
        if found is None:
            raise Problem(404, "there is nothing at this path")
        words = _WORDS[found.language]
        if found.link.used_at is not None or found.late:
            head = words["used"] if found.link.used_at is not None else words["late"]
            return _page(found, head, [*found.says, words["remedy"]], status=410)
        if request.method != "POST":
            return _page(found, words["ask"], [words["why"]], ask=True)
        by = f"{await _name(request)} (link to {found.link.channel})".strip()

        def write(store: Store) -> list[Episode]:
            return store.acknowledgements.use(found.link.no, by=by, now=self._work.now())

        await self._work.write(write)
        now = await self._work.read(partial(_look, request.url.path.removeprefix(PREFIX)))
        return _page(now or found, words["done"], now.says if now is not None else [])


def _look(token: str, desk: Desk) -> _Found | None:
    """What a token leads to; None for one that we did not make."""
    key = desk.store.acknowledgements.standing_key()
    made = None if key is None else acknowledging.read(key, token)
    link = None if made is None else desk.store.acknowledgements.link(made[0])
    if made is None or link is None:
        return None
    episodes = desk.store.alerts.of(link.episodes)
    channels = desk.settings.alerts.channels
    written = desk.settings.alerts.channel(link.channel).language if link.channel in channels else None
    language = written or desk.settings.page.languages[0]
    language = language if language in _WORDS else "en"
    titles = [alert_rows.title(item, desk.settings, language) for item in episodes]
    says = [_said(item, desk, language) for item in episodes]
    return _Found(link, episodes, desk.now > made[1], language, titles, [line for line in says if line])


def _said(episode: Episode, desk: Desk, language: str) -> str:
    words = _WORDS[language]
    if episode.acked_at is not None:
        at = alert_rows.moment(episode.acked_at, desk.settings)
        return words["by"].format(by=episode.acked_by, at=at)
    return words["over"] if episode.over else ""


def _page(found: _Found, head: str, lines: list[str], *, ask: bool = False, status: int = 200) -> Response:
    words = _WORDS[found.language]
    shown = list(dict.fromkeys(lines))
    text = _PAGE.render(
        language=found.language, head=head, titles=found.titles, lines=shown, ask=ask, words=words, style=_STYLE
    )
    return HTMLResponse(text, status)


async def _name(request: Request) -> str:
    """The name that somebody wrote into the form; "somebody" for none. Raises Problem (413)."""
    read = bytearray()
    async for piece in request.stream():
        read += piece
        if len(read) > _MOST_BYTES:
            raise Problem(413, "this is too much for a name")
    given = parse_qs(bytes(read).decode("utf-8", "replace")).get("by", [""])[0]
    name = " ".join("".join(sign if sign.isprintable() else " " for sign in given).split())[:_MOST_NAME]
    return name or "somebody"
