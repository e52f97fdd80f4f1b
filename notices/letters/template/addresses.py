"""URLs for print: exact or defanged, and what must be said behind them."""

from typing import Self

from notices.letters.settings import UrlStyle
from notices.letters.template.hygiene import Cleaner
from notices.messages import Text
from notices.printed import PrintedUrl, defanged, printed_url


class Address(str):
    """A URL ready for print, with what must be said behind it."""

    __slots__ = ("note", "note_en")
    note: str
    note_en: str

    def __new__(cls, text: str, note: str = "", note_en: str = "") -> Self:
        """Keep `text` as the URL and the notes beside it."""
        self = super().__new__(cls, text)
        self.note = note
        self.note_en = note_en
        return self


def for_print(url: str, clean: Cleaner, *, style: UrlStyle = "exact") -> Address:
    """The URL as the letter shows it: ASCII, what a reader saw behind it."""
    printed = printed_url(url)
    address = printed.address
    if style == "defanged":
        address = defanged(address)
    host, rest = clean.url(printed.host), clean.url(printed.rest)
    if printed.is_mixed:
        clean.warn(
            Text(
                "{address}: a label mixes scripts or imitates Latin",
                address=printed.address,
            )
        )
    return Address(
        address, _japanese(printed, host, rest), _english(printed, host, rest)
    )


def _japanese(printed: PrintedUrl, host: str, rest: str) -> str:
    said = []
    if host:
        said.append(f"表示上のホスト名：{host}")
    if printed.is_mixed:
        said.append("紛らわしい文字を含む")
    if rest:
        said.append(f"表示上のパス等：{rest}")
    return f"（{'、'.join(said)}）" if said else ""


def _english(printed: PrintedUrl, host: str, rest: str) -> str:
    said = []
    if host:
        said.append(f"host name as displayed: {host}")
    if printed.is_mixed:
        said.append("contains confusable letters")
    if rest:
        said.append(f"path as displayed: {rest}")
    return f" ({'; '.join(said)})" if said else ""
