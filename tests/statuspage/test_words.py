from dataclasses import replace

import pytest

from monitor.core.model import FailureKind, State
from monitor.reader.views import ComponentView, PageView
from statuspage.language import load_language
from statuspage.words import Standing, other_sentences, page_standing, standing_of, state_sentence
from tests.statuspage import views
from tests.statuspage.views import a_component, a_page

WEB = a_component("Web")
API = a_component("API")
REST = (a_component("Mail"), a_component("Files"))


TABLE = [
    (views.all_up(), "All services are working", "Semua layanan berfungsi normal"),
    (views.one_slow(), "Web dashboard is responding slowly", "Web dashboard merespons lambat"),
    (views.one_down(), "Web dashboard is down", "Web dashboard tidak tersedia"),
    (views.several_down(2), "Service A and Service B are down", "Service A dan Service B tidak tersedia"),
    (views.several_down(3), "Three services are down", "Tiga layanan tidak tersedia"),
    (views.several_down(10), "Ten services are down", "Sepuluh layanan tidak tersedia"),
    (views.several_down(11), "Many services are down", "Banyak layanan tidak tersedia"),
    (views.several_down(12), "All services are down", "Semua layanan tidak tersedia"),
    (views.several_down(1, total=1), "Service A is down", "Service A tidak tersedia"),
    (views.several_down(2, total=2), "Service A and Service B are down", "Service A dan Service B tidak tersedia"),
    (views.under_maintenance(), "Database is under maintenance", "Database sedang dalam pemeliharaan"),
    (views.unmeasured(), "We could not measure Database", "Kami tidak dapat mengukur Database"),
    (
        views.at_the_start(),
        "The first measurements are on their way",
        "Pengukuran pertama sedang berlangsung",
    ),
    (
        a_page(replace(WEB, state=State.DEGRADED, reason=FailureKind.CERTIFICATE_EXPIRED), API),
        "Web is degraded",
        "Web terganggu",
    ),
    (
        a_page(
            replace(WEB, state=State.DEGRADED, reason=FailureKind.SLOW),
            replace(API, state=State.DEGRADED, reason=FailureKind.STATUS),
        ),
        "Web and API are degraded",
        "Web dan API terganggu",
    ),
    (
        replace(views.all_up(), stale=True),
        "No service could be measured",
        "Tidak ada layanan yang dapat diukur",
    ),
]


@pytest.mark.parametrize(("view", "english", "indonesian"), TABLE, ids=[row[1] for row in TABLE])
def test_one_sentence_says_the_state(view: PageView, english: str, indonesian: str) -> None:
    assert state_sentence(view, load_language("en")) == english
    assert state_sentence(view, load_language("id")) == indonesian


@pytest.mark.parametrize("view", [row[0] for row in TABLE], ids=[row[1] for row in TABLE])
def test_the_sentence_holds_no_figure(view: PageView) -> None:
    assert not any(sign.isdigit() for sign in state_sentence(view, load_language("en")))


def test_maintenance_never_hides_a_component_that_is_down() -> None:
    component = a_component(state=State.DOWN, in_maintenance=True)
    assert standing_of(component) is Standing.DOWN
    assert page_standing(a_page(component, in_work())) is Standing.DOWN


def test_a_slow_component_in_maintenance_is_still_called_slow() -> None:
    assert standing_of(a_component(state=State.DEGRADED, in_maintenance=True)) is Standing.DEGRADED


def test_silence_never_hides_a_component_that_was_down() -> None:
    assert page_standing(replace(views.one_down(), stale=True)) is Standing.DOWN
    assert page_standing(replace(views.one_slow(), stale=True)) is Standing.UNKNOWN


def test_what_is_not_down_is_said_after_what_is() -> None:
    view = a_page(
        a_component("Web", state=State.DOWN),
        a_component("API", state=State.DEGRADED, reason=FailureKind.SLOW),
        a_component("Queue", state=State.UNKNOWN),
        in_work(),
        *REST,
    )
    assert other_sentences(view, load_language("en")) == [
        "API is responding slowly.",
        "We could not measure Queue.",
        "Database is under maintenance.",
        "Everything else is working.",
    ]


def test_nothing_else_is_said_to_work_when_nothing_else_is_there() -> None:
    assert other_sentences(views.several_down(2, total=2), load_language("en")) == []
    assert other_sentences(views.all_up(), load_language("en")) == []
    assert other_sentences(views.at_the_start(), load_language("en")) == []


def in_work() -> ComponentView:
    return a_component("Database", in_maintenance=True)
