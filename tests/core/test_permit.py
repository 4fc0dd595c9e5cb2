"""What an agent lets a hub make it do: addresses after resolving, and each secret to its own hosts alone."""

import pytest

from monitor.core.permit import Hosts, Permit

OPEN = Permit()
METADATA = ("169.254.169.254", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "100.100.100.200", "168.63.129.16")


def allowing(*entries: str) -> Permit:
    return Permit(allow=Hosts.of(entries))


@pytest.mark.parametrize("address", METADATA)
def test_link_local_and_metadata_addresses_are_refused_by_every_list_that_does_not_name_them(address: str) -> None:
    for permit in (OPEN, allowing("evil.example"), allowing("0.0.0.0/0", "::/0"), allowing("*.example")):
        assert permit.refusal("evil.example", address) is not None


def test_link_local_addresses_can_be_listed() -> None:
    permit = allowing("169.254.10.0/24", "fd00:ec2::254")
    assert permit.refusal("169.254.10.5", "169.254.10.5") is None
    assert permit.refusal("metadata.example", "fd00:ec2::254") is None
    assert permit.refusal("169.254.169.254", "169.254.169.254") is not None


MORE = ["64:ff9b:1::a9fe:a9fe", "::a9fe:a9fe", "2001:0:4136:e378:8000:63bf:5601:5601"]
"""Of a translator of one's own, of hosts that speak both, and through a tunnel (Teredo)."""


@pytest.mark.parametrize(
    "address", ["::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::ffff:a9fe:a9fe", *MORE]
)
def test_a_metadata_address_inside_another_one_is_refused(address: str) -> None:
    assert OPEN.refusal("evil.example", address) is not None
    assert allowing("evil.example", "::/0").refusal("evil.example", address) is not None


def test_without_a_list_every_other_address_is_allowed() -> None:
    assert OPEN.refusal("api.example.com", "203.0.113.5") is None
    assert OPEN.refusal("localhost", "127.0.0.1") is None


def test_a_listed_name_is_good_for_any_address_but_the_machines_own() -> None:
    permit = allowing("api.example.com")
    assert permit.refusal("api.example.com", "203.0.113.5") is None
    assert permit.refusal("API.Example.COM.", "10.0.0.5") is None
    for own in ("127.0.0.1", "127.8.8.8", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "64:ff9b::7f00:1"):
        assert permit.refusal("api.example.com", own) is not None, own


def test_another_name_is_refused_even_where_it_has_the_same_address() -> None:
    permit = allowing("api.example.com")
    assert permit.refusal("www.example.com", "203.0.113.5") == (
        "www.example.com (203.0.113.5) is not under allow in the agent's file"
    )
    assert permit.refusal("203.0.113.5", "203.0.113.5") == "203.0.113.5 is not under allow in the agent's file"


def test_a_wildcard_stands_for_what_is_below_and_not_for_the_name_itself() -> None:
    permit = allowing("*.example.com")
    assert permit.refusal("a.b.example.com", "203.0.113.5") is None
    assert permit.refusal("example.com", "203.0.113.5") is not None
    assert permit.refusal("badexample.com", "203.0.113.5") is not None


def test_a_network_is_good_for_whatever_name_leads_into_it() -> None:
    permit = allowing("10.0.0.0/8", "2001:db8::/32")
    assert permit.refusal("whatever.example", "10.20.30.40") is None
    assert permit.refusal("whatever.example", "2001:db8::5") is None
    assert permit.refusal("whatever.example", "::ffff:10.0.0.5") is None
    assert permit.refusal("whatever.example", "11.0.0.1") is not None


def test_localhost_stands_for_the_loopback_addresses() -> None:
    permit = allowing("localhost")
    assert permit.refusal("localhost", "127.0.0.1") is None
    assert permit.refusal("::1", "::1") is None
    assert permit.refusal("evil.example", "10.0.0.1") is not None


def test_what_is_no_address_is_refused() -> None:
    assert OPEN.refusal("2130706433", "2130706433") == "2130706433 is not an address"


def test_a_name_beyond_ascii_is_compared_as_it_is_asked_for() -> None:
    assert allowing("bücher.example").refusal("xn--bcher-kva.example", "203.0.113.5") is None


def test_a_secret_goes_to_its_hosts_and_nowhere_else() -> None:
    permit = Permit(secrets={"TOKEN": Hosts.of(["api.example.com", "10.0.0.5"])})
    assert permit.may_go("TOKEN", "API.example.com.")
    assert permit.may_go("TOKEN", "10.0.0.5")
    assert permit.may_go("TOKEN", "::ffff:10.0.0.5")
    assert not permit.may_go("TOKEN", "evil.example")
    assert not permit.may_go("TOKEN", "api.example.com.evil.example")
    assert not permit.may_go("OTHER", "api.example.com")
    assert not OPEN.may_go("TOKEN", "api.example.com")


@pytest.mark.parametrize(
    "entry", ["", "*", "*.", "a..b", "https://api.example.com", "api.example.com:443", "10.0.0.1/8"]
)
def test_an_entry_that_is_no_host_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match="write "):
        Hosts.of([entry])
