"""Whom the agent tells its token: its hub, over a connection that nobody else reads."""

import ssl
from pathlib import Path

import pytest
import trustme

from monitor.agent.address import hub_address, hub_addresses
from tests.agent.conftest import Opened, result
from tests.agent.hub import FakeHub, serving


def server_side(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


async def test_a_hub_of_the_pinned_authority_is_believed_and_any_other_gets_no_token(
    opened: Opened, tmp_path: Path
) -> None:
    pinned, other = trustme.CA(), trustme.CA()
    ca = tmp_path / "ca.pem"
    pinned.cert_pem.write_to_path(str(ca))
    async with serving(FakeHub(), tls=server_side(pinned)) as hub, opened(hub.url, ca=ca) as bench:
        await bench.see(result(1))
        await bench.sender().step()
        assert hub.taken == [result(1)]
    async with serving(FakeHub(), tls=server_side(other)) as hub, opened(hub.url, ca=ca, folder="b") as bench:
        sender = bench.sender()
        await sender.step()
        assert "certificate is not valid" in str(sender.away)
        assert hub.requests == []


@pytest.mark.parametrize(
    "text", ["https://hub.example.com", "https://hub.example.com/janji", "http://127.0.0.1:8001", "http://[::1]:8001"]
)
def test_a_hub_is_reached_over_https_or_on_this_machine(text: str) -> None:
    assert str(hub_address(text, insecure=False)) == text


@pytest.mark.parametrize("text", ["http://hub.example.com", "http://10.0.0.5:8001", "http://127.0.0.1.evil.example"])
def test_plain_http_to_elsewhere_needs_to_be_asked_for(text: str) -> None:
    with pytest.raises(ValueError, match="--insecure-http"):
        hub_address(text, insecure=False)
    assert str(hub_address(text, insecure=True)) == text


@pytest.mark.parametrize(
    "text", ["", "hub.example.com", "ftp://hub", "https://", "https://u:p@hub", "https://hub/?token=x"]
)
def test_what_is_no_address_of_a_hub_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write the hub's address"):
        hub_address(text, insecure=True)


def test_each_of_several_hubs_is_named_once() -> None:
    assert hub_addresses(["https://a.example", "https://b.example"], insecure=False) == (
        "https://a.example",
        "https://b.example",
    )
    with pytest.raises(ValueError, match=r"https://a\.example is named twice"):
        hub_addresses(["https://a.example", "https://b.example", "https://a.example/"], insecure=False)


def test_each_of_several_hubs_is_reached_over_https_or_on_this_machine() -> None:
    with pytest.raises(ValueError, match="--insecure-http"):
        hub_addresses(["https://a.example", "http://b.example"], insecure=False)
