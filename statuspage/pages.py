"""Every answer of the page as bytes: requests only look them up. The status page is rendered beforehand, the rest
when somebody asks."""

import time
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from threading import Lock

from monitor.core.model import Seconds
from monitor.reader.site import SiteView
from monitor.reader.views import PageView
from statuspage.api import problem, summary
from statuspage.assets import Assets
from statuspage.contents import Contents, html
from statuspage.edition import Edition, Later, oldest, rest
from statuspage.language import Language, load_language
from statuspage.places import SUMMARY, home
from statuspage.render import Renderer
from statuspage.replies import ANY_ORIGIN, HTML, JSON, NEVER, PROBLEM, Reply
from statuspage.source import Reader

__all__ = ["Pages", "Reader"]

_ALLOW = ((b"allow", b"GET, HEAD"),)
_SOON = ((b"retry-after", b"5"),)


class Pages:
    """The replies by path. `refresh` makes them, in any one thread; reading them needs no lock.

    `readers` is where pages are rendered that are only made on request.
    """

    def __init__(self, reader: Reader, readers: Executor | None = None) -> None:
        self._reader = reader
        self._site = reader.site()
        self._assets = Assets(self._site)
        self._renderers: dict[str, Renderer] = {}
        self._lock = Lock()
        self._contents = Contents(reader, self._renderer)
        self._later = Later(ThreadPoolExecutor(1, "pages") if readers is None else readers)
        self._edition = self._first_edition()
        self._taken = 0.0  # CPU seconds that the last one took

    @property
    def found(self) -> Mapping[str, Reply]:
        """By exact path, whatever the query string: what is rendered."""
        return self._edition.found

    @property
    def view(self) -> PageView | None:
        """What the status page was made from; None before it was."""
        return self._edition.view

    @property
    def version(self) -> int | None:
        """Of the facts that it was made from."""
        return self._edition.version

    def language(self, code: str) -> Language:
        return self._renderer(code).language

    def form(self, code: str, template: str, view: PageView, values: Mapping[str, object], at: str | None) -> bytes:
        """A page that is made for one visitor; called in a reader thread."""
        return self._renderer(code).form(template, view, values, at)

    def awaits(self, path: str) -> bool:
        """Whether something is there that is rendered on request."""
        return path in self._edition.later

    async def on_request(self, path: str) -> Reply:
        """The answer at a path that `awaits`, rendered if need be; 503 when that failed."""
        edition = self._edition
        view, key = edition.view, edition.later[path]
        if view is None:
            raise AssertionError("an edition without a view awaits nothing")
        replies = await self._later.get(key, edition, lambda: self._contents.make(key, view))
        if replies is None:
            return _beginning(edition.unavailable, path)
        return replies.get(path) or _beginning(edition.missing, path)

    def missing(self, path: str) -> Reply:
        """The answer where nothing is: 308 to what is there with a slash, else 404, or 503 before the first render."""
        slashed = f"{path}/"
        if slashed in self.found or self.awaits(slashed):
            return _moved(slashed)
        return _beginning(self._edition.missing, path)

    def refused(self, path: str) -> Reply:
        """The answer to any method but GET and HEAD: 405."""
        return _beginning(self._edition.refused, path)

    def refresh(self, now: Seconds) -> bool:
        """Renders anew when facts changed, the page is 15 s old, or its words are no longer true.

        A page that takes long to make is made less often. Returns whether it was. Errors are the caller's; the replies
        before stay.
        """
        with self._lock:
            old, version = self._edition, self._reader.version()
            # A clock set back must not keep an old page for as long as it was set back.
            fresh = old.rendered_at <= now < min(old.rendered_at + oldest(self._taken), old.valid_until)
            if fresh and (version == old.version or now < old.rendered_at + rest(self._taken)):
                return False
            began = time.thread_time()
            self._dress(self._reader.site())
            self._edition = self._render(self._reader.page(), version, now)
            self._taken = time.thread_time() - began
            return True

    def _dress(self, site: SiteView) -> None:
        """Another look, when the settings have one."""
        if site != self._site:
            self._site, self._assets, self._renderers = site, Assets(site), {}

    def _render(self, view: PageView, version: int, now: Seconds) -> Edition:
        found = dict(self._assets.replies)
        missing, refused, unavailable = {}, {}, {}
        for code in reversed(view.languages):
            renderer, place = self._renderer(code), home(code, view.languages)
            speaks = (b"content-language", code.encode())
            found[place] = html(code, renderer.status(view))
            missing[place] = Reply(404, renderer.missing(view), HTML, headers=(speaks,))
            refused[place] = Reply(405, renderer.refused(view), HTML, cache=NEVER, headers=(speaks, *_ALLOW))
            unavailable[place] = Reply(503, renderer.unavailable(view), HTML, cache=NEVER, headers=(speaks, *_SOON))
        first = self._renderer(view.languages[0]).language
        found[SUMMARY] = Reply(200, summary(view, first), JSON, headers=ANY_ORIGIN)
        return Edition(
            found=found,
            missing={"/api/": _problem(404, "Not Found"), **missing},
            refused={"/api/": _problem(405, "Method Not Allowed", _ALLOW), **refused},
            unavailable=unavailable,
            later=self._contents.keys(view),
            version=version,
            view=view,
            rendered_at=now,
            valid_until=view.valid_until,
        )

    def _renderer(self, code: str) -> Renderer:
        if code not in self._renderers:
            self._renderers[code] = Renderer(load_language(code), self._assets, self._site)
        return self._renderers[code]

    def _first_edition(self) -> Edition:
        starting = Reply(503, self._renderer(self._site.languages[0]).starting(), HTML, cache=NEVER, headers=_SOON)
        return Edition(
            found=dict(self._assets.replies),
            missing={"/api/": _problem(503, "Starting", _SOON), "/": starting},
            refused={"/": _problem(405, "Method Not Allowed", _ALLOW)},
        )


def _beginning(replies: Mapping[str, Reply], path: str) -> Reply:
    return next(reply for beginning, reply in replies.items() if path.startswith(beginning) or beginning == "/")


def _problem(status: int, title: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Reply:
    return Reply(status, problem(status, title), PROBLEM, cache=NEVER, headers=headers)


def _moved(place: str) -> Reply:
    return Reply(308, b"", "text/plain; charset=utf-8", headers=((b"location", place.encode()),))
