"""What was told, laid out on A4 as a PDF: the same words give the same bytes."""

from collections.abc import Sequence
from functools import partial
from importlib.resources import files
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from monitor.reports.statement_parts import Block, Card, Told, Tone

_PLAIN, _BOLD = "JanjiSans", "JanjiSans-Bold"
_INK, _SOFT, _LINE, _BAND, _PALE = (HexColor(c) for c in ("#1a2233", "#5b6472", "#d6dbe3", "#1f3a5f", "#f3f6fa"))
_TONES = {
    Tone.PLAIN: _INK,
    Tone.GOOD: HexColor("#0b6b3a"),
    Tone.BAD: HexColor("#b3261e"),
    Tone.OPEN: HexColor("#8a5a00"),
}
_MARGIN = 18 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_TOP = 27 * mm


def printed(said: Told, *, issuer: str) -> bytes:
    """The PDF: the issuer and the month in a band on every page, the figures that matter, then block by block."""
    _fonts()
    kept = BytesIO()
    frame = Frame(_MARGIN, 16 * mm, _WIDTH, A4[1] - _TOP - 16 * mm, 0, 0, 0, 0)
    first = PageTemplate("all", [frame], onPage=partial(_page, said=said, issuer=issuer))
    document = BaseDocTemplate(
        kept, pagesize=A4, pageTemplates=[first], title=f"{said.title}, {said.month}", author=issuer,
        subject=said.subject, creator="Janji", invariant=1, lang=said.words.language,
    )  # fmt: skip
    document.build(_document(said), canvasmaker=partial(_Numbered, words=said))
    return kept.getvalue()


def _fonts() -> None:
    """Bitstream Vera, which reportlab brings along: the built-in fonts have no minus sign."""
    folder = files("reportlab") / "fonts"
    for name, file in ((_PLAIN, "Vera.ttf"), (_BOLD, "VeraBd.ttf")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(folder / file)))


def _style(
    size: float, *, bold: bool = False, colour: Any = _INK, align: int = 0, leading: float = 1.35, indent: float = 0
) -> Any:
    return ParagraphStyle(
        "x",
        fontName=_BOLD if bold else _PLAIN,
        fontSize=size,
        leading=size * leading,
        textColor=colour,
        alignment=align,
        leftIndent=indent,
        splitLongWords=1,
    )


def _text(words: str, size: float = 8.5, **style: Any) -> Any:
    return Paragraph(escape(words), _style(size, **style))


def _document(said: Told) -> list[Any]:
    parts: list[Any] = [
        _text(said.customer, 17, bold=True, leading=1.2),
        Spacer(0, 1.5 * mm),
        _text(said.subject, 9, colour=_SOFT),
        _text(said.period, 9, colour=_SOFT),
        Spacer(0, 4 * mm),
        _cards(said.cards),
    ]
    for block in said.blocks:
        parts += _block(block)
    return parts


def _cards(cards: Sequence[Card]) -> Any:
    """The figures that matter, side by side."""
    gap = 3 * mm
    width = (_WIDTH - gap * (len(cards) - 1)) / len(cards)
    cells: list[Any] = []
    for card in cards:
        size = 14 if len(card.value) <= 12 else 11
        cells += [
            [
                _text(card.label, 7.5, colour=_SOFT),
                Spacer(0, 1 * mm),
                _text(card.value, size, bold=True, colour=_TONES[card.tone], leading=1.2),
                _text(card.note, 7.5, colour=_SOFT),
            ],
            "",
        ]
    widths = [each for _ in cards for each in (width, gap)][:-1]
    table = Table([cells[:-1]], colWidths=widths, hAlign="LEFT")
    boxes = [("BACKGROUND", (number * 2, 0), (number * 2, 0), _PALE) for number in range(len(cards))]
    lines = [
        (
            "LINEBEFORE",
            (number * 2, 0),
            (number * 2, 0),
            2.2,
            _TONES[card.tone] if card.tone is not Tone.PLAIN else _BAND,
        )
        for number, card in enumerate(cards)
    ]
    table.setStyle(TableStyle([*boxes, *lines, ("VALIGN", (0, 0), (-1, -1), "TOP"), *_padding(8, 7)]))
    return table


def _block(block: Block) -> list[Any]:
    parts: list[Any] = [CondPageBreak(24 * mm), Spacer(0, 4.4 * mm), _text(block.title, 11, bold=True, colour=_BAND)]
    parts.append(Spacer(0, 1.5 * mm))
    if block.lines:
        parts.append(_table(block))
    for number, sentence in enumerate(block.sentences):
        if number or block.lines:
            parts.append(Spacer(0, 1.2 * mm))
        parts.append(_text(sentence, block.size))
    return [KeepTogether(parts)] if block.together else parts


def _table(block: Block) -> Any:
    columns = [
        {"align": block.align(n), "indent": 4 * mm if block.after_number(n) else 0} for n in range(len(block.widths))
    ]
    head = [
        [
            _text(word, 7.5, bold=True, colour=_SOFT, **how)
            for word, how in zip(block.head, columns, strict=bool(block.head))
        ]
    ]
    body = [
        [_text(cell, 8.5, bold=line in block.strong, **how) for cell, how in zip(line, columns, strict=True)]
        for line in block.lines
    ]
    rows = (head if block.head else []) + body
    total = sum(block.widths)
    widths = [_WIDTH * width / total for width in block.widths]
    table = Table(rows, colWidths=widths, repeatRows=1 if block.head else 0, hAlign="LEFT")
    rules = [("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE), ("VALIGN", (0, 0), (-1, -1), "TOP"), *_padding(3, 2.2)]
    if block.head:
        rules.append(("LINEBELOW", (0, 0), (-1, 0), 0.9, _BAND))
    table.setStyle(TableStyle(rules))
    return table


def _padding(sides: float, ends: float) -> list[tuple[Any, ...]]:
    everywhere = ((0, 0), (-1, -1))
    return [
        ("LEFTPADDING", *everywhere, sides),
        ("RIGHTPADDING", *everywhere, sides),
        ("TOPPADDING", *everywhere, ends),
        ("BOTTOMPADDING", *everywhere, ends),
    ]


def _page(canvas: Any, document: Any, *, said: Told, issuer: str) -> None:
    """The band at the top of every page."""
    del document
    canvas.saveState()
    canvas.setFillColor(_BAND)
    canvas.rect(0, A4[1] - 20 * mm, A4[0], 20 * mm, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.setFont(_BOLD, 13)
    canvas.drawString(_MARGIN, A4[1] - 12 * mm, issuer)
    canvas.setFont(_PLAIN, 9)
    canvas.drawRightString(A4[0] - _MARGIN, A4[1] - 9 * mm, said.title)
    canvas.setFont(_BOLD, 11)
    canvas.drawRightString(A4[0] - _MARGIN, A4[1] - 14.5 * mm, said.month)
    canvas.restoreState()


class _Numbered(Canvas):  # type: ignore[misc]
    """Writes "page 1 of 3" below each page: only at the end is it known how many there are."""

    def __init__(self, *arguments: Any, words: Told, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._words = words
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, state in enumerate(self._kept, start=1):
            self.__dict__.update(state)
            self.setFont(_PLAIN, 7.5)
            self.setFillColor(_SOFT)
            self.drawString(_MARGIN, 10 * mm, self._words.footer)
            self.drawRightString(A4[0] - _MARGIN, 10 * mm, self._words.numbered(number, len(self._kept)))
            super().showPage()
        super().save()
