"""Every answer of the page as bytes, rendered beforehand: requests only look them up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from monitor.core.model import Seconds
from monitor.reader.views import PageView, Readiness
from statuspage.api import SUMMARY, problem, summary
from statuspage.assets import Assets
from statuspage.language import load_language
from statuspage.render import Renderer, home
from statuspage.replies import HTML, JSON, NEVER, PROBLEM, Reply

OLDEST: Seconds = 15
"""A rendered page is replaced at this age even when no fact changed."""

_ALLOW = ((b"allow", b"GET, HEAD"),)
_ANY_ORIGIN = ((b"access-control-allow-origin", b"*"),)


class Reader(Protocol):
    """Where views come from. `page` may take its time (it is called in a reader thread)."""

    def page(self) -> PageView:
        """The whole page as of now."""
        ...

    def version(self) -> int:
        """Changes whenever facts changed; cheap."""
        ...

    def readiness(self) -> Readiness:
        """Answered from memory: it is called in the event loop, for anybody who asks."""
        ...


@dataclass(frozen=True, slots=True)
class _Edition:
    """All replies made from one view; replaced as a whole."""

    found: Mapping[str, Reply]
    missing: Mapping[str, Reply] = field(default_factory=dict)  # by the beginning of the path, longest first
    refused: Mapping[str, Reply] = field(default_factory=dict)
    version: int | None = None
    rendered_at: Seconds = 0
    valid_until: Seconds = 0


class Pages:
    """The rendered replies by path. `refresh` makes them, in any one thread; reading them needs no lock."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._assets = Assets()
        self._renderers: dict[str, Renderer] = {}
        self._lock = Lock()
        self._edition = self._first_edition()

    @property
    def found(self) -> Mapping[str, Reply]:
        """By exact path, whatever the query string."""
        return self._edition.found

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

    def _render(self, view: PageView, version: int, now: Seconds) -> _Edition:
        found = dict(self._assets.replies)
        missing, refused = {}, {}
        for code in reversed(view.languages):
            renderer, place = self._renderer(code), home(code, view.languages)
            speaks = (b"content-language", code.encode())
            found[place] = Reply(200, renderer.status(view), HTML, headers=(speaks,))
            missing[place] = Reply(404, renderer.missing(view), HTML, headers=(speaks,))
            refused[place] = Reply(405, renderer.refused(view), HTML, cache=NEVER, headers=(speaks, *_ALLOW))
            if place != "/":
                found[place.rstrip("/")] = _moved(place)
        first = self._renderer(view.languages[0]).language
        found[SUMMARY] = Reply(200, summary(view, first), JSON, headers=_ANY_ORIGIN)
        return _Edition(
            found=found,
            missing={"/api/": _problem(404, "Not Found"), **missing},
            refused={"/api/": _problem(405, "Method Not Allowed", _ALLOW), **refused},
            version=version,
            rendered_at=now,
            valid_until=view.valid_until,
        )

    def _renderer(self, code: str) -> Renderer:
        if code not in self._renderers:
            self._renderers[code] = Renderer(load_language(code), self._assets)
        return self._renderers[code]

    def _first_edition(self) -> _Edition:
        later = ((b"retry-after", b"5"),)
        starting = Reply(503, self._renderer("en").starting(), HTML, cache=NEVER, headers=later)
        return _Edition(
            found=self._assets.replies,
            missing={"/api/": _problem(503, "Starting", later), "/": starting},
            refused={"/": _problem(405, "Method Not Allowed", _ALLOW)},
        )


def _beginning(replies: Mapping[str, Reply], path: str) -> Reply:
    return next(reply for beginning, reply in replies.items() if path.startswith(beginning) or beginning == "/")


def _problem(status: int, title: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Reply:
    return Reply(status, problem(status, title), PROBLEM, cache=NEVER, headers=headers)


def _moved(place: str) -> Reply:
    return Reply(308, b"", "text/plain; charset=utf-8", headers=((b"location", place.encode()),))
