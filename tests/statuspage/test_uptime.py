import re
from dataclasses import replace

import pytest

from monitor.reader.views import Books, Stage, UptimeView
from statuspage.app import create_app
from statuspage.language import load_language
from statuspage.moments import Moments
from statuspage.pages import Pages
from statuspage.uptime import Months, Row, row_of
from tests.statuspage import months
from tests.statuspage.asking import ask
from tests.statuspage.months import CLOSED, JAKARTA, a_case, a_month, a_window, designed, of, rules, varied
from tests.statuspage.test_page import Words
from tests.statuspage.views import NOW, FakeReader, all_up


def moments(code: str = "en") -> Moments:
    return Moments(load_language(code), JAKARTA, NOW)


def row(month: object, code: str = "en") -> Row:
    return row_of("api", month, load_language(code), moments(code))  # type: ignore[arg-type]


async def render(view: UptimeView, path: str = "/uptime/") -> str:
    pages = Pages(FakeReader(all_up(), months=view, rules=rules()))
    pages.refresh(NOW)
    return (await pages.on_request(path)).body.decode()


@pytest.mark.parametrize("view", [designed(), varied(), replace(designed(), components=())])
@pytest.mark.parametrize("path", ["/uptime/", "/id/uptime/"])
async def test_the_page_is_well_formed_in_each_language(view: UptimeView, path: str) -> None:
    html = await render(view, path)
    page = Words(html)
    assert html.count("<h1>") == 1
    assert sorted(set(page.ids)) == sorted(page.ids)
    assert page.styled == []
    assert "None" not in page.text
    assert "{" not in html


async def test_a_row_reads_as_designed() -> None:
    text = Words(await render(designed())).text
    assert "Production API target 99.9 % Month Availability Downtime Allowed Planned maintenance Not measured" in text
    assert "November 2026 running on track: 99.9968 % 1 min 43 min 2 h 0" in text
    assert "October 2026 provisional target met: 99.9551 % 20 min 44 min 0 0" in text
    assert "September 2026 closed target missed: 99.8611 % 1 h 43 min 0 0" in text
    assert "July 2026 closed, revision 2 target met: 99.9887 % 5 min 44 min 0 6 min" in text
    assert "Months are calendar months in WIB (UTC+7)." in text


async def test_a_month_opens_into_the_seconds_that_made_it() -> None:
    text = Words(await render(designed())).text
    assert (
        "September 2026: how 99.8611 % was reached "
        "2,592,000 s in the month − 0 s planned maintenance − 0 s not measured = 2,592,000 s measured "
        "3,600 s down: 9 Sep 14:02–14:41 (39 min), 21 Sep 03:10–03:31 (21 min) "
        "1 − 3,600 ÷ 2,592,000 = 99.8611 %. Allowed at 99.9 %: 2,592 s. Missed by 1,008 s. "
        "2 outages × one check every 60 s: the downtime is known to within 120 s. "
        "Download the evidence and recompute it yourself." in text
    )


async def test_indonesian_writes_the_same_figures_its_own_way() -> None:
    text = Words(await render(designed(), "/id/uptime/")).text
    assert "September 2026 ditutup target tidak tercapai: 99,8611 % 1 jam 43 menit 0 0" in text
    assert "3.600 dtk tidak tersedia: 9 Sep 14.02–14.41 (39 menit), 21 Sep 03.10–03.31 (21 menit)" in text
    assert "1 − 3.600 ÷ 2.592.000 = 99,8611 %." in text


def test_the_running_month_takes_off_what_is_still_to_come_and_gives_no_verdict() -> None:
    found = row(a_month("2026-11", down=[("2026-11-04 11:20", "2026-11-04 11:21")]))
    assert found.judged == "on track"
    assert found.lines[0] == (
        "2,592,000 s in the month − 655,760 s still to come − 0 s planned maintenance − 0 s not measured "
        "= 1,936,240 s measured"
    )
    assert (
        found.lines[2] == "1 − 60 ÷ 1,936,240 = 99.9969 %. Allowed in the whole month at 99.9 %: 2,592 s. 2,532 s left."
    )


def test_a_month_that_goes_wrong_says_so_beside_its_books() -> None:
    at_risk = row(a_month("2026-11", down=[("2026-11-04 11:00", "2026-11-04 11:40")]))
    assert (at_risk.books, at_risk.sign) == ("running, at risk", "open")
    assert at_risk.lines[2].endswith("192 s left. At the pace so far it would not last the month.")
    lost = row(a_month("2026-11", down=[("2026-11-04 11:00", "2026-11-04 12:00")]))
    assert (lost.books, lost.sign) == ("running, lost", "missed")
    assert lost.lines[2].endswith("Overdrawn by 1,008 s.")


def test_what_was_not_measured_can_leave_a_verdict_open() -> None:
    found = row(
        a_month(
            "2026-09",
            down=[("2026-09-09 14:00", "2026-09-09 14:40")],
            unknown=[("2026-09-10 10:00", "2026-09-10 10:05")],
        )
    )
    assert (found.sign, found.judged, found.unmeasured) == ("open", "not proven", "5 min")
    # 1 − 2400/2591700, then 1 − 2700/2592000 and 1 − 2400/2592000, cut off.
    assert found.lines[2] == (
        "1 − 2,400 ÷ 2,591,700 = 99.9073 %. Allowed at 99.9 %: 2,591 s. 191 s left. "
        "Not proven either way: with what was not measured it lies between 99.8958 % and 99.9074 %."
    )
    assert "300 s not measured: 10 Sep 10:00–10:05 (5 min)" in found.lines


def test_the_plain_figure_stands_beside_the_contractual_one_where_they_differ() -> None:
    window = a_window("2026-09-13 01:00", "2026-09-13 03:00", "2026-09-01 01:00")
    down = [("2026-09-13 01:30", "2026-09-13 01:50")]
    found = row(a_month("2026-09", down=down, windows=[window]))
    assert (found.share, found.downtime, found.maintenance) == ("100.0000 %", "0", "2 h")
    assert "Maintenance 13 Sep 01:00–03:00, Upgrade: announced 12 days ahead, does not count." in found.lines
    assert (
        "Measured, with nothing excluded: 1 − 1,200 ÷ 2,592,000 = 99.9537 %. "
        "The maintenance that does not count held 1,200 s down and 6,000 s up." in found.lines
    )


@pytest.mark.parametrize(
    ("announced", "words"),
    [
        ("2026-09-12 01:00", "announced late: time down counts."),
        ("2026-09-13 01:30", "announced after its start: time down counts."),
    ],
)
def test_late_maintenance_is_listed_and_counts(announced: str, words: str) -> None:
    window = a_window("2026-09-13 01:00", "2026-09-13 03:00", announced, eligible=False, title="")
    found = row(a_month("2026-09", down=[("2026-09-13 01:30", "2026-09-13 01:50")], windows=[window]))
    assert found.downtime == "20 min"
    assert f"Maintenance 13 Sep 01:00–03:00: {words}" in found.lines


def test_inferred_and_degraded_time_is_named() -> None:
    found = row(
        a_month(
            "2026-09",
            down=[("2026-09-13 01:00", "2026-09-13 01:05")],
            inferred=[("2026-09-13 01:05", "2026-09-13 01:10")],
            degraded=[("2026-09-20 10:00", "2026-09-20 11:00")],
        )
    )
    assert found.lines[1] == "600 s down: 13 Sep 01:00–01:10 (10 min)"
    assert "300 s of it inferred, as nobody saw a recovery: 13 Sep 01:05–01:10 (5 min)" in found.lines
    assert "3,600 s degraded: shown, not counted as downtime." in found.lines


def test_an_approved_correction_is_listed_as_not_measured_and_a_pending_one_as_nothing_yet() -> None:
    down = [("2026-09-13 01:00", "2026-09-13 01:30")]
    waiting = row(a_month("2026-09", down=down, cases=[a_case("2026-09-13 01:00", "2026-09-13 01:20")]))
    assert (waiting.downtime, waiting.unmeasured) == ("30 min", "0")
    said = "A correction waits to be decided, and changes nothing until then: 13 Sep 01:00–01:20 (20 min)."
    assert said in waiting.lines
    approved = row(a_month("2026-09", down=down, cases=[a_case("2026-09-13 01:00", "2026-09-13 01:20", approved=True)]))
    assert (approved.downtime, approved.unmeasured) == ("10 min", "20 min")
    said = "Corrected, as our own measurement was wrong: 13 Sep 01:00–01:20 (20 min), not measured."
    assert said in approved.lines
    assert not any(word in line for line in approved.lines for word in ("secret", "ana", "budi"))


def test_a_closed_month_says_when_a_revision_is_proposed_and_keeps_its_figure() -> None:
    down = [("2026-09-13 01:00", "2026-09-13 01:30")]
    said = "A revision is proposed by what came in later; until it is accepted, this figure stands."
    assert said not in row(a_month("2026-09", CLOSED, down=down)).lines
    proposed = row(a_month("2026-09", Books(Stage.CLOSED, 1, proposed=True), down=down))
    assert said in proposed.lines
    assert (proposed.books, proposed.downtime) == ("closed, revision 1", "30 min")


def test_an_outage_over_midnight_names_both_days_and_seconds_only_where_there_are_any() -> None:
    assert moments().period(months.instant("2026-09-09 23:50"), months.instant("2026-09-10 00:20") + 10) == (
        "9 Sep 23:50 – 10 Sep 00:20:10"
    )


def test_a_long_list_is_counted_and_summed_at_its_end() -> None:
    down = [(f"2026-09-{day:02} 11:00", f"2026-09-{day:02} 11:02") for day in range(1, 25)]
    assert row(a_month("2026-09", down=down)).lines[1].endswith("20 Sep 11:00–11:02 (2 min), and 4 more (480 s)")


def test_a_component_that_came_late_is_out_of_service_before() -> None:
    found = row(a_month("2026-09", since="2026-09-16 00:00"))
    assert found.lines[0].startswith("2,592,000 s in the month − 1,296,000 s out of service − 0 s planned")


def test_a_month_without_data_has_no_figure_and_no_verdict() -> None:
    found = row(a_month("2026-09", unknown=[("2026-09-01 00:00", "2026-10-01 00:00")]))
    assert (found.share, found.sign, found.heading) == ("No data", "", "September 2026: why there is no figure")
    assert found.lines[2] == "Nothing was measured, so there is no figure."


def test_without_a_target_nothing_is_judged_and_there_is_nothing_to_prove() -> None:
    found = row(a_month("2026-09", target=None))
    assert (found.sign, found.allowed, found.evidence) == ("", "–", "")
    assert found.lines[2] == "1 − 0 ÷ 2,592,000 = 100.0000 %. There is no target, so nothing is judged."


def test_books_are_running_then_provisional_until_they_are_closed() -> None:
    states = [
        row(a_month("2026-11")).books,
        row(a_month("2026-10")).books,
        row(a_month("2026-09", Books(Stage.CLOSED))).books,
        row(a_month("2026-09", Books(Stage.CLOSED, 2))).books,
        row(a_month("2026-09", Books(Stage.CLOSED, 2)), "id").books,
    ]
    assert states == ["running", "provisional", "closed", "closed, revision 2", "ditutup, revisi 2"]


async def test_names_and_titles_are_text_and_never_markup() -> None:
    window = a_window("2026-09-13 01:00", "2026-09-13 03:00", "2026-09-01 01:00", title='<i>&"Title"%(x)s')
    view = of((a_month("2026-09", windows=[window]),))
    view = replace(view, components=(replace(view.components[0], name="<u>%(name)s"),))
    html = await render(view)
    assert "<i>" not in html
    assert "<u>" not in html
    assert '<i>&"Title"%(x)s' in Words(html).text


def test_a_month_that_is_over_is_drawn_once() -> None:
    drawn: list[str] = []

    def render(*, row: Row) -> str:
        drawn.append(row.id)
        return row.share

    component = designed().components[0]
    drawing = Months(load_language("en"), render)
    first = drawing.draw(component, moments())
    changed = a_month("2026-11", down=[("2026-11-04 11:20", "2026-11-04 11:30")])
    again = drawing.draw(replace(component, months=(changed, *component.months[1:])), moments())
    assert drawn == [*(f"api-2026-{month:02}" for month in (11, 10, 9, 8, 7)), "api-2026-11"]
    assert first.removeprefix("99.9968 %") == again.removeprefix("99.9690 %")


async def test_the_method_page_says_this_pages_settings() -> None:
    pages = Pages(months.a_reader())
    pages.refresh(NOW)
    text = Words((await pages.on_request("/method/")).body.decode()).text
    assert (
        "Production API 1 min Jakarta, Singapore and Frankfurt more than half of the locations that report see it down"
        in text
    )
    assert "Web dashboard 10 s Jakarta and 1 more one location sees it down" in text
    assert "Database 10 s 1 location it is seen down" in text
    assert "at least seven days (604,800 s) before it begins" in text
    assert "Production API and Web dashboard: A gap of at most 10 min between two times down" in text
    assert "Database: Gaps are never filled in" in text
    assert "Worked through Production API, September 2026 2,592,000 s in the month" in text
    assert months.HEAD in text


async def test_the_method_page_is_there_before_the_first_figure() -> None:
    pages = Pages(FakeReader(all_up()))
    pages.refresh(NOW)
    text = Words((await pages.on_request("/id/method/")).body.decode()).text
    assert "Cara kami mengukur" in text
    assert "Contoh perhitungan" not in text
    assert "Buku besar" not in text


async def test_a_bridge_that_is_the_same_everywhere_needs_no_names() -> None:
    view = rules()
    reader = replace(months.a_reader(), rules=replace(view, components=view.components[:2]))
    pages = Pages(reader)
    pages.refresh(NOW)
    html = (await pages.on_request("/method/")).body.decode()
    assert "<p>A gap of at most 10 min" in html


async def test_every_link_of_the_months_leads_somewhere() -> None:
    reader = months.a_reader()
    assert reader.months is not None
    for month in reader.months.components[0].months:
        reader.proofs["api", month.month] = reader.proofs["api", "2026-09"]
    app = create_app(reader)
    app.pages.refresh(NOW)
    text = (await ask(app, "/uptime/")).text
    links = re.findall(r'href="(/uptime/[^"]+)"', text)
    assert links == [f"/uptime/api/2026-{month:02}.json" for month in (11, 10, 9, 8, 7)]
    assert (await ask(app, links[2])).status == 200
