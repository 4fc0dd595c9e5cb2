"""What an agent lets its hub make it do: the addresses that probes may connect to, the hosts each secret may go to.

Knows no network: names come here with the address they were found to have. A hub may be under somebody else's
control, so what is not allowed is refused, and what a list does not say plainly is not allowed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

HIDDEN: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "169.254.0.0/16",
        "fe80::/10",
        "fd00:ec2::254/128",  # metadata at Amazon, and its pod identities
        "fd00:ec2::23/128",
        "fd20:ce::254/128",  # Google
        "100.100.100.200/32",  # Alibaba
        "168.63.129.16/32",  # Azure
        "192.0.0.192/32",  # Oracle
    )
)
"""Link-local addresses and those where clouds hand out a machine's credentials: refused unless listed themselves."""

_OWN: tuple[Network, ...] = tuple(map(ip_network, ("127.0.0.0/8", "0.0.0.0/8", "::1/128", "::/128")))
_LOOPBACK = ("127.0.0.0/8", "::1/128")
_TRANSLATED = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")))


@dataclass(frozen=True, slots=True)
class Hosts:
    """Hosts as a list names them: `api.example.com`, `*.example.com` (whatever ends so), `10.0.0.5`, `10.0.0.0/8`.

    `localhost` stands for this machine's loopback addresses, too.
    """

    names: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Hosts":
        """Raises ValueError saying how to write one."""
        names, suffixes, networks = set(), [], []
        for entry in entries:
            if (network := _network(entry)) is not None:
                networks.append(network)
            elif entry.startswith("*."):
                suffixes.append("." + _name(entry[2:], entry))
            else:
                names.add(_name(entry, entry))
        if "localhost" in names:
            networks += map(ip_network, _LOOPBACK)
        return cls(frozenset(names), tuple(suffixes), tuple(networks))

    def name(self, host: str) -> bool:
        """Whether a host, as it is written, is one of these. An address is one where a network holds it."""
        if (address := address_of(host)) is not None:
            return self.hold(address)
        plain = plain_host(host)
        return plain in self.names or plain.endswith(self.suffixes)

    def hold(self, address: Address) -> bool:
        """Whether a listed network holds the address."""
        return any(address in network for network in self.networks)

    def hold_hidden(self, address: Address) -> bool:
        """Whether the address is listed by a network that holds nothing but hidden ones: 0.0.0.0/0 does not count."""
        return any(address in network and _is_hidden_network(network) for network in self.networks)


@dataclass(frozen=True, slots=True)
class Permit:
    """`allow` None: every address that is not hidden. A secret that is not listed goes nowhere."""

    allow: Hosts | None = None
    secrets: Mapping[str, Hosts] = field(default_factory=dict)  # by reference: `NAME` or `file:/path`

    def refusal(self, host: str, address: str) -> str | None:
        """Why a probe of `host` may not connect to `address`, or None where it may.

        A listed name is good for whatever addresses it has, but for hidden ones and this machine's own: whoever
        answers for the name must not be able to lead a probe there.
        """
        found = address_of(address)
        if found is None:
            return f"{address} is not an address"
        seen = faces(found)
        listed = self.allow or Hosts()
        if any(_within(face, HIDDEN) and not listed.hold_hidden(face) for face in seen):
            return f"{found} is link-local or a metadata address, which only its own entry under allow lets through"
        if self.allow is None or self.allow.hold(found):
            return None
        if self.allow.name(host) and not any(_within(face, _OWN) for face in seen):
            return None
        return f"{_shown(host, found)} is not under allow in the agent's file"

    def may_go(self, reference: str, host: str) -> bool:
        """Whether a secret may go to a host, as the host is written."""
        hosts = self.secrets.get(reference)
        return hosts is not None and hosts.name(host)


def address_of(text: str) -> Address | None:
    """The address that a text is; one that wraps an IPv4 address (`::ffff:10.0.0.5`) as that address."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def plain_host(host: str) -> str:
    """A name as it is compared: small letters, no dot at its end, in the form that is asked for (IDNA)."""
    bare = host.removesuffix(".").lower()
    if bare.isascii():
        return bare
    try:
        return bare.encode("idna").decode()
    except UnicodeError:
        return bare


def _network(entry: str) -> Network | None:
    """The network that an entry writes. Raises ValueError for one with bits behind its mask."""
    if address_of(entry.partition("/")[0]) is None:
        return None
    try:
        return ip_network(entry)
    except ValueError:
        raise ValueError("write an address or a network, such as 10.0.0.5 or 10.0.0.0/8") from None


def _name(text: str, entry: str) -> str:
    labels = plain_host(text).split(".")
    if not all(label and label.replace("-", "").replace("_", "").isalnum() for label in labels):
        raise ValueError(f"{entry!r} is no host; write one such as api.example.com, *.example.com or 10.0.0.0/8")
    return ".".join(labels)


def faces(address: Address) -> tuple[Address, ...]:
    """The address, and the IPv4 address that a translator or a tunnel would make of it."""
    if isinstance(address, IPv4Address):
        return (address,)
    inside = [face for face in (address.sixtofour, *(address.teredo or ())) if face is not None]
    if _within(address, _TRANSLATED):
        inside.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return (address, *inside)


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def _is_hidden_network(network: Network) -> bool:
    return any(
        network.version == hidden.version and network.subnet_of(hidden)  # type: ignore[arg-type]
        for hidden in HIDDEN
    )


def _shown(host: str, address: Address) -> str:
    return str(address) if address_of(host) is not None else f"{host} ({address})"
