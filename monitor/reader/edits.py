"""When an edit of agreements and objectives takes effect: a sentence for each, with its month."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from monitor.core.calendar import month_of, next_month
from monitor.core.model import Seconds
from monitor.core.renaming import wanted_renamings
from monitor.core.text import target_percent
from monitor.reader.agreed import Agreed
from monitor.settings.hub import AgreementSettings, Settings
from monitor.storage.terms import LoadedSettings, loaded_settings


@dataclass(frozen=True, slots=True)
class _Loaded:
    versions: Sequence[LoadedSettings]

    def settings_versions(self) -> Sequence[LoadedSettings]:
        return self.versions


def edits(
    versions: Sequence[LoadedSettings], settings: Settings, now: Seconds, names: Mapping[str, str]
) -> Iterator[str]:
    """What changes by loading the settings now, after these versions, and from which month on; and whose id changes.

    `names`: what earlier ids of components are called. Nothing on the first load ever, and for what changes no month.
    """
    if not versions:
        return
    known = {component for version in versions for component in version.objectives}
    renamed, wrong = wanted_renamings({item.id: item.was for item in settings.components}, known, names)
    yield from (f"these settings cannot be taken over: {sentence}" for sentence in wrong)
    yield from (f"{was} is called {id_} from now on, and its history goes along" for was, id_ in renamed.items())
    versions = [version.renamed(renamed) for version in versions]
    newest = versions[-1]
    before = Agreed(_Loaded(versions), settings)
    after = Agreed(_Loaded((*versions, loaded_settings(now, settings.promises()))), settings)
    for agreement in settings.agreements:
        written = newest.agreements.get(agreement.id)
        if written is not None:
            yield from _agreement(AgreementSettings.model_validate(written), agreement, before, after, now)
    for identifier in newest.agreements.keys() - {item.id for item in settings.agreements}:
        yield (
            f"agreement {identifier} left the settings: its months that are not closed are no longer reported; "
            "to end it, keep it and write until"
        )
    yield from _objectives(settings, before, after, now)


def _agreement(
    old: AgreementSettings, new: AgreementSettings, before: Agreed, after: Agreed, now: Seconds
) -> Iterator[str]:
    running = month_of(now, after.zone_of(new))
    stated = {entry.from_ for item in (old, new) for entry in item.terms if entry.from_ > running}
    for month in sorted({running, next_month(running)} | stated):
        was, said = (_said(agreed.terms_of(new, month)) for agreed in (before, after))
        changed = [key for key in {**was, **said} if was.get(key) != said.get(key)]
        if changed:
            yield f"agreement {new.id}: what changed ({', '.join(changed)}) takes effect {month}"
            break
    if old.until != new.until:
        end = "no end" if new.until is None else f"until {new.until}"
        yield f"agreement {new.id}: {end} holds at once"


def _said(terms: AgreementSettings) -> dict[str, object]:
    return terms.model_dump(mode="json", exclude={"until", "terms"}, exclude_none=True)


def _objectives(settings: Settings, before: Agreed, after: Agreed, now: Seconds) -> Iterator[str]:
    zone = ZoneInfo(settings.page.zone)
    running = month_of(now, zone)
    for component in settings.components:
        for month in (running, next_month(running)):
            was, said = (agreed.objective_of(component.id, month, zone) for agreed in (before, after))
            if was != said:
                named = "no objective" if said is None else f"objective {target_percent(said)}%"
                yield f"{component.id}: {named} takes effect {month}"
                break
