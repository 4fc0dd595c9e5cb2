"""The agent's own file: what its hub may make it do, and where it keeps things. Read here, never sent anywhere."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)

from monitor.agent.address import hub_address, hub_addresses
from monitor.agent.checks import Limits
from monitor.core.exchange import Shard
from monitor.core.model import Seconds
from monitor.core.permit import Hosts, Permit
from monitor.settings.errors import SettingsError
from monitor.settings.files import read_file
from monitor.settings.values import Filled, Interval, Text
from monitor.settings.wording import remarks
from monitor.storage.spool import MOST_SIZE

TOKEN = "JANJI_AGENT_TOKEN"  # noqa: S105 - the name of the variable that holds it

_SIZE = re.compile(r"([1-9][0-9]{0,5}) ?([KMG])iB")
_UNITS = {"K": 2**10, "M": 2**20, "G": 2**30}
_LEAST_SIZE = 2**20
_REFERENCE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|file:/\S+")


@dataclass(frozen=True, slots=True)
class Own:
    """What the file says; the defaults are those of an agent without one."""

    hubs: tuple[str, ...] = ()
    permit: Permit = field(default_factory=Permit)
    ca: Path | None = None
    folder: Path | None = None
    size: int = MOST_SIZE
    age: Seconds | None = None
    shard: Shard | None = None
    limits: Limits = field(default_factory=Limits)


def load(path: Path, *, insecure: bool = False) -> Own:
    """What a file says. Raises SettingsError with all mistakes.

    `insecure`: its hubs' addresses may begin with http://.
    """
    findings = read_file(path, named_by="--file FILE", first="allow")
    try:
        plain = json.dumps(findings.root.plain())
        file: _File | None = _File.model_validate_json(plain, strict=True, context={"insecure": insecure})
    except ValidationError as error:
        file = None
        for place, message in remarks(error.errors(include_url=False, include_input=False), _File):
            findings.mistake(place, message)
    written = findings.root.text("ca")
    if written is not None and not Path(written).is_file():
        findings.mistake(("ca",), "there is no such file; name the authority's certificate in PEM form")
    if findings.mistakes or file is None:
        raise SettingsError(findings.mistakes)
    return file.own()


def _host(entry: str) -> str:
    Hosts.of([entry])
    return entry


def _hub(text: str, info: ValidationInfo) -> str:
    return str(hub_address(text, insecure=bool(info.context and info.context["insecure"])))


def _each_once(hubs: tuple[str, ...]) -> tuple[str, ...]:
    return hub_addresses(hubs, insecure=True)


def _reference(name: str) -> str:
    if _REFERENCE.fullmatch(name) is None:
        raise ValueError("write the name of a variable, such as API_TOKEN, or file:/path")
    if name == TOKEN:
        raise ValueError("the agent's own token goes to its hub alone; take it out")
    return name


def _bytes(text: object) -> object:
    match = _SIZE.fullmatch(text) if isinstance(text, str) else None
    if match is None or (size := int(match[1]) * _UNITS[match[2]]) < _LEAST_SIZE:
        raise ValueError("write a size of at least 1MiB, such as 256MiB or 2GiB")
    return size


def _shard(text: object) -> object:
    if not isinstance(text, str):
        raise ValueError("write a part of a whole, such as 1/3")  # noqa: TRY004 - pydantic catches it
    return str(Shard.parse(text))


Host: TypeAlias = Annotated[str, AfterValidator(_host)]
Reference: TypeAlias = Annotated[str, AfterValidator(_reference)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Spool(_Section):
    folder: Text | None = None
    size: Annotated[int, BeforeValidator(_bytes)] = MOST_SIZE
    age: Interval | None = None


class _Limits(_Section):
    checks: Annotated[int, Field(ge=1, le=1_000_000)] = Limits().checks
    rate: Annotated[int, Field(ge=1, le=100_000)] = Limits().rate


class _File(_Section):
    hubs: Annotated[Filled[Annotated[str, AfterValidator(_hub)]], AfterValidator(_each_once)] = ()
    allow: Filled[Host] | None = None
    secrets: Mapping[Reference, Filled[Host]] = {}
    ca: str | None = None
    spool: _Spool = _Spool()
    shard: Annotated[str, BeforeValidator(_shard)] | None = None
    limits: _Limits = _Limits()

    def own(self) -> Own:
        return Own(
            hubs=tuple(self.hubs),
            permit=Permit(
                allow=None if self.allow is None else Hosts.of(self.allow),
                secrets={reference: Hosts.of(hosts) for reference, hosts in self.secrets.items()},
            ),
            ca=None if self.ca is None else Path(self.ca),
            folder=None if self.spool.folder is None else Path(self.spool.folder),
            size=self.spool.size,
            age=None if self.spool.age is None else self.spool.age // timedelta(seconds=1),
            shard=None if self.shard is None else Shard.parse(self.shard),
            limits=Limits(self.limits.checks, self.limits.rate),
        )
