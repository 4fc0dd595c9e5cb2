"""Public text: Markdown to HTML that is safe on the page. Raw HTML is shown as it was typed, never passed on.

What reads and cleans it is imported with the first text: 3 MB that a page without incidents does without.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_TAGS = frozenset({
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
})  # fmt: skip
_SCHEMES = frozenset({"http", "https", "mailto"})
_FIRST_LEVEL = 3
"""Of a heading: above it stand the page's title and the section's."""


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")


def to_html(text: str) -> str:
    """The text as HTML: paragraphs, lists, links, code, tables; headings from `<h3>` on. No images, no raw HTML."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + _FIRST_LEVEL - 1)}"
    return _cleaned(parser.renderer.render(tokens, parser.options, {}))


def to_text(text: str) -> str:
    """The text in one line without marks: for feeds' summaries and descriptions."""
    return " ".join(_plain(_parser().parse(text)).split())


def _plain(tokens: "list[Token]") -> str:
    parts = []
    for token in tokens:
        if token.children:
            parts.append(_plain(token.children))
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        else:
            parts.append(token.content)
        if token.type in ("inline", "fence", "code_block"):
            parts.append(" ")
    return "".join(parts)


def _cleaned(html: str) -> str:
    import nh3

    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={"a": {"href"}, "*": set()},
        url_schemes=set(_SCHEMES),
        link_rel="nofollow noopener noreferrer",
        url_relative="deny",  # feeds and mails have nothing that it could be relative to
    )
