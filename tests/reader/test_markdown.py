"""Public text: Markdown becomes HTML that is safe on the page, whatever was typed."""

import random
import re
import time
from html.parser import HTMLParser

import pytest

from monitor.reader.markdown import to_html, to_text

# fmt: off
ALLOWED = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}
PIECES = (
    "<", ">", "[", "](", ")", "*", "_", "`", "|", "\n", "![", "javascript:", "<script>", "&#x3c;", "\\", "~~", "a",
)
# fmt: on


class Seen(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}


def is_safe(html: str) -> bool:
    seen = Seen(html)
    links = [value for name, value in seen.attributes if name == "href"]
    return (
        seen.tags <= ALLOWED
        and {name for name, _ in seen.attributes} <= {"href", "rel"}
        and all(re.match(r"https?://|mailto:", link) for link in links)
    )


def test_what_people_write_reads_as_they_mean_it() -> None:
    text = "A **report** query holds `connections`.\n\n- moved\n- [watched](https://status.example/x)\n\n# Next"
    assert to_html(text) == (
        "<p>A <strong>report</strong> query holds <code>connections</code>.</p>\n"
        "<ul>\n<li>moved</li>\n"
        '<li><a href="https://status.example/x" rel="nofollow noopener noreferrer">watched</a></li>\n</ul>\n'
        "<h3>Next</h3>\n"
    )
    assert to_text(text) == "A report query holds connections. moved watched Next"


def test_raw_html_is_shown_as_it_was_typed() -> None:
    assert to_html("<b>bold</b> <script>alert(1)</script>") == (
        "<p>&lt;b&gt;bold&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://evil.example/pixel.png)",
        "<img src=x onerror=alert(1)>",
        '<a href="https://a.example" onclick="alert(1)">x</a>',
        '[x](https://a.example "onclick=alert(1)")',
        "<https://a.example/'onmouseover='alert(1)>",
        "`<script>`",
        "```html\n<script>alert(1)</script>\n```",
        "[x]: javascript:alert(1)\n\n[x]",
        "<!--[if IE]><script>alert(1)</script><![endif]-->",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<svg><style><img src=x onerror=alert(1)>",
        "# <h1 id=x>",
    ],
)
def test_nothing_that_is_typed_becomes_a_script_a_style_or_an_image(text: str) -> None:
    assert is_safe(to_html(text)), to_html(text)


def test_ten_thousand_characters_of_hostile_text_survive() -> None:
    chance = random.Random(5)  # noqa: S311 - the same text each time
    hostile = ["".join(chance.choice(PIECES) for _ in range(10_000))[:10_000] for _ in range(3)]
    hostile += ["[" * 10_000, "*" * 10_000, "`" * 9_999, "> " * 5_000, "- " * 5_000, "[a](" * 2_500, "![[]()" * 1_600]
    for text in hostile:
        started = time.process_time()
        assert is_safe(to_html(text))
        assert isinstance(to_text(text), str)
        assert time.process_time() - started < 5
