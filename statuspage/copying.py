"""The whole site as files, for a plain web server: it outlives the hub. Every page says when the copy was made.

A file is replaced at once or not at all, files that pages ask for come before the pages, and only files that a copy
wrote are ever removed.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from monitor.core.model import Seconds
from monitor.reader.views import PageView
from statuspage.api import summary
from statuspage.assets import Assets
from statuspage.contents import Contents
from statuspage.language import load_language
from statuspage.places import SUMMARY, home
from statuspage.render import Renderer
from statuspage.source import Reader

MANIFEST = ".janji-copy.json"
"""What the copy before wrote."""
PROOFS_EVERY: Seconds = 3600
"""Evidence of every month of every component takes long to make and seldom changes."""


class Copier:
    """Writes copies of one reader's site, one after the other, in any one thread."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._proofs_at: dict[Path, Seconds] = {}

    def copy(self, view: PageView, directory: Path) -> int:
        """Writes the site as a view of the page shows it; how many files changed. Raises OSError."""
        directory.mkdir(parents=True, exist_ok=True)
        due = not 0 <= view.now - self._proofs_at.get(directory, -PROOFS_EVERY) < PROOFS_EVERY
        before, changed, written = _manifest(directory), 0, set()
        for path, body in self._files(view, proofs=due):
            name = _name(path)
            changed += _write(directory / name, body)
            written.add(name)
        # Pages that somebody holds in a cache still ask for files of an older look.
        kept = {name for name in before if name.startswith("static/") or (not due and _is_proof(name))}
        for name in before - written - kept:
            with suppress(OSError):
                (directory / name).unlink()
        _write(directory / MANIFEST, json.dumps(sorted(written | kept)).encode())
        if due:
            self._proofs_at[directory] = view.now
        return changed

    def _files(self, view: PageView, *, proofs: bool) -> Iterator[tuple[str, bytes]]:
        """Path and body, pages that people begin with last."""
        site = self._reader.site()
        assets = Assets(site)
        renderers = {code: Renderer(load_language(code), assets, site, copied=True) for code in view.languages}
        for path, reply in assets.replies.items():
            yield path, reply.body
        contents = Contents(self._reader, renderers.__getitem__)
        for key in dict.fromkeys(contents.keys(view).values()):
            if proofs or not key.startswith("evidence "):
                yield from ((path, reply.body) for path, reply in contents.make(key, view).items())
        yield SUMMARY, summary(view, renderers[view.languages[0]].language)
        for code in reversed(view.languages):
            place = home(code, view.languages)
            yield f"{place}404.html", renderers[code].missing(view)
            yield place, renderers[code].status(view)


def _name(path: str) -> str:
    """The file of a path: a page's is `index.html` in its folder."""
    name = path.lstrip("/") + ("index.html" if path.endswith("/") else "")
    if not _is_inside(name):
        raise ValueError(f"{path!r} leads out of the site")
    return name


def _is_inside(name: str) -> bool:
    return not name.startswith("/") and ".." not in PurePosixPath(name).parts


def _is_proof(name: str) -> bool:
    return name.startswith("uptime/") and name.endswith(".json")


def _manifest(directory: Path) -> set[str]:
    try:
        found = json.loads((directory / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return set()
    names = found if isinstance(found, list) else []
    return {name for name in names if isinstance(name, str) and _is_inside(name)}


def _write(file: Path, body: bytes) -> int:
    """Replaces a file at once, unless it holds the same; 1 when it did."""
    with suppress(OSError):
        if file.stat().st_size == len(body) and file.read_bytes() == body:
            return 0
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        beside.write_bytes(body)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    return 1
