import base64
import hashlib
import hmac
from dataclasses import replace

import pytest

from monitor.core.permit import Hosts
from monitor.core.subscriber_words import say
from monitor.core.subscription import (
    PENDING_FOR,
    Medium,
    Subscription,
    mail_address,
    masked,
    may_ask,
    refusal,
    signature,
    wants,
    webhook_body,
    webhook_url,
)

T0 = 1_795_496_400
NOBODY = Hosts()
SITI = Subscription(
    no=1,
    medium=Medium.EMAIL,
    address="siti@example.org",
    components=("web",),
    language="id",
    key="k" * 43,
    secret="",
    created_at=T0,
    asked_at=T0,
    confirmed_at=T0 + 60,
)


def test_an_address_is_kept_with_its_domain_in_small_letters() -> None:
    assert mail_address("  Siti.N+a@Example.ORG ") == "Siti.N+a@example.org"


@pytest.mark.parametrize(
    "text",
    ["", "siti", "siti@localhost", "@example.org", "a@b@c.org", "a..b@c.org", ".a@c.org", "a@c.org\nBcc: d@e.org",
     "a b@c.org", "a@c.org,b@c.org", "<a@c.org>", f"{'a' * 65}@c.org", f"a@{'b.' * 130}org", "ä@c.org"],
)  # fmt: skip
def test_what_is_no_mail_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write a mail address"):
        mail_address(text)


def test_an_address_may_be_254_characters_long() -> None:
    domain = f"{'b.' * 93}org"  # with the @ and 64 before it: 254
    assert len(mail_address(f"{'a' * 64}@{domain}")) == 254
    with pytest.raises(ValueError, match="write a mail address"):
        mail_address(f"{'a' * 64}@{domain}g")


def test_a_webhook_may_be_1000_characters_long_and_have_any_port() -> None:
    longest = "https://example.com/".ljust(1000, "a")
    assert webhook_url(longest, NOBODY) == longest
    with pytest.raises(ValueError, match="write an address"):
        webhook_url(f"{longest}a", NOBODY)
    for port in (1, 65535):
        assert webhook_url(f"https://example.com:{port}/", NOBODY) == f"https://example.com:{port}/"
    with pytest.raises(ValueError, match="write an address"):
        webhook_url("https://example.com:65536/", NOBODY)


def test_a_webhook_is_an_https_address_on_the_public_internet() -> None:
    assert webhook_url(" https://Hooks.example.com:8443/a?b=1 ", NOBODY) == "https://Hooks.example.com:8443/a?b=1"
    assert webhook_url("https://8.8.8.8/", NOBODY) == "https://8.8.8.8/"
    assert webhook_url("https://[2606:4700::1111]/x", NOBODY) == "https://[2606:4700::1111]/x"


@pytest.mark.parametrize(
    "text",
    ["", "example.com", "ftp://example.com", "http://example.com/", "https://user:pw@example.com/", "https:///x",
     "https://example.com/#a", "https://example.com:0/", "https://example.com:70000/", "https://exa mple.com/",
     "https://example.com/\r\nX: y", "https://127.0.0.1/", "https://10.0.0.5/", "https://[::1]/",
     "https://[::ffff:10.0.0.5]/", "https://169.254.169.254/latest", "https://[64:ff9b::a00:5]/", "https://0.0.0.0/",
     f"https://example.com/{'a' * 1000}"],
)  # fmt: skip
def test_any_other_webhook_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write|not on the public internet"):
        webhook_url(text, NOBODY)


def test_hosts_that_are_allowed_may_be_private_and_speak_plain_http() -> None:
    allow = Hosts.of(["hooks.internal", "10.0.0.0/8"])
    assert webhook_url("http://hooks.internal/x", allow) == "http://hooks.internal/x"
    assert webhook_url("http://10.1.2.3/x", allow) == "http://10.1.2.3/x"
    assert refusal("hooks.internal", "192.168.1.1", allow) is None
    assert refusal("hooks.internal", "169.254.169.254", allow) is not None
    assert refusal("example.com", "192.168.1.1", allow) is not None


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::1", "fe80::1", "fc00::1", "::ffff:192.168.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
     "ff02::1", "nonsense"],
)  # fmt: skip
def test_a_name_that_leads_to_a_private_address_leads_nowhere(address: str) -> None:
    assert refusal("example.com", address, NOBODY) is not None


def test_public_addresses_are_let_through() -> None:
    assert [refusal("example.com", it, NOBODY) for it in ("8.8.8.8", "2606:4700::1111")] == [None, None]


def test_who_chose_services_hears_of_those_and_of_what_concerns_all() -> None:
    assert [wants(SITI, about) for about in (["web"], ["api"], ["api", "web"], [])] == [True, False, True, True]
    everything = replace(SITI, components=())
    assert wants(everything, ["api"])
    assert not wants(replace(everything, confirmed_at=None), ["api"])


def test_the_link_says_for_how_long_it_confirms() -> None:
    assert PENDING_FOR == 24 * 3600
    for language, hours in (("en", "within 24 hours"), ("id", "dalam 24 jam")):
        assert hours in say("confirm_body", language, title="PWBI status", link="https://status.example.com/")


def test_the_link_is_sent_once_an_hour_and_a_flood_of_new_addresses_ends() -> None:
    assert may_ask(None, 999, T0)
    assert not may_ask(None, 1000, T0)
    assert not may_ask(None, 1001, T0)
    assert not may_ask(SITI, 0, T0 + 3599)
    assert may_ask(SITI, 5000, T0 + 3600)
    assert may_ask(SITI, 5000, T0 + 3601)
    assert may_ask(replace(SITI, asked_at=3600), 0, 7200)


def test_addresses_are_shortened_for_others() -> None:
    assert masked(Medium.EMAIL, "siti@example.org") == SITI.shown == "s…@example.org"
    assert masked(Medium.WEBHOOK, "https://hooks.example.com:8443/secret?t=1") == "https://hooks.example.com/…"


def test_what_ended_by_itself_is_told_nothing_until_it_is_confirmed_anew() -> None:
    assert not wants(replace(SITI, ended_at=T0 + 90, ended_why="it answered 410"), ["web"])


def test_a_webhook_is_sent_one_line_of_json_in_utf_8() -> None:
    assert webhook_body("news", {"title": "Gangguan – API"}) == '{"type":"news","title":"Gangguan – API"}'.encode()


def test_the_signature_is_that_of_standard_webhooks() -> None:
    key = b"0123456789abcdef0123456789abcdef"
    secret = f"whsec_{base64.b64encode(key).decode()}"
    by_hand = base64.b64encode(hmac.new(key, b"msg_1.1795496400.{}", hashlib.sha256).digest()).decode()
    assert signature(secret, "msg_1", T0, b"{}") == f"v1,{by_hand}"
