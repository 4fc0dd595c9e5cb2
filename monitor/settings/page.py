"""The public page: its words, its zone, its languages, and how it looks."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from monitor.settings.findings import Findings, texts
from monitor.settings.nodes import Node
from monitor.settings.section import Section
from monitor.settings.values import Filled, Text, Url

Written: TypeAlias = Literal["en", "id"]
"""What statements and reviews can be written in."""

PICTURES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}
LARGEST_PICTURE = 256 * 1024
LEAST_CONTRAST = 3.0
"""Of a sign against what it stands on (WCAG 2.2, 1.4.11)."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LINK = re.compile(r"(https?://[^\s/?#]+\S*|mailto:[^\s@]+@[^\s@]+)")
_SUPPORT = re.compile(r"[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+")


def _colour(text: str) -> str:
    if _COLOUR.fullmatch(text) is None:
        raise ValueError('write a colour as "#2d9d68", in quotes')
    return text.lower()


def _link(text: str) -> str:
    if _LINK.fullmatch(text) is None:
        raise ValueError("write an address such as https://example.com or mailto:help@example.com")
    return text


def _support(text: str) -> str:
    if _SUPPORT.fullmatch(text) is None and _LINK.fullmatch(text) is None:
        raise ValueError("write a mail address such as help@example.com, or https://example.com/help")
    return text


class Link(Section):
    """A link at the foot of every page."""

    name: Text
    url: Annotated[str, AfterValidator(_link)]


class Page(Section):
    """The public status page."""

    title: Text = "Status"
    url: Url | None = None
    zone: str = "UTC"
    languages: Filled[Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]] = ("en",)
    accent: Annotated[str, AfterValidator(_colour)] | None = None
    logo: Text | None = None
    favicon: Text | None = None
    links: tuple[Link, ...] = ()
    footer: Text | None = None
    support: Annotated[str, AfterValidator(_support)] | None = None

    def address(self, place: str, language: str = "") -> str:
        """The public address of a place (`incidents/7k3m9q/`) in a language; empty where it is not known."""
        if self.url is None:
            return ""
        other = language in self.languages and language != self.languages[0]
        return f"{self.url}/{language}/{place}" if other else f"{self.url}/{place}"

    @property
    def written(self) -> Written:
        """The first of its languages that statements can be written in, else English."""
        return next((name for name in ("en", "id") if name == self._first_written), "en")

    @property
    def _first_written(self) -> str | None:
        return next((code for code in self.languages if code in ("en", "id")), None)


def check_page(findings: Findings, page: Node, languages: Sequence[str], size: Callable[[Path], int | None]) -> None:
    """Languages that there are, a colour that a white sign is seen on, and pictures that are there. `size` is that of
    a file in bytes, None without one."""
    found = texts(page, "languages", ("page",))
    findings.once(found)
    for place, code in found:
        if code not in languages:
            findings.mistake(place, f"write {' or '.join(languages)}")
    accent = page.text("accent")
    if accent is not None and _COLOUR.fullmatch(accent) and contrast(accent, "#ffffff") < LEAST_CONTRAST:
        findings.mistake(
            ("page", "accent"),
            f"white on {accent} is hard to see ({contrast(accent, '#ffffff'):.1f} to 1); "
            f"write a darker colour, {LEAST_CONTRAST:.0f} to 1 or more",
        )
    for key in ("logo", "favicon"):
        name = page.text(key)
        wrong = None if name is None else _wrong_picture(Path(name), size)
        if wrong is not None:
            findings.mistake(("page", key), wrong)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _wrong_picture(path: Path, size: Callable[[Path], int | None]) -> str | None:
    if path.suffix.lower() not in PICTURES:
        return f"write the path of a picture that ends in {', '.join(PICTURES)}"
    found = size(path)
    if found is None:
        return f"there is no file {path}; paths are relative to the working directory"
    if found > LARGEST_PICTURE:
        return f"{path} has {found:,} bytes; a picture may have {LARGEST_PICTURE:,}"
    return None
