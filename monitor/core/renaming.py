"""Components that were given another id: what is said of one under an earlier id is said of it.

Records keep the id they were made with; whoever reads them asks here what it is called now.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from monitor.core.decision import Case
from monitor.core.model import Seconds
from monitor.core.part import Part


@dataclass(frozen=True, slots=True)
class Renaming:
    """`was` is called `id` from then on."""

    was: str
    id: str
    at: Seconds
    actor: str


def current_ids(renamings: Iterable[Renaming]) -> dict[str, str]:
    """By every id that is not one any more: what its component is called now. In the order of the renamings."""
    found: dict[str, str] = {}
    for each in renamings:
        found = {old: each.id if now == each.was else now for old, now in found.items()}
        found[each.was] = each.id
        found.pop(each.id, None)
    return found


def wanted_renamings(
    wanted: Mapping[str, str | None], known: Collection[str], names: Mapping[str, str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """What of `wanted` (by id: its earlier id, or None) is to be renamed, by earlier id, and why anything cannot be.

    `known` are the ids that have a history, `names` what earlier ids are called now. A renaming that was carried out,
    or whose earlier id never had a history, is nothing to do.
    """
    news, wrong = dict[str, str](), list[str]()
    for id_, was in wanted.items():
        if names.get(id_, was) != was:
            wrong.append(
                f"{id_} is what {names[id_]} was called before, and all that was said of {id_} is {names[id_]}'s; "
                "give the new component another id"
            )
        elif was is None or was not in known:
            continue
        elif id_ in known:
            wrong.append(f"{id_} and {was} both have a history, and two cannot be joined; remove was: {was}")
        else:
            news[was] = id_
    return news, tuple(wrong)


def renamed_case(case: Case, names: Mapping[str, str]) -> Case:
    """The case as one of the component that its request means."""
    request = case.request
    if request.component not in names:
        return case
    return replace(case, request=replace(request, component=names[request.component]))


def called(part: Part, id_: str) -> Part:
    """The part under another id: as it was called when its month was closed."""
    if part.component == id_:
        return part
    return replace(
        part,
        component=id_,
        windows=tuple(replace(each, component=id_) for each in part.windows),
        cases=tuple(renamed_case(each, {part.component: id_}) for each in part.cases),
        reports=tuple(replace(each, component=id_) for each in part.reports),
    )
