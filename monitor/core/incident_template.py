"""Templates of incidents: words for what happens again and again, in both languages. Settings may add and override."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from monitor.core.incident import ENGLISH, Impact, Phase, Words

_AND = {"en": "and", "id": "dan"}


@dataclass(frozen=True, slots=True)
class Template:
    """`{components}` in it becomes their names. One without a title is for updates."""

    id: str
    text: Words
    title: Words = field(default_factory=dict)
    phase: Phase | None = None
    impact: Impact | None = None

    def filled(self, names: Sequence[str]) -> "Template":
        """With the names of components in place."""
        return Template(self.id, _filled(self.text, names), _filled(self.title, names), self.phase, self.impact)


BUILT_IN = (
    Template(
        "outage",
        title={"en": "Outage of {components}", "id": "Gangguan pada {components}"},
        text={
            "en": "{components} cannot be reached at present. We are looking for the cause and will say more here.",
            "id": "{components} saat ini tidak dapat diakses. Kami sedang mencari penyebabnya dan akan memberi kabar "
            "di sini.",
        },
        phase=Phase.INVESTIGATING,
        impact=Impact.DOWN,
    ),
    Template(
        "slow",
        title={"en": "Slow responses from {components}", "id": "Respons {components} lambat"},
        text={
            "en": "{components} answers more slowly than usual. We are looking for the cause.",
            "id": "{components} merespons lebih lambat dari biasanya. Kami sedang mencari penyebabnya.",
        },
        phase=Phase.INVESTIGATING,
        impact=Impact.DEGRADED,
    ),
    Template(
        "third-party",
        title={
            "en": "A provider's failure affects {components}",
            "id": "Gangguan penyedia berdampak pada {components}",
        },
        text={
            "en": "A provider that we depend on has a failure of its own. It affects {components}; we are in touch "
            "with them.",
            "id": "Penyedia layanan yang kami gunakan mengalami gangguan. Gangguan ini berdampak pada {components}; "
            "kami berkoordinasi dengan mereka.",
        },
        phase=Phase.IDENTIFIED,
        impact=Impact.DEGRADED,
    ),
    Template(
        "data-late",
        title={"en": "Data in {components} is late", "id": "Data di {components} terlambat"},
        text={
            "en": "The last refresh of {components} is not complete, so that what is shown may be out of date.",
            "id": "Pembaruan data terakhir {components} belum selesai, sehingga yang ditampilkan mungkin belum "
            "mutakhir.",
        },
        phase=Phase.INVESTIGATING,
        impact=Impact.DEGRADED,
    ),
    Template(
        "identified",
        text={
            "en": "We have found the cause and are working on it.",
            "id": "Kami telah menemukan penyebabnya dan sedang menanganinya.",
        },
        phase=Phase.IDENTIFIED,
    ),
    Template(
        "monitoring",
        text={
            "en": "It works again. We are watching whether it stays so.",
            "id": "Layanan berfungsi kembali. Kami memantau apakah tetap demikian.",
        },
        phase=Phase.MONITORING,
    ),
    Template(
        "resolved",
        text={"en": "This is resolved.", "id": "Masalah ini telah selesai."},
        phase=Phase.RESOLVED,
    ),
)


def templates(own: Iterable[Template]) -> dict[str, Template]:
    """By id: those that are built in, and those of the settings in their place or beside them.

    One without a title keeps that of the one whose place it takes.
    """
    found = {template.id: template for template in BUILT_IN}
    for template in own:
        title = template.title or (found[template.id].title if template.id in found else {})
        found[template.id] = replace(template, title=title)
    return found


def join(names: Sequence[str], language: str) -> str:
    """`Production API, Web dashboard and Database`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {_AND.get(language, _AND[ENGLISH])} {names[-1]}"


def _filled(words: Words, names: Sequence[str]) -> Words:
    return {language: text.replace("{components}", join(names, language)) for language, text in words.items()}
