"""The static files of one look of the site, each under a name that holds its content's hash: it never goes stale."""

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from monitor.reader.site import Picture, SiteView
from statuspage.replies import FOREVER, Reply
from statuspage.words import Standing

STATIC = Path(__file__).parent / "static"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_BLANK = re.compile(rb"\s*\n\s*")
_BRAND = "#2d9d68"

_SIGNS = {
    Standing.DOWN: ("#bd2f2a", '<path d="M9 9 19 19M19 9 9 19"/>'),
    Standing.DEGRADED: ("#8a5a00", '<path d="M14 7v9M14 20.6v.2"/>'),
    Standing.MAINTENANCE: ("#2a58b5", '<path d="M8 14h12M14 8v12"/>'),
    Standing.UNKNOWN: ("#5c6068", '<path d="M10.6 11a3.6 3.6 0 1 1 5.2 3.3c-1.2.7-1.8 1.2-1.8 2.4M14 20.6v.2"/>'),
}
"""In the tab, too, a state has a shape beside its colour."""


class Assets:
    """`path("page.css")` is where a file is, `replies` what is answered there. The operator's own pictures are `logo`
    and `favicon`."""

    def __init__(self, site: SiteView) -> None:
        self._paths: dict[str, str] = {}
        self.replies: Mapping[str, Reply] = {}
        accent = site.accent or _BRAND
        replies: dict[str, Reply] = {}
        for file in sorted(STATIC.iterdir()):
            body = _trimmed(file)
            if file.name == "page.css" and site.accent:
                body += f":root{{--brand:{accent}}}\n".encode()
            if file.name == "icon.svg":
                body = body.replace(_BRAND.encode(), accent.encode())
            self._add(replies, file.name, file.suffix, _TYPES[file.suffix], body)
        for standing, (colour, sign) in _SIGNS.items():
            self._add(replies, f"icon-{standing}.svg", ".svg", _TYPES[".svg"], _icon(colour, sign))
        for name, picture in (("logo", site.logo), ("favicon", site.favicon)):
            if picture is not None:
                self._picture(replies, name, picture)
        self.replies = replies

    def path(self, name: str) -> str:
        """The path of a static file by its plain name."""
        return self._paths[name]

    def icon(self, standing: str = Standing.UP) -> str:
        """The path of the icon that says how things stand; when they are well, the site's own."""
        own = "favicon" if "favicon" in self._paths else "icon.svg"
        return self._paths.get(f"icon-{standing}.svg", self._paths[own])

    def _picture(self, replies: dict[str, Reply], name: str, picture: Picture) -> None:
        self._add(replies, name, picture.ending, picture.content_type, picture.body)

    def _add(self, replies: dict[str, Reply], name: str, ending: str, content_type: str, body: bytes) -> None:
        path = f"/static/{name.split('.')[0]}.{sha256(body).hexdigest()[:12]}{ending}"
        self._paths[name] = path
        replies[path] = Reply(200, body, content_type, cache=FOREVER)


def _icon(colour: str, sign: str) -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><rect width="28" height="28" rx="8" '
        f'fill="{colour}"/><g fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" '
        f'stroke-linejoin="round">{sign}</g></svg>\n'
    ).encode()


def _trimmed(file: Path) -> bytes:
    """Without comments and indentation; a JavaScript file's lines stay lines."""
    return _BLANK.sub(b"\n", _COMMENT.sub(b"", file.read_bytes())).strip() + b"\n"
