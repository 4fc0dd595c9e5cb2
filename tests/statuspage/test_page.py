import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from random import Random

import pytest

from monitor.core.model import FailureKind, State
from monitor.reader.views import PageView, RecentDay
from statuspage.pages import Pages
from tests.statuspage import views
from tests.statuspage.views import DAY, NOW, FakeReader, a_component, a_month, a_page, a_window, an_outage, instant

VIEWS = [
    views.all_up,
    views.one_slow,
    views.one_down,
    views.under_maintenance,
    views.unmeasured,
    views.at_the_start,
    views.fifty,
]


class Words(HTMLParser):
    """The text of a page as people read it, and the ids of its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.styled: list[str] = []
        self.parts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.styled += [tag for name, _ in attrs if name == "style" or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.parts))


def render(view: PageView, path: str = "/") -> str:
    pages = Pages(FakeReader(view))
    pages.refresh(NOW)
    return pages.found[path].body.decode()


def read(view: PageView, path: str = "/") -> str:
    return Words(render(view, path)).text


@pytest.mark.parametrize("make", VIEWS)
@pytest.mark.parametrize("path", ["/", "/id/"])
def test_every_page_has_one_heading_and_ids_that_are_its_own(make: object, path: str) -> None:
    html = render(make(), path)  # type: ignore[operator]
    page = Words(html)
    assert html.count("<h1>") == 1
    assert sorted(set(page.ids)) == sorted(page.ids)
    assert page.styled == []  # the policy forbids style and script in the markup
    assert "None" not in page.text
    assert "{" not in html


def test_the_title_follows_the_state() -> None:
    assert "<title>Web dashboard is responding slowly · PWBI status</title>" in render(views.one_slow())
    assert "<title>Semua layanan berfungsi normal · PWBI status</title>" in render(views.all_up(), "/id/")


def test_under_the_sentence_stands_what_else_is_so_and_when_it_was_checked() -> None:
    text = read(views.one_slow())
    assert "Everything else is working. Checked at 09:50:37 WIB from Jakarta, Singapore and Frankfurt." in text
    assert "Diperiksa pukul 09.50.37 WIB dari Jakarta, Singapore dan Frankfurt." in read(views.one_slow(), "/id/")


def test_a_page_that_fell_silent_says_when_it_last_measured() -> None:
    view = replace(views.all_up(), stale=True, checked_at=instant("2026-11-23 08:00"))
    assert "Last measured at 08:00:00 WIB : what is shown may be out of date." in read(view)


def test_what_happens_now_is_said_in_plain_words() -> None:
    text = read(views.one_down())
    assert "Happening now Web dashboard is down Down Web dashboard · since 09:12 WIB" in text
    assert "It did not answer in time. 39 min of downtime so far." in text


def test_trouble_at_one_location_is_shown_and_not_counted() -> None:
    text = read(views.one_down())
    assert "Production API: trouble seen from Singapore Regional" in text
    assert "It works from the other locations, so this does not count as downtime." in text


def test_what_does_not_exist_is_left_out() -> None:
    text = read(views.all_up())
    for heading in ("Happening now", "Scheduled maintenance", "Get updates", "Add to calendar"):
        assert heading not in text


def test_our_own_fault_is_not_called_downtime() -> None:
    text = read(views.unmeasured())
    assert "We could not measure Database Not measured" in text
    assert "Our credentials were refused." in text


def test_a_window_says_how_long_ahead_it_was_announced() -> None:
    text = read(a_page(a_component(), maintenance=(a_window(),)))
    assert "Planned Sun 29 Nov, 01:00–03:00 WIB · Database, Production API · announced 10 days ahead" in text
    text = read(a_page(a_component(), maintenance=(a_window(),)), "/id/")
    assert "Min 29 Nov, 01.00–03.00 WIB · Database, Production API · diumumkan 10 hari sebelumnya" in text


@pytest.mark.parametrize(
    ("days_ahead", "published", "words"),
    [
        (2, "2026-11-26 10:00", "announced late: time down counts"),
        (10, "2026-11-18 10:00", "a part was announced late: time down in it counts"),
        (0, "2026-11-29 01:00", "announced after its start: time down counts"),
    ],
)
def test_a_window_that_does_not_count_says_so(days_ahead: int, published: str, words: str) -> None:
    window = a_window(excluded=False, days_ahead=days_ahead, published_at=instant(published))
    assert words in read(a_page(a_component(), maintenance=(window,)))


def test_a_running_window_is_called_so_on_its_component_too() -> None:
    text = read(views.under_maintenance())
    assert "Database version upgrade Under way" in text
    assert "Database Maintenance Operational" in text


def test_a_component_shows_its_days_its_month_and_its_allowance() -> None:
    text = read(views.one_slow())
    assert "Production API api.pwbi.co.id Operational 90 days ago 99.9845 % over 90 days Today" in text
    assert "November so far 99.9969 % target 99.9 % Downtime allowance 1 min of 43 min used" in text
    assert "Response, p95 4.1 s" in text
    assert "38 min of 3 h 36 min used" in text


def test_a_short_history_says_how_many_days_it_has() -> None:
    assert "99.9421 % over 81 days" in read(views.one_slow())
    assert "100.0000 % over 1 day " in read(a_page(a_component(measured_days=1)))


def test_a_lost_month_is_red_and_says_so() -> None:
    html = render(views.one_slow())
    assert html.count('class="month lost"') == 1
    assert "99.8481 % target 99.9 %, lost" in Words(html).text


def test_indonesian_writes_its_own_figures() -> None:
    text = read(views.one_slow(), "/id/")
    assert "99,9845 % selama 90 hari" in text
    assert "38 menit dari 3 jam 36 menit terpakai" in text
    assert "4,1 dtk" in text


def test_a_component_without_a_target_is_measured_and_not_judged() -> None:
    text = read(a_page(a_component(month=a_month(target=None))))
    assert "November so far 100.0000 %" in text
    assert "target" not in text
    assert "Downtime allowance" not in text


def test_before_the_first_result_there_is_no_figure() -> None:
    text = read(views.at_the_start())
    assert "No data yet" in text
    assert "100.0000" not in text
    assert "Response, p95" not in text
    assert "Happening now" not in text


def test_a_table_holds_the_ninety_days_newest_first() -> None:
    html = render(views.one_slow())
    database = html.split('id="c-database-days"')[1].split("</table>")[0]
    assert database.count("<tr><th scope=") == 91  # the head and ninety days
    text = Words(database).text
    assert text.index("Mon 23 Nov") < text.index("Wed 11 Nov 96.5972 % 49 min 0 0 0") < text.index("Wed 26 Aug")
    assert text.count("Not measured – – – –") == 9


def test_components_stand_in_their_groups_in_order() -> None:
    text = read(
        a_page(
            a_component("Api", group="Platform"),
            a_component("Mail", group="Office"),
            a_component("Queue", group="Platform"),
        )
    )
    places = [text.index(word) for word in ("Platform", " Api ", " Queue ", "Office", " Mail ")]
    assert places == sorted(places)


def test_quiet_days_are_told_together_and_today_alone() -> None:
    text = read(views.one_slow())
    assert (
        "Today, 23 November No outages. Sunday 22 – Thursday 12 November No outages. "
        "Wednesday 11 November Database was down — 14:03–14:52, 49 min Tuesday 10 November No outages." in text
    )


def test_days_that_nobody_measured_are_not_called_quiet() -> None:
    view = a_page(a_component(days=views.days_with({4: {"unknown": DAY}}, since=6)))
    assert (
        "Today, 23 November No outages. Sunday 22 – Friday 20 November No outages. "
        "Thursday 19 November Not measured. Wednesday 18 November No outages. "
        "Tuesday 17 – Tuesday 10 November Not measured." in read(view)
    )


def test_an_outage_that_goes_on_has_no_end() -> None:
    assert "Web dashboard is down — since 09:12 WIB, ongoing" in read(views.one_down())


def test_an_outage_over_midnight_is_told_on_both_days() -> None:
    outage = an_outage("database", "2026-11-18 23:50", "2026-11-19 00:20")
    days = views.quiet_days({back: RecentDay(date(2026, 11, 23 - back), (outage,), ()) for back in (4, 5)})
    assert (
        "Thursday 19 November Database was down — Wed 18 Nov, 23:50 – 00:20 "
        "Wednesday 18 November Database was down — 23:50 – Thu 19 Nov, 00:20, 30 min"
        in read(a_page(a_component("Database"), days=days))
    )


def test_outages_at_the_same_hours_of_two_days_are_two() -> None:
    two = {
        back: RecentDay(date(2026, 11, day), (an_outage("database", *hours, id=str(day)),), ())
        for back, day in ((3, 20), (4, 19))
        for hours in [(f"2026-11-{day} 14:03", f"2026-11-{day} 14:52")]
    }
    text = read(a_page(a_component("Database"), days=views.quiet_days(two)))
    assert text.count("Database was down — 14:03–14:52, 49 min") == 2


def test_maintenance_that_ended_early_is_told_as_it_was() -> None:
    window = a_window(
        start=instant("2026-11-20 01:00"), end=instant("2026-11-20 03:00"), ended_at=instant("2026-11-20 02:10")
    )
    days = views.quiet_days({3: RecentDay(date(2026, 11, 20), (), (window,))})
    assert "Friday 20 November Database version upgrade — maintenance, 01:00–02:10" in read(
        a_page(a_component(), days=days)
    )


def test_names_are_text_and_never_markup() -> None:
    component = a_component('<b>&"Name"%(x)s', state=State.DOWN, reason=FailureKind.STATUS)
    view = a_page(replace(component, id="odd"), outages=(an_outage("odd", "2026-11-23 09:12", None),))
    html = render(replace(view, title="<i>Title", locations=("<u>Here",)))
    assert "<b>&" not in html
    assert "<i>" not in html
    assert "<u>" not in html
    assert '<b>&"Name"%(x)s is down' in Words(html).text


def test_days_that_are_over_are_kept_and_changed_ones_drawn_again() -> None:
    reader = FakeReader(views.all_up())
    pages = Pages(reader)
    pages.refresh(NOW)
    first = pages.found["/"].body
    reader.become(a_page(a_component("Production API", days=views.days_with({5: {"down": DAY // 2}}))))
    pages.refresh(NOW)
    assert "50.0000 %" in pages.found["/"].body.decode()
    reader.become(views.all_up())
    pages.refresh(NOW)
    assert pages.found["/"].body == first


def test_a_page_with_ten_components_and_its_files_is_under_25_kb() -> None:
    chance = Random(90)  # noqa: S311 - only to make days differ
    components = [
        a_component(
            f"Service {n}",
            days=tuple(
                views.a_day(
                    views.TODAY - timedelta(days=back),
                    down=chance.choice([0, 0, 0, chance.randrange(4000)]),
                    unknown=chance.choice([0, 0, 0, chance.randrange(300)]),
                )
                for back in reversed(range(90))
            ),
            spark_ms=tuple(chance.randrange(100, 300) for _ in range(24)),
        )
        for n in range(10)
    ]
    pages = Pages(FakeReader(a_page(*components)))
    pages.refresh(NOW)
    needed = [reply for path, reply in pages.found.items() if path == "/" or path.startswith("/static/")]
    assert sum(reply.packed_length for reply in needed) < 25_000


def test_locations_that_do_not_report_are_counted_and_said_to_be_our_fault() -> None:
    assert "do not report" not in render(a_page(a_component()))
    one = render(a_page(a_component(), silent=1))
    assert "One of our monitoring locations does not report at present; that is on our side" in one
    assert "2 of our monitoring locations do not report at present" in render(a_page(a_component(), silent=2))
