"""The static files, each served under a name that holds its content's hash, so that it never goes stale."""

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from statuspage.replies import FOREVER, Reply

STATIC = Path(__file__).parent / "static"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_BLANK = re.compile(rb"\s*\n\s*")


class Assets:
    """Every file of `static/`: `path("page.css")` is where it is, `replies` what is answered there."""

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}
        replies: dict[str, Reply] = {}
        for file in sorted(STATIC.iterdir()):
            body = _trimmed(file)
            path = f"/static/{file.stem}.{sha256(body).hexdigest()[:12]}{file.suffix}"
            self._paths[file.name] = path
            replies[path] = Reply(200, body, _TYPES[file.suffix], cache=FOREVER)
        self.replies: Mapping[str, Reply] = replies

    def path(self, name: str) -> str:
        """The path of a static file by its plain name."""
        return self._paths[name]


def _trimmed(file: Path) -> bytes:
    """Without comments and indentation; a JavaScript file's lines stay lines."""
    return _BLANK.sub(b"\n", _COMMENT.sub(b"", file.read_bytes())).strip() + b"\n"
