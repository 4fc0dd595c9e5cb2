"""Templates of the settings: checked at load, in a sandbox, and never in the way of an alert."""

import pytest

from monitor.core.alert import Format
from monitor.notify.template import rendered, wrong_with_template

VALUES = {"title": "A & B", "body": "<ul></ul>", "parts": [], "links": [], "type": "failure"}


def test_a_template_may_use_what_a_message_is_made_of() -> None:
    text = "[{{ type }}] {{ title }}{% for part in parts %}, {{ part.name }}: {{ part.lines | join(' ') }}{% endfor %}"
    assert wrong_with_template(text) is None
    assert wrong_with_template("{% for label, url in links %}{{ label }} {{ url }}{% endfor %}") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ titel }}", "'titel' is undefined"),
        ("{{ title", "unexpected end of template"),
        ("{{ title.__class__.__mro__ }}", "access to attribute '__class__' of 'str' object is unsafe"),
        ("{{ range(10000000) | list }}", "range too big"),
        ("{{ 1 / 0 }}", "division by zero"),
    ],
)
def test_a_template_that_does_not_work_is_told_at_load(text: str, said: str) -> None:
    wrong = wrong_with_template(text)
    assert wrong is not None
    assert said.lower() in wrong.lower()


def test_html_escapes_what_is_put_in_but_not_the_body_that_is_html_already() -> None:
    assert rendered("<b>{{ title }}</b>{{ body }}", VALUES, Format.HTML) == "<b>A &amp; B</b><ul></ul>"
    assert rendered("{{ title }}", VALUES, Format.TEXT) == "A & B"
