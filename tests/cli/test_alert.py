"""`janji alert`: a real message to real receivers, and what became of those that were owed."""

from pathlib import Path

import pytest
from sqlalchemy import insert

from monitor.core.alert import On, Rule, Urgency
from monitor.core.alerting.conditions import Condition, Turns
from monitor.storage.tables import Outbox
from tests.cli.house import SETTINGS, House
from tests.notify.receivers import mailbox, receiver

NOON = 1_795_496_400  # Tue 24 Nov 2026 12:00 WIB


class Post(House):
    def channel(self, *urls: str) -> None:
        listed = ", ".join(f'"{url}"' for url in urls).replace("{", "{{").replace("}", "}}")
        self.settings(SETTINGS + f"alerts: {{{{channels: {{{{engineering: [{listed}]}}}}}}}}\n")

    def owe(self, **values: object) -> None:
        row = {
            "event": "1/fired",
            "channel": "engineering",
            "target": "${ENGINEERING_URL}",
            "type": "failure",
            "title": "Production API is down",
            "body": "",
            "created_at": NOON,
            "next_try": NOON,
            "tries": 0,
            "last_error": "",
        }
        store = self.store()
        with store.transaction() as connection:
            connection.execute(insert(Outbox).values(**{**row, **values}))
        store.close()


@pytest.fixture
def post(tmp_path: Path) -> Post:
    found = Post(tmp_path)
    found.settings()
    return found


def test_a_test_message_goes_to_every_address_now(post: Post) -> None:
    with receiver() as web, mailbox() as box:
        post.channel(web.url, box.url)
        done = post.run("alert", "test", "engineering")
    assert done.code == 0
    assert [(m["type"], m["title"]) for m in web.messages] == [("info", "Test from PWBI status")]
    assert "Subject: Test from PWBI status" in box.mails[0]
    assert done.lines[0] == f"sent to json://127.0.0.1:{web.port}/…"


def test_one_address_that_fails_makes_exit_code_1_and_the_others_are_sent(post: Post) -> None:
    with receiver() as good, receiver(500) as bad:
        post.channel(bad.url, good.url)
        done = post.run("alert", "test", "engineering")
    assert done.code == 1
    assert done.lines == [
        f"NOT sent to json://127.0.0.1:{bad.port}/…: JSON: it answered 500",
        f"sent to json://127.0.0.1:{good.port}/…",
    ]


def test_an_address_from_a_secret_is_shown_by_its_reference(post: Post) -> None:
    with receiver() as web:
        post.channel("${ENGINEERING_URL}")
        done = post.run("alert", "test", "engineering", env={"ENGINEERING_URL": f"{web.url}/hunter2?password=hunter2"})
    assert done.lines == ["sent to ${ENGINEERING_URL}"]
    assert "hunter2" not in done.out + done.err
    assert len(web.messages) == 1


def test_a_secret_that_is_not_set_or_no_address_is_told(post: Post) -> None:
    post.channel("${ENGINEERING_URL}")
    assert post.run("alert", "test", "engineering").lines == [
        "NOT sent to ${ENGINEERING_URL}: the secret ENGINEERING_URL is not set"
    ]
    done = post.run("alert", "test", "engineering", "--json", env={"ENGINEERING_URL": "hunter2"})
    assert done.code == 1
    assert done.json == [
        {"address": "${ENGINEERING_URL}", "sent": False, "error": "this is not an address that Apprise knows"}
    ]


def test_an_unknown_channel_is_answered_with_the_nearest(post: Post) -> None:
    post.channel("json://127.0.0.1:9/")
    done = post.run("alert", "test", "enginering")
    assert done.code == 2
    assert "there is no channel enginering; did you mean engineering?" in done.err


def test_a_test_stores_nothing(post: Post) -> None:
    with receiver() as web:
        post.channel(web.url)
        post.run("alert", "test", "engineering")
    assert [path.name for path in post.folder.iterdir()] == ["janji.yaml"]


@pytest.mark.parametrize(
    ("values", "fate"),
    [
        ({}, "waits for its 1st try, from Tue 24 Nov 2026 12:00 WIB on"),
        (
            {"tries": 2, "next_try": NOON + 60, "last_error": "JSON: it answered 503"},
            "waits for its 3rd try, from Tue 24 Nov 2026 12:01 WIB on; JSON: it answered 503",
        ),
        ({"tries": 1, "sent_at": NOON + 1}, "sent Tue 24 Nov 2026 12:00:01 WIB"),
        ({"tries": 11, "sent_at": NOON + 1}, "sent Tue 24 Nov 2026 12:00:01 WIB at the 11th try"),
        (
            {"tries": 99, "failed_at": NOON + 86_400, "last_error": "JSON: it answered 503"},
            "given up Wed 25 Nov 2026 12:00 WIB after 99 tries; JSON: it answered 503",
        ),
    ],
)
def test_the_list_says_what_became_of_a_message(post: Post, values: dict[str, object], fate: str) -> None:
    post.owe(**values)
    head, row = post.run("alert", "list").lines
    assert head.split() == ["NO", "OWED", "SINCE", "MESSAGE", "TO", "WHAT", "BECAME", "OF", "IT"]
    assert row == (f"1   Tue 24 Nov 2026 12:00 WIB  Production API is down  engineering: ${{ENGINEERING_URL}}  {fate}")


def test_the_list_begins_with_the_newest_and_shows_no_more_than_asked_for(post: Post) -> None:
    for number in (1, 2, 3):
        post.owe(event=f"{number}/fired", title=f"Message {number}")
    assert [item["title"] for item in post.run("alert", "list", "--limit", "2", "--json").json] == [
        "Message 3",
        "Message 2",
    ]


def test_a_list_without_messages_says_so(post: Post) -> None:
    post.store().close()
    assert post.run("alert", "list").out == "No alerts so far.\n"


def test_what_nobody_got_is_listed_apart_and_tried_again_when_asked(post: Post) -> None:
    post.owe(event="1/fired", sent_at=NOON + 1)
    post.owe(event="2/fired", failed_at=NOON + 60, tries=3, last_error="JSON: it answered 404")
    assert [item["no"] for item in post.run("alert", "list", "--dead", "--json").json] == [2]
    assert post.run("alert", "retry", "2").out == "message 2 will be tried again\n"
    assert post.run("alert", "list", "--dead", "--json").json == []
    assert post.run("alert", "retry", "1").err == "Error: message 1 was not given up\n"
    assert post.run("alert", "retry", "9").code == 1


def test_what_fires_is_shown_and_acknowledged(post: Post) -> None:
    assert post.run("alert", "open").code == 3, "there is no database yet"
    store = post.store()
    rule = Rule(On.CERTIFICATE, channels=("engineering",))
    found = Condition(rule, "api/health", 1, Urgency.TICKET, NOON, {"expires": NOON + 86_400})
    store.alerts.turn(Turns(fires=(found,)), NOON)
    store.close()
    shown = [" ".join(line.split()) for line in post.run("alert", "open").lines]
    assert shown[1] == "1 Tue 24 Nov 2026 12:00 WIB Api (health): its certificate expires soon nobody"
    done = post.run("alert", "ack", "1")
    assert done.lines[0].startswith("1: Api (health): its certificate expires soon: acknowledged by ")
    assert post.run("alert", "ack", "2").err == "Error: there is no alert 2\n"


def test_a_silence_is_set_shown_and_ended(post: Post) -> None:
    made = post.run("silence", "set", "api", "--for", "2h", "--reason", "racks", "--json").json
    assert (made["no"], made["components"], made["reason"], made["holds"]) == (1, ["api"], "racks", True)
    head, row = post.run("silence", "list").lines
    assert head.split() == ["NO", "COMPONENTS", "UNTIL", "BY", "REASON"]
    assert row.startswith("1   api")
    assert post.run("silence", "end", "1").out == "silence 1 is over\n"
    assert post.run("silence", "end", "1").err == "Error: silence 1 is over already\n"
    assert post.run("silence", "list").out == "No alerts are silenced.\n"
    for wrong in (("apy", "--for", "1h"), ("api",), ("api", "--until", "2020-01-01 00:00"), ("api", "--for", "1 h")):
        assert post.run("silence", "set", *wrong, "--reason", "r").code == 2
