"""What `layout.toml` adds to a letter: box for checking, annex, sender's line."""

from collections.abc import Iterator
from dataclasses import replace

from notices.letters.model import Face, Para, Part, Passage, Row, Span, Style, Table
from notices.letters.settings import LetterSettings
from notices.letters.template.addresses import Address
from notices.letters.template.hygiene import Cleaner
from notices.letters.template.layout_file import FixedTexts, Layout
from notices.notice import Notice
from notices.printed import printed_url


def with_sender_line(part: Part, line: str) -> Part:
    """The line below the sender, such as （公印省略）."""
    blocks = list(part.blocks)
    for place, block in enumerate(blocks):
        if isinstance(block, Passage) and block.style is Style.SENDER:
            below = (*block.paras, Para((Span(line),)))
            blocks[place] = replace(block, paras=below)
            return replace(part, blocks=tuple(blocks))
    return part


def has_annex(notice: Notice, layout: Layout) -> bool:
    """Whether the URLs are too many for the form's row."""
    most = layout.urls_in_annex_from
    return 0 < most < len(notice.judgment.target.urls)


def annex(
    addresses: tuple[Address, ...], fixed: FixedTexts
) -> Iterator[Passage | Table]:
    """A table with one URL a row."""
    yield Passage(Style.ANNEX, (Para((Span(fixed.annex),)),))
    yield Table(tuple(map(_annex_row, range(1, len(addresses) + 1), addresses)))


def _annex_row(number: int, address: Address) -> Row:
    spans = [Span(str(address), Face.URL)]
    if address.note:
        spans.append(Span(address.note))
    return Row(group="", label="URL" + f"({number})", paras=(Para(tuple(spans)),))


def box_for_checking(
    notice: Notice, settings: LetterSettings, fixed: FixedTexts, sha256: str
) -> Passage:
    """What a reader needs to check the letter; no QR code, which forgers print, too."""
    clean = Cleaner()
    page = printed_url(notice.center.verification_page).address
    lines = [
        (f"{fixed.electronic} ", clean.line(notice.number)),
        (fixed.check_at, page),
        (fixed.sha256, sha256),
    ]
    if settings.root_fingerprint:
        lines.append((fixed.root, settings.root_fingerprint))
    return Passage(
        Style.CHECKING,
        tuple(Para((Span(label), Span(value, Face.EXACT))) for label, value in lines),
    )
