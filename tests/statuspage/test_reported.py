"""A service that is not probed on the page: said to be so, never as a problem of ours."""

from dataclasses import replace

import pytest

from monitor.core.model import State
from monitor.reader.site import SiteView
from monitor.reader.views import ComponentView, MeasuredView, MethodView, PageView
from statuspage import api
from statuspage.assets import Assets
from statuspage.language import load_language
from statuspage.render import Renderer
from statuspage.words import Standing, other_sentences, page_standing, state_sentence
from tests.statuspage.views import NOW, a_component, a_page, instant

API = a_component("API")
WEB = a_component("Web")
POWERBI = replace(
    a_component("Power BI"),
    state=State.UNKNOWN,
    since=instant("2026-11-01 00:00"),
    as_of=instant("2026-11-01 00:00"),
    p95_ms=None,
    spark_ms=(None,) * 24,
    reported=True,
)
NEVER = replace(POWERBI, since=None, as_of=None)

LOOK = SiteView("Status", "", "Asia/Jakarta", ("en",))


def rendered(code: str, *components: ComponentView) -> str:
    return Renderer(load_language(code), Assets(LOOK), LOOK).status(a_page(*components)).decode()


@pytest.mark.parametrize(
    ("view", "standing", "english", "indonesian"),
    [
        (
            a_page(API, POWERBI),
            Standing.UP,
            "All services that we measure are working",
            "Semua layanan yang kami ukur berfungsi normal",
        ),
        (a_page(replace(API, state=State.DOWN), POWERBI), Standing.DOWN, "API is down", "API tidak tersedia"),
        (
            a_page(NEVER),
            Standing.REPORTED,
            "All services here are reported by their vendors",
            "Semua layanan di sini dilaporkan oleh vendornya",
        ),
        (
            a_page(replace(API, since=None), POWERBI),
            Standing.STARTING,
            "The first measurements are on their way",
            "Pengukuran pertama sedang berlangsung",
        ),
    ],
)
def test_it_has_no_part_in_the_sentence(view: PageView, standing: Standing, english: str, indonesian: str) -> None:
    assert page_standing(view) is standing
    assert state_sentence(view, load_language("en")) == english
    assert state_sentence(view, load_language("id")) == indonesian


def test_what_else_works_is_said_of_what_we_measure() -> None:
    view = a_page(replace(API, state=State.DOWN), WEB, POWERBI)
    assert other_sentences(view, load_language("en")) == ["Everything else that we measure is working."]


def test_a_page_that_is_stale_says_nothing_else_of_it() -> None:
    view = a_page(API, POWERBI, stale=True)
    assert state_sentence(view, load_language("en")) == "We could not measure API"


def test_its_card_says_how_far_its_vendor_reported() -> None:
    html = rendered("en", API, POWERBI)
    assert "Reported by its vendor</span>" in html
    assert "Not measured by us. Its vendor&#39;s last report reaches up to 31 October 2026." in html
    assert "Laporan terakhir vendornya sampai dengan 31 Oktober 2026." in rendered("id", API, POWERBI)


def test_its_card_says_when_nothing_was_reported_yet() -> None:
    html = rendered("en", API, NEVER)
    assert "Not measured by us. Its vendor has reported nothing yet." in html
    assert "Tidak kami ukur. Vendornya belum melaporkan apa pun." in rendered("id", API, NEVER)


def test_it_is_nothing_that_happens_now_and_has_no_response_time() -> None:
    html = rendered("en", POWERBI)
    assert "Happening now" not in html
    assert "Response, p95" not in html


def test_the_summary_says_where_its_state_is_from() -> None:
    body = api.summary(a_page(API, POWERBI), load_language("en")).decode()
    assert '"source":"probed"' in body
    assert '"state":"unknown","since":"2026-10-31T17:00:00Z","as_of":"2026-10-31T17:00:00Z","source":"reported"' in body
    assert '"status":{"state":"up"' in body
    assert '"status":{"state":"unknown"' in api.summary(a_page(NEVER), load_language("en")).decode()


def test_the_method_names_what_is_not_measured_and_bridges_nothing_there() -> None:
    measured = MeasuredView("Power BI", (), 0, 600, reported=True)
    view = MethodView("Status", "Asia/Jakarta", ("en",), NOW, (measured,), None, None)
    html = Renderer(load_language("en"), Assets(LOOK), LOOK).method(view).decode()
    assert "Not measured by us: Power BI." in html
    assert "A gap of at most" not in html
