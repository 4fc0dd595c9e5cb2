"""A message in words as a channel takes it: plain text, Markdown or HTML. What people or targets wrote is escaped."""

import re
from dataclasses import replace
from html import escape

from monitor.core.alert import Format, Message
from monitor.core.alerting.words import Part, Said

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")


def written(said: Said, form: Format) -> Message:
    """The message. One about a single trouble says its title once, at the top."""
    several = len(said.parts) > 1
    match form:
        case Format.HTML:
            body = "\n".join([*(_html(part, several) for part in said.parts), *map(_anchor, said.links)])
        case Format.MARKDOWN:
            blocks = ["\n".join(_marked(part, several)) for part in said.parts]
            body = "\n\n".join([*blocks, "  \n".join(_link(*link) for link in said.links)]).rstrip()
        case Format.TEXT:
            blocks = ["\n".join(_plain(part, several)) for part in said.parts]
            links = "\n".join(f"{label}: {url}" for label, url in said.links)
            body = ("\n\n" if several else "\n").join([*blocks, links]).rstrip()
    return Message(said.type, said.title, body, format=form.value)


def with_line(message: Message, line: str) -> Message:
    """The message with one more line at its end."""
    match Format(message.format):
        case Format.HTML:
            end = f"\n<p>{escape(line)}</p>"
        case Format.MARKDOWN:
            end = f"\n\n{marked(line)}"
        case Format.TEXT:
            end = f"\n{line}"
    return replace(message, body=message.body + end)


def marked(text: str) -> str:
    """A text as Markdown shows it, whatever is in it."""
    return _SPECIAL.sub(r"\\\1", text)


def _plain(part: Part, several: bool) -> list[str]:
    links = [f"{label}: {url}" for label, url in part.links]
    return [*([part.title] if several else []), *part.lines, *links]


def _marked(part: Part, several: bool) -> list[str]:
    head = [f"**{marked(part.title)}**", ""] if several else []
    return [*head, *(f"- {marked(line)}" for line in part.lines), *(f"- {_link(*link)}" for link in part.links)]


def _html(part: Part, several: bool) -> str:
    head = f"<h3>{escape(part.title)}</h3>\n" if several else ""
    lines = "".join(f"<li>{escape(line)}</li>\n" for line in part.lines)
    links = "".join(f"<li>{_anchor(link)}</li>\n" for link in part.links)
    return f"{head}<ul>\n{lines}{links}</ul>"


def _link(label: str, url: str) -> str:
    return f"[{label}]({url})"


def _anchor(link: tuple[str, str]) -> str:
    label, url = link
    return f'<a href="{escape(url)}">{escape(label)}</a>'
