"""URLs for print: exact or defanged, host names as the machine reads them."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

import idna

from notices.letters.hygiene import Cleaner, scripts
from notices.letters.settings import UrlStyle


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


@dataclass(frozen=True, slots=True)
class Host:
    """A host name in both spellings."""

    ascii: str
    """What is asked for in the DNS."""
    unicode: str
    """What a browser may show; empty if it is the same."""
    is_mixed: bool = False
    """True if a label mixes scripts, so that it may pass for another name."""


def read_host(host: str) -> Host:
    """Both spellings of a host; one that IDNA refuses stays as given."""
    try:
        ascii_host = (
            host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
        )
        shown = idna.decode(ascii_host)
    except (idna.IDNAError, UnicodeError):
        return Host(host, "")
    if shown.lower() == ascii_host.lower():
        return Host(host if host.isascii() else ascii_host, "")
    mixed = any(_is_suspicious(label) for label in shown.split("."))
    return Host(ascii_host, shown, mixed)


def _is_suspicious(label: str) -> bool:
    found = scripts(label)
    # Latin beside Japanese is ordinary in Japan (UTS #39, 5.2: Highly Restrictive).
    if found <= {"LATIN", "JAPANESE"}:
        return False
    return len(found) > 1 or bool(found & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})


def for_print(url: str, clean: Cleaner, *, style: UrlStyle = "exact") -> Address:
    """The URL as the letter shows it, host in ASCII, Unicode form behind."""
    host = urlsplit(url).hostname if _has_host(url) else None
    if not host:
        return Address(clean.url(url))
    spelling = read_host(host)
    start = url.lower().find(host)
    printed = url
    if start >= 0 and spelling.ascii.lower() != host:
        printed = url[:start] + spelling.ascii + url[start + len(host) :]
    note = note_en = ""
    if spelling.unicode:
        note, note_en = _notes(spelling, clean)
    printed = clean.url(printed)
    return Address(defang(printed) if style == "defanged" else printed, note, note_en)


def _notes(spelling: Host, clean: Cleaner) -> tuple[str, str]:
    """What stands behind a URL whose host a browser may show otherwise."""
    shown = clean.line(spelling.unicode)
    if not spelling.is_mixed:
        return (
            f"（表示上のホスト名: {shown}）",
            f" (host name as displayed: {shown})",
        )
    clean.warnings.append(f"{spelling.ascii}: a label mixes scripts or imitates Latin")
    return (
        f"（表示上のホスト名: {shown}、紛らわしい文字を含む）",
        f" (host name as displayed: {shown}; contains confusable letters)",
    )


def _has_host(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def defang(url: str) -> str:
    """The URL such that no program makes it a link: hxxps://www[.]example[.]jp/."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    host, slash, path = rest.partition("/")
    dead = scheme.replace("tt", "xx").replace("TT", "XX")
    return f"{dead}://{host.replace('.', '[.]')}{slash}{path}"
