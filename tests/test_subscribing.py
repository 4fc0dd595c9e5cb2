"""From the form on the page to the mailbox and back out again, on a real store, a real mail server, the real forms."""

import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email import message_from_string, policy
from pathlib import Path
from urllib.parse import urlencode

import pytest
from icalendar import Calendar

from monitor.api.subscribing import SubscriptionDesk, TooOften
from monitor.api.work import Work
from monitor.core.incident import Action, Impact, IncidentEvent
from monitor.core.notice import NoticeAction, NoticeEvent
from monitor.hub.telling_subscribers import TellingSubscribers
from monitor.reader.telling import telling
from monitor.settings.loader import load
from monitor.storage.store import StorageAway, Store
from statuspage.app import create_app
from statuspage.subscribing import SubscribeDoor
from tests.notify.receivers import Mailbox, mailbox
from tests.statuspage import views
from tests.statuspage.asking import Answer, ask
from tests.statuspage.views import FakeReader

NOW = views.NOW
LINK = re.compile(r"https://status\.example\.com(/\S*subscription/\S{43})")
YAML = """
page: {{title: PWBI status, url: "https://status.example.com", zone: Asia/Jakarta, languages: [en, id]}}
components:
  - {{id: api, name: Production API, checks: [{{kind: tcp, host: api.example, port: 1}}]}}
  - {{id: web, name: Web dashboard, checks: [{{kind: tcp, host: web.example, port: 1}}]}}
  - {{id: database, name: Database, checks: [{{kind: tcp, host: db.example, port: 1}}]}}
subscriptions: {{webhooks: true, mail: {{from: status@example.com, server: "smtp://localhost:{port}"}}}}
"""


class House:
    """The parts of a hub that subscriptions pass."""

    def __init__(self, folder: Path, box: Mailbox, threads: ThreadPoolExecutor) -> None:
        (folder / "janji.yaml").write_text(YAML.format(port=box.port))
        self.settings = load(folder / "janji.yaml", secrets=lambda _name: True).settings
        self.store, _ = Store.open(f"sqlite:///{folder}/janji.db")
        self.box, self.now, self.ticks = box, NOW, 0
        work = Work(
            self.store, self.store, lambda: self.settings, lambda: self.now, threads, threads, lambda: self.now * 1000
        )
        page = create_app(FakeReader(views.one_slow()))
        page.pages.refresh(NOW)
        desk = SubscriptionDesk(work, lambda: self.ticks)
        self.app = SubscribeDoor(page, page.pages, desk, threads, busy=TooOften, away=StorageAway)
        self.teller = TellingSubscribers(self.store, self.settings, secrets=lambda name: name, writer=threads)

    async def tell(self) -> list[str]:
        """What came into the mailbox in one step."""
        before = len(self.box.mails)
        while await self.teller.step(self.now):
            await self.teller.settle()
        return [mail.replace("=\n", "").replace("=3D", "=") for mail in self.box.mails[before:]]

    async def post(self, path: str, **form: object) -> Answer:
        return await ask(self.app, path, "POST", body=urlencode(form, doseq=True).encode())

    async def subscribe(self, address: str, *components: str, path: str = "/subscribe/") -> str:
        """The path that the mailed link leads to, not confirmed yet."""
        assert (await self.post(path, medium="email", address=address, component=components)).status == 200
        [mail] = await self.tell()
        found = LINK.search(mail)
        assert found is not None
        return found[1]

    def open_incident(self, component: str) -> None:
        event = IncidentEvent(
            entered_at=self.now,
            actor="budi",
            action=Action.OPEN,
            at=self.now,
            title={"en": "Slow pages", "id": "Halaman lambat"},
            text={"en": "Up to 8 s."},
            severity=2,
            impacts={component: Impact.DEGRADED},
            public=True,
        )
        [made] = self.store.incidents.append((f"aaaa{self.now % 100:02}", event))
        public = telling(self.settings)(made)
        assert public is not None
        self.store.outbox.publish(public.event, public.messages, self.now)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    with mailbox() as box, ThreadPoolExecutor(1) as threads:
        found = House(tmp_path, box, threads)
        yield found
        await found.teller.finish()
        found.store.close()


async def test_who_confirmed_hears_of_what_they_chose_and_ends_it_with_one_click(house: House) -> None:
    path = await house.subscribe("siti@example.org", "web")
    house.open_incident("web")
    assert await house.tell() == []  # not confirmed yet
    assert "Web dashboard" in (await ask(house.app, path)).text
    assert (await house.post(path, action="choose", component=["web"])).status == 200
    house.now += 5
    house.open_incident("web")
    house.now += 5
    house.open_incident("database")
    [mail] = await house.tell()
    assert "Subject: Investigating: Slow pages" in mail
    assert "https://status.example.com/incidents/" in mail
    click = re.search(r"List-Unsubscribe: <https://status\.example\.com(\S+)>", mail)
    assert click is not None
    assert (await ask(house.app, click[1])).status == 200  # a scanner looks, and nothing happens
    assert len(house.store.subscribers.all()) == 1
    assert (await ask(house.app, click[1], "POST", body=b"List-Unsubscribe=One-Click")).status == 200
    assert house.store.subscribers.all() == []
    assert (await ask(house.app, path)).status == 404


async def test_news_comes_in_the_language_of_the_page_that_was_confirmed_on(house: House) -> None:
    path = await house.subscribe("budi@example.org", path="/id/subscribe/")
    assert path.startswith("/id/subscription/")
    await house.post(path, action="choose")
    house.open_incident("api")
    [mail] = await house.tell()
    assert "Subject: Sedang diselidiki: Halaman lambat" in mail
    assert "https://status.example.com/id/incidents/" in mail


async def test_maintenance_is_told_once_for_each_thing_that_was_said(house: House) -> None:
    await house.post(await house.subscribe("siti@example.org"), action="choose")
    announced = NoticeEvent(
        house.now, NoticeAction.ANNOUNCE, house.now + 864_000, house.now + 871_200, ("database",), "Upgrade"
    )
    made = house.store.notices.append("m1", announced, actor="budi")
    assert await house.tell() == []  # it does not stand on the page yet
    house.store.notices.publish([made.no], house.now)
    [mail] = await house.tell()
    assert "Subject: Planned maintenance: Upgrade" in mail
    assert await house.tell() == []
    house.now += 60
    house.store.notices.append("m1", NoticeEvent(house.now, NoticeAction.CANCEL), actor="budi")
    [mail] = await house.tell()
    assert "Subject: Maintenance cancelled: Upgrade" in mail


def entries(raw: str) -> list[dict[str, object]]:
    """The calendar that came with a mail."""
    [part] = message_from_string(raw, policy=policy.default).iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert (part.get_param("method"), part.get_filename()) == ("PUBLISH", "m1.ics")
    read = Calendar.from_ical(part.get_payload(decode=True))
    assert read["method"] == "PUBLISH"
    return [
        {name: str(event[name]) for name in ("uid", "sequence", "status", "url")}
        | {"from": event.decoded("dtstart").timestamp() - NOW, "to": event.decoded("dtend").timestamp() - NOW}
        for event in read.walk("VEVENT")
    ]


async def test_a_window_that_is_moved_and_cancelled_updates_the_event_in_the_calendar_of_a_mail(house: House) -> None:
    await house.post(await house.subscribe("siti@example.org", path="/id/subscribe/"), action="choose")
    start = house.now + 864_000
    said = [
        NoticeEvent(house.now, NoticeAction.ANNOUNCE, start, start + 7200, ("database",), "Upgrade"),
        NoticeEvent(house.now, NoticeAction.REVISE, start + 3600, start + 7200),
        NoticeEvent(house.now, NoticeAction.CANCEL),
    ]
    seen = []
    for event in said:
        house.now += 60
        made = house.store.notices.append("m1", replace(event, at=house.now), actor="budi")
        house.store.notices.publish([made.no], house.now)
        assert len(await house.tell()) == 1
        seen += entries(house.box.mails[-1])
    same = {"uid": "m1@status.example.com", "url": "https://status.example.com/id/maintenance/m1/"}
    assert seen == [
        {**same, "sequence": "0", "status": "CONFIRMED", "from": 864_000, "to": 871_200},
        {**same, "sequence": "1", "status": "CONFIRMED", "from": 867_600, "to": 871_200},
        {**same, "sequence": "2", "status": "CANCELLED", "from": 867_600, "to": 871_200},
    ]


async def test_the_announcement_of_a_recurrence_brings_all_its_windows_and_a_change_that_one(house: House) -> None:
    await house.post(await house.subscribe("siti@example.org"), action="choose")
    windows = [
        (id_, NoticeEvent(house.now, NoticeAction.ANNOUNCE, start, start + 60, ("database",), "Upgrade"))
        for id_, start in (("m1", NOW + 864_000), ("m2", NOW + 1_728_000), ("m3", NOW + 2_592_000))
    ]
    made = house.store.notices.append_all(windows, actor="budi", series="m1")
    house.store.notices.publish([record.no for record in made], house.now)
    assert len(await house.tell()) == 1
    assert [event["uid"] for event in entries(house.box.mails[-1])] == [
        f"{id_}@status.example.com" for id_ in ("m1", "m2", "m3")
    ]
    house.now += 60
    house.store.notices.append("m1", NoticeEvent(house.now, NoticeAction.CANCEL), actor="budi")
    assert len(await house.tell()) == 1
    assert [event["status"] for event in entries(house.box.mails[-1])] == ["CANCELLED"]


async def test_nobody_learns_from_the_form_who_subscribed(house: House) -> None:
    first = await house.post("/subscribe/", medium="email", address="siti@example.org")
    await house.tell()
    again = await house.post("/subscribe/", medium="email", address="siti@example.org")
    assert (first.status, first.body) == (again.status, again.body)
    assert await house.tell() == []


async def test_whoever_is_known_gets_a_mail_that_says_so(house: House) -> None:
    path = await house.subscribe("siti@example.org")
    await house.post(path, action="choose")
    house.now += 3600
    await house.post("/subscribe/", medium="email", address="siti@example.org")
    [mail] = await house.tell()
    assert "It gets them already." in mail
    assert path in mail


@pytest.mark.parametrize(
    ("medium", "address"),
    [("email", "siti"), ("webhook", "https://127.0.0.1/x"), ("email", "<script>alert(1)</script>@x"), ("pigeon", "x")],
)
async def test_what_is_no_address_is_said_beside_the_field(house: House, medium: str, address: str) -> None:
    answer = await house.post("/subscribe/", medium=medium, address=address)
    assert (answer.status, "<script>alert" in answer.text) == (422, False)
    assert 'aria-invalid="true"' in answer.text
    assert house.store.subscribers.all() == []


async def test_forms_may_be_sent_home_and_nowhere_else_and_are_not_kept(house: House) -> None:
    answer = await ask(house.app, "/subscribe/")
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert "form-action 'none'" in (await ask(house.app, "/")).headers["content-security-policy"]


async def test_one_address_asks_five_times_and_then_waits(house: House) -> None:
    for number in range(5):
        assert (await house.post("/subscribe/", medium="email", address=f"n{number}@example.org")).status == 200
    assert (await house.post("/subscribe/", medium="email", address="n5@example.org")).status == 429
    house.ticks += 60_000
    assert (await house.post("/subscribe/", medium="email", address="n5@example.org")).status == 200


async def days_of_incidents(house: House, count: int) -> None:
    """One a day, and what comes of it in the tries of its first minutes."""
    for _ in range(count):
        house.now += 86_400 + 1  # incidents of this house are named by their second
        house.open_incident("web")
        for _ in range(4):
            await house.tell()
            house.now += 60
        house.now -= 240


async def test_a_mailbox_that_is_absent_for_days_ends_its_subscription_and_no_other(house: House) -> None:
    for address in ("siti@example.org", "budi@example.org"):
        await house.post(await house.subscribe(address), action="choose")
    house.box.absent, house.box.refusal = {"siti@example.org"}, "550 5.1.1 no such user"
    await days_of_incidents(house, 3)
    assert all(item.active for item in house.store.subscribers.all())
    await days_of_incidents(house, 1)
    ended, kept = house.store.subscribers.all()
    assert (ended.active, ended.ended_why) == (False, "the mail server refused the recipient (550 5.1.1)")
    assert kept.active
    house.box.absent = set()
    path = await house.subscribe("siti@example.org")
    assert "Confirm" in (await ask(house.app, path)).text
    assert (await house.post(path, action="choose")).status == 200
    house.now += 5
    house.open_incident("web")
    assert len(await house.tell()) == 2


@pytest.mark.parametrize("refusal", ["550 5.1.1 no such user", "550 5.7.1 relay denied", "550 relay not permitted"])
async def test_a_mail_server_that_refuses_everybody_ends_no_subscription(house: House, refusal: str) -> None:
    for address in ("siti@example.org", "budi@example.org"):
        await house.post(await house.subscribe(address), action="choose")
    house.box.refuses, house.box.refusal = True, refusal
    await days_of_incidents(house, 6)
    assert [item.active for item in house.store.subscribers.all()] == [True, True]


@pytest.mark.parametrize("body", [b"a" * 20_000, b"%ff%fe=%ff", b"&".join([b"a=1"] * 1001), b"\xff\xfe"])
async def test_a_form_that_cannot_be_read_is_refused(house: House, body: bytes) -> None:
    assert (await ask(house.app, "/subscribe/", "POST", body=body)).status in (400, 422)


async def test_a_key_that_opens_nothing_is_a_page_that_is_not_there(house: House) -> None:
    for path in (f"/subscription/{'k' * 43}", "/subscription/short", f"/subscription/{'k' * 43}/other"):
        assert (await ask(house.app, path)).status == 404
        assert (await ask(house.app, path, "POST", body=b"action=end")).status in (404, 405)


async def test_without_the_settings_there_is_no_form(house: House) -> None:
    house.settings = house.settings.model_copy(update={"subscriptions": type(house.settings.subscriptions)()})
    assert (await ask(house.app, "/subscribe/")).status == 404
