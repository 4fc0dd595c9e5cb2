"""Every answer of the page as bytes: requests only look them up. The status page is rendered beforehand, the rest
when somebody asks."""

import json
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from threading import Lock
from typing import Protocol
from zoneinfo import ZoneInfo

from monitor.core.calendar import month_of, months_back
from monitor.core.model import Seconds
from monitor.reader.views import MONTHS, Evidence, MethodView, PageView, Readiness, UptimeView
from monitor.reports import evidence
from statuspage.api import SUMMARY, problem, summary
from statuspage.assets import Assets
from statuspage.edition import Edition, Later, Replies
from statuspage.language import load_language
from statuspage.places import METHOD, UPTIME, evidence_path, home
from statuspage.render import Renderer
from statuspage.replies import HTML, JSON, NEVER, PROBLEM, Reply

OLDEST: Seconds = 15
"""A rendered page is replaced at this age even when no fact changed."""

_ALLOW = ((b"allow", b"GET, HEAD"),)
_ANY_ORIGIN = ((b"access-control-allow-origin", b"*"),)
_SOON = ((b"retry-after", b"5"),)


class Reader(Protocol):
    """Where views come from. All but the last two may take their time (they are called in a reader thread)."""

    def page(self) -> PageView:
        """The whole page as of now."""
        ...

    def uptime(self) -> UptimeView:
        """Month by month, as of now."""
        ...

    def method(self) -> MethodView:
        """How we measure, as of now."""
        ...

    def evidence(self, component: str, month: str) -> Evidence | None:
        """What a month of a component is made of; None where there is nothing to prove."""
        ...

    def version(self) -> int:
        """Changes whenever facts changed; cheap."""
        ...

    def readiness(self) -> Readiness:
        """Answered from memory: it is called in the event loop, for anybody who asks."""
        ...


class Pages:
    """The replies by path. `refresh` makes them, in any one thread; reading them needs no lock.

    `readers` is where pages are rendered that are only made on request.
    """

    def __init__(self, reader: Reader, readers: Executor | None = None) -> None:
        self._reader = reader
        self._assets = Assets()
        self._renderers: dict[str, Renderer] = {}
        self._lock = Lock()
        self._later = Later(ThreadPoolExecutor(1, "pages") if readers is None else readers)
        self._edition = self._first_edition()

    @property
    def found(self) -> Mapping[str, Reply]:
        """By exact path, whatever the query string: what is rendered."""
        return self._edition.found

    def awaits(self, path: str) -> bool:
        """Whether something is there that is rendered on request."""
        return path in self._edition.later

    async def on_request(self, path: str) -> Reply:
        """The answer at a path that `awaits`, rendered if need be; 503 when that failed."""
        edition = self._edition
        replies = await self._later.get(edition.later[path], edition, lambda: self._make(edition.later[path]))
        if replies is None:
            return _beginning(edition.unavailable, path)
        return replies.get(path) or _beginning(edition.missing, path)

    def missing(self, path: str) -> Reply:
        """The answer where nothing is: 404, or 503 before the first render."""
        return _beginning(self._edition.missing, path)

    def refused(self, path: str) -> Reply:
        """The answer to any method but GET and HEAD: 405."""
        return _beginning(self._edition.refused, path)

    def refresh(self, now: Seconds) -> bool:
        """Renders anew when facts changed, the page is 15 s old, or its words are no longer true.

        Returns whether it did. Errors are the caller's; the replies before stay.
        """
        with self._lock:
            old, version = self._edition, self._reader.version()
            # A clock set back must not keep an old page for as long as it was set back.
            fresh = old.rendered_at <= now < min(old.rendered_at + OLDEST, old.valid_until)
            if fresh and version == old.version:
                return False
            self._edition = self._render(self._reader.page(), version, now)
            return True

    def _render(self, view: PageView, version: int, now: Seconds) -> Edition:
        found = dict(self._assets.replies)
        missing, refused, unavailable = {}, {}, {}
        for code in reversed(view.languages):
            renderer, place = self._renderer(code), home(code, view.languages)
            speaks = (b"content-language", code.encode())
            found[place] = Reply(200, renderer.status(view), HTML, headers=(speaks,))
            missing[place] = Reply(404, renderer.missing(view), HTML, headers=(speaks,))
            refused[place] = Reply(405, renderer.refused(view), HTML, cache=NEVER, headers=(speaks, *_ALLOW))
            unavailable[place] = Reply(503, renderer.unavailable(view), HTML, cache=NEVER, headers=(speaks, *_SOON))
            for slashed in (place, place + UPTIME, place + METHOD):
                if slashed != "/":
                    found[slashed.rstrip("/")] = _moved(slashed)
        first = self._renderer(view.languages[0]).language
        found[SUMMARY] = Reply(200, summary(view, first), JSON, headers=_ANY_ORIGIN)
        return Edition(
            found=found,
            missing={"/api/": _problem(404, "Not Found"), **missing},
            refused={"/api/": _problem(405, "Method Not Allowed", _ALLOW), **refused},
            unavailable=unavailable,
            later=_later(view),
            version=version,
            rendered_at=now,
            valid_until=view.valid_until,
        )

    def _make(self, key: str) -> Replies:
        """The replies of one key of `Edition.later`; called in a reader thread."""
        match key.split():
            case ["uptime"]:
                return self._uptime(self._reader.uptime())
            case ["method"]:
                return self._method(self._reader.method())
            case ["evidence", component, month]:
                return _evidence(component, month, self._reader.evidence(component, month))
            case _:
                raise ValueError(f"there is nothing to render for {key!r}")

    def _uptime(self, view: UptimeView) -> Replies:
        return {
            home(code, view.languages) + UPTIME: _html(code, self._renderer(code).uptime(view))
            for code in view.languages
        }

    def _method(self, view: MethodView) -> Replies:
        return {
            home(code, view.languages) + METHOD: _html(code, self._renderer(code).method(view))
            for code in view.languages
        }

    def _renderer(self, code: str) -> Renderer:
        if code not in self._renderers:
            self._renderers[code] = Renderer(load_language(code), self._assets)
        return self._renderers[code]

    def _first_edition(self) -> Edition:
        starting = Reply(503, self._renderer("en").starting(), HTML, cache=NEVER, headers=_SOON)
        return Edition(
            found=dict(self._assets.replies),
            missing={"/api/": _problem(503, "Starting", _SOON), "/": starting},
            refused={"/": _problem(405, "Method Not Allowed", _ALLOW)},
        )


def _later(view: PageView) -> dict[str, str]:
    """Every path that is rendered on request, and its key: a closed list, so that nobody can make us work for more."""
    homes = [home(code, view.languages) for code in view.languages]
    months = months_back(month_of(view.now, ZoneInfo(view.zone)), MONTHS)
    return {
        **{place + UPTIME: "uptime" for place in homes},
        **{place + METHOD: "method" for place in homes},
        **{
            evidence_path(component.id, month): f"evidence {component.id} {month}"
            for component in view.components
            for month in months
        },
    }


def _evidence(component: str, month: str, found: Evidence | None) -> Replies:
    if found is None:
        return {}
    body = json.dumps(evidence.document(found.account, found.head), ensure_ascii=False, indent=2) + "\n"
    name = f'attachment; filename="{component}-{month}.json"'.encode()
    headers = ((b"content-disposition", name), *_ANY_ORIGIN)
    return {evidence_path(component, month): Reply(200, body.encode(), JSON, headers=headers)}


def _html(code: str, body: bytes) -> Reply:
    return Reply(200, body, HTML, headers=((b"content-language", code.encode()),))


def _beginning(replies: Mapping[str, Reply], path: str) -> Reply:
    return next(reply for beginning, reply in replies.items() if path.startswith(beginning) or beginning == "/")


def _problem(status: int, title: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Reply:
    return Reply(status, problem(status, title), PROBLEM, cache=NEVER, headers=headers)


def _moved(place: str) -> Reply:
    return Reply(308, b"", "text/plain; charset=utf-8", headers=((b"location", place.encode()),))
