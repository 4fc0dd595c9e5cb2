import json
from dataclasses import replace
from itertools import count

import pytest

from monitor.core.model import State
from monitor.reader.views import PageView, Readiness
from statuspage.app import StatusPage, create_app
from statuspage.edition import oldest, rest
from statuspage.pages import Pages
from statuspage.replies import accepts_gzip
from tests.statuspage import views
from tests.statuspage.asking import ask
from tests.statuspage.views import NOW, FakeReader


@pytest.fixture
def reader() -> FakeReader:
    return FakeReader(views.all_up())


@pytest.fixture
def app(reader: FakeReader) -> StatusPage:
    made = create_app(reader)
    made.pages.refresh(NOW)
    return made


def heading(text: str) -> str:
    assert text.count("<h1>") == 1
    return text.split("<h1>")[1].split("</h1>")[0]


async def test_the_page_is_cached_bytes_under_a_strict_policy(app: StatusPage) -> None:
    answer = await ask(app)
    assert answer.status == 200
    assert heading(answer.text) == "All services are working"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "public, max-age=5"
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["content-language"] == "en"
    assert "set-cookie" not in answer.headers


async def test_an_unknown_query_string_gets_the_same_bytes(app: StatusPage, reader: FakeReader) -> None:
    plain, busted = await ask(app), await ask(app, query="utm_source=mail&x=1")
    assert plain.body is busted.body
    assert reader.pages_made == 1


async def test_the_tag_a_browser_holds_saves_the_body(app: StatusPage) -> None:
    first = await ask(app)
    again = await ask(app, if_none_match=f'"other", W/{first.headers["etag"]}')
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert "content-length" not in again.headers
    assert (await ask(app, if_none_match="*")).status == 304
    assert (await ask(app, if_none_match='"other"')).status == 200


async def test_gzip_has_the_same_text_and_a_tag_of_its_own(app: StatusPage) -> None:
    plain, packed = await ask(app), await ask(app, accept_encoding="br, gzip, deflate")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    assert packed.headers["etag"] != plain.headers["etag"]
    unchanged = await ask(app, accept_encoding="gzip", if_none_match=packed.headers["etag"])
    assert unchanged.status == 304


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        (b"gzip", True),
        (b"deflate, gzip;q=0.5", True),
        (b"br;q=1.0, gzip", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.000, br;q=1", False),
        (b"identity", False),
        (b"", False),
    ],
)
def test_gzip_is_sent_only_to_those_who_ask(header: bytes, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


async def test_head_has_the_headers_and_no_body(app: StatusPage) -> None:
    get, head = await ask(app), await ask(app, method="HEAD")
    assert (head.status, head.body, head.headers) == (200, b"", get.headers)


@pytest.mark.parametrize("path", ["/", "/id/", "/api/v1/summary"])
async def test_other_methods_are_refused_in_the_same_dress(app: StatusPage, path: str) -> None:
    answer = await ask(app, path, method="POST")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    assert "content-security-policy" in answer.headers


async def test_a_path_where_nothing_is_gets_a_page_in_the_language_of_its_place(app: StatusPage) -> None:
    english, indonesian = await ask(app, "/nothing"), await ask(app, "/id/nothing")
    assert (english.status, indonesian.status) == (404, 404)
    assert heading(english.text) == "There is no such page"
    assert heading(indonesian.text) == "Halaman ini tidak ada"
    assert 'href="/id/"' in indonesian.text
    assert "content-security-policy" in english.headers


async def test_the_api_says_what_is_wrong_as_problem_details(app: StatusPage) -> None:
    answer = await ask(app, "/api/v2/nothing")
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.text) == {"type": "about:blank", "status": 404, "title": "Not Found"}


async def test_before_the_first_render_everything_says_that_it_is_starting(reader: FakeReader) -> None:
    app = create_app(reader)
    for path in ("/", "/id/", "/nothing"):
        answer = await ask(app, path)
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        assert heading(answer.text) == "The status page is starting"
    assert (await ask(app, "/api/v1/summary")).status == 503
    assert (await ask(app, "/healthz")).status == 200


async def test_the_second_language_has_a_place_of_its_own(app: StatusPage) -> None:
    answer = await ask(app, "/id/")
    assert heading(answer.text) == "Semua layanan berfungsi normal"
    assert '<html lang="id">' in answer.text
    assert answer.headers["content-language"] == "id"
    moved = await ask(app, "/id")
    assert (moved.status, moved.headers["location"]) == (308, "/id/")


async def test_the_first_language_is_at_the_root() -> None:
    app = create_app(FakeReader(replace(views.all_up(), languages=("id", "en"))))
    app.pages.refresh(NOW)
    assert heading((await ask(app)).text) == "Semua layanan berfungsi normal"
    assert heading((await ask(app, "/en/")).text) == "All services are working"


async def test_a_page_in_one_language_has_no_language_link() -> None:
    app = create_app(FakeReader(replace(views.all_up(), languages=("en",))))
    app.pages.refresh(NOW)
    text = (await ask(app)).text
    assert "hreflang" not in text
    assert 'href="/uptime/"' in text
    assert (await ask(app, "/id/")).status == 404


async def test_static_files_are_named_by_their_content_and_kept_for_ever(app: StatusPage) -> None:
    text = (await ask(app)).text
    paths = [part.split('"')[0] for part in text.replace('src="', 'href="').split('href="')[1:]]
    static = [path for path in paths if path.startswith("/static/")]
    assert sorted(path.rsplit(".", 1)[1] for path in static) == ["css", "js", "svg"]
    for path in static:
        answer = await ask(app, path)
        assert answer.status == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_every_link_of_the_page_leads_somewhere(app: StatusPage) -> None:
    for page in ("/", "/id/", "/uptime/", "/id/uptime/", "/method/", "/id/method/", "/nothing"):
        for part in (await ask(app, page)).text.split('href="')[1:]:
            link = part.split('"')[0].removeprefix("https://status.pwbi.co.id")
            assert link.startswith("#") or (await ask(app, link)).status == 200, link


def test_the_page_is_rendered_when_facts_change_or_at_fifteen_seconds(reader: FakeReader) -> None:
    pages = Pages(reader)
    assert pages.refresh(NOW) is True
    assert pages.refresh(NOW + 14) is False
    assert pages.refresh(NOW + 15) is True
    reader.become(views.one_down())
    assert pages.refresh(NOW + 16) is True
    assert b"Web dashboard is down" in pages.found["/"].body
    assert reader.pages_made == 3


def test_a_page_that_takes_long_to_make_is_made_less_often(reader: FakeReader, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = count(step=2)  # each page takes two seconds
    monkeypatch.setattr("statuspage.pages.time.thread_time", lambda: next(clock))
    pages = Pages(reader)
    assert pages.refresh(NOW) is True
    assert pages.refresh(NOW + 39) is False
    assert pages.refresh(NOW + 40) is True
    reader.become(views.one_down())
    assert pages.refresh(NOW + 43) is False
    assert pages.refresh(NOW + 44) is True
    assert b"Web dashboard is down" in pages.found["/"].body


@pytest.mark.parametrize(("taken", "age", "break_"), [(0.08, 15, 0), (1.5, 30, 3), (2.001, 41, 4), (9.0, 60, 18)])
def test_no_page_takes_more_than_a_twentieth_of_a_core_or_is_older_than_a_minute(
    taken: float, age: int, break_: int
) -> None:
    assert (oldest(taken), rest(taken)) == (age, break_)


def test_the_page_is_rendered_when_its_words_are_no_longer_true() -> None:
    pages = Pages(FakeReader(replace(views.all_up(), valid_until=NOW + 5)))
    pages.refresh(NOW)
    assert pages.refresh(NOW + 4) is False
    assert pages.refresh(NOW + 5) is True


def test_a_clock_set_back_does_not_keep_an_old_page(reader: FakeReader) -> None:
    pages = Pages(reader)
    pages.refresh(NOW)
    assert pages.refresh(NOW - 3600) is True


def test_a_failed_render_leaves_the_page_before() -> None:
    class Broken(FakeReader):
        def page(self) -> PageView:
            if self.number > 1:
                raise RuntimeError("the store is away")
            return super().page()

    reader = Broken(views.all_up())
    pages = Pages(reader)
    pages.refresh(NOW)
    reader.number = 2
    with pytest.raises(RuntimeError, match="the store is away"):
        pages.refresh(NOW + 1)
    assert b"All services are working" in pages.found["/"].body


async def test_the_same_facts_make_the_same_bytes(reader: FakeReader) -> None:
    first, second = Pages(reader), Pages(reader)
    first.refresh(NOW)
    second.refresh(NOW)
    assert {path: reply.body for path, reply in first.found.items()} == {
        path: reply.body for path, reply in second.found.items()
    }


async def test_the_summary_holds_what_the_page_shows() -> None:
    app = create_app(FakeReader(views.one_slow()))
    app.pages.refresh(NOW)
    answer = await ask(app, "/api/v1/summary")
    body = json.loads(answer.text)
    web = body["components"][1]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert body["page"]["checked_at"] == "2026-11-23T02:50:37Z"
    assert body["status"] == {"state": "degraded", "sentence": "Web dashboard is responding slowly"}
    assert {key: web[key] for key in ("id", "name", "group", "state", "since", "as_of")} == {
        "id": "web-dashboard",
        "name": "Web dashboard",
        "group": "",
        "state": "degraded",
        "since": "2026-11-23T02:12:00Z",
        "as_of": "2026-11-23T02:50:30Z",
    }
    assert web["month"]["month"] == "2026-11"
    assert web["month"]["availability_percent"] == "99.8822"  # 1 − 2280/1936200, cut off
    assert web["month"]["availability"] == "16116/16135"
    assert web["month"]["target_percent"] == "99.5"
    assert web["month"]["used_seconds"] == "2280"
    assert body["maintenance"][0]["start"] == "2026-11-28T18:00:00Z"


async def test_before_the_first_result_the_summary_holds_nulls() -> None:
    app = create_app(FakeReader(views.at_the_start()))
    app.pages.refresh(NOW)
    body = json.loads((await ask(app, "/api/v1/summary")).text)
    assert body["status"]["state"] == "unknown"
    assert body["components"][0]["state"] == State.UNKNOWN
    assert body["components"][0]["since"] is None
    assert body["components"][0]["month"]["availability"] is None


async def test_readiness_tells_the_public_only_whether(reader: FakeReader) -> None:
    reader.readiness_now = Readiness(False, ("The database at 10.0.0.5 is away.",))
    public, admin = create_app(reader), create_app(reader, admin=True)
    answer, detailed = await ask(public, "/readyz"), await ask(admin, "/readyz")
    assert (answer.status, json.loads(answer.text)) == (503, {"ready": False, "problems": []})
    assert json.loads(detailed.text)["problems"] == ["The database at 10.0.0.5 is away."]
    assert json.loads(detailed.text)["role"] == "leads"
    reader.readiness_now = Readiness(True, ())
    assert (await ask(public, "/readyz")).status == 200


async def test_health_is_ok_whenever_the_process_serves(app: StatusPage) -> None:
    answer = await ask(app, "/healthz")
    assert (answer.status, answer.text) == (200, "ok")
    assert answer.headers["cache-control"] == "no-store"
    assert (await ask(app, "/healthz", method="POST")).status == 405


def test_two_listeners_share_one_set_of_pages(reader: FakeReader) -> None:
    public = create_app(reader)
    assert create_app(reader, admin=True, pages=public.pages).pages is public.pages
