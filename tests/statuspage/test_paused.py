"""A component that is not checked for a while: said in both languages, without its reason, and never as a failure."""

import json
from dataclasses import replace

import pytest

from monitor.core.model import State
from monitor.reader.views import ComponentView
from statuspage import api
from statuspage.assets import Assets
from statuspage.language import load_language
from statuspage.render import Renderer
from statuspage.words import Standing, page_standing, standing_of, state_sentence
from tests.statuspage.views import NOW, PLAIN, a_component, a_page

API = a_component("API")
PAUSED = replace(a_component("Database"), state=State.UNKNOWN, since=NOW - 600, paused_until=NOW + 3600)


def rendered(code: str, *components: ComponentView) -> str:
    return Renderer(load_language(code), Assets(PLAIN), PLAIN).status(a_page(*components)).decode()


@pytest.mark.parametrize(
    ("code", "sentence", "remark"),
    [
        ("en", "Database is not being checked", "We have paused checking it until "),
        ("id", "Database sedang tidak diperiksa", "Kami menjeda pemeriksaannya hingga "),
    ],
)
def test_the_page_says_that_it_is_not_checked_and_until_when(code: str, sentence: str, remark: str) -> None:
    view = a_page(API, PAUSED)
    assert page_standing(view) is Standing.PAUSED
    assert state_sentence(view, load_language(code)) == sentence
    page = rendered(code, API, PAUSED)
    assert page.count(remark) == 2  # what goes on now, and its card


def test_what_was_down_when_it_was_paused_is_down_until_the_books_say_otherwise() -> None:
    assert standing_of(replace(PAUSED, state=State.DOWN)) is Standing.DOWN
    assert standing_of(replace(PAUSED, state=State.UP)) is Standing.UP
    assert page_standing(a_page(replace(API, state=State.DOWN), PAUSED)) is Standing.DOWN


def test_the_api_tells_until_when() -> None:
    summary = json.loads(api.summary(a_page(API, PAUSED), load_language("en")))
    assert summary["status"]["state"] == "unknown"
    assert [item["paused_until"] is None for item in summary["components"]] == [True, False]
