"""URLs as letters and mails print them; the writers and the verifier ask here.

The address is ASCII, so that it can be typed, pasted and drawn by any font: the host
as the DNS has it (UTS #46, as browsers ask for it), what follows in UTF-8 and
percent-encoded (RFC 3986, 2.1). ASCII stays as it was found, letter by letter. What a
reader saw stands behind. No part is ever cut out by the length of another.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

import idna

from notices.signs import spelt

MAX_LABEL = 63
"""Octets of a label (RFC 1035, 2.3.4)."""
MAX_FOUND = 1_000
"""Characters of a label as it was found: none of so many becomes a name."""
# RFC 3986, 3 and 3.2: scheme, authority, and all that follows.
_URL = re.compile(r"((?:[^:/?#]*:)?//)([^/?#]*)(.*)", re.DOTALL)
_AUTHORITY = re.compile(r"((?:.*@)?)(\[[^\]]*\]|[^:]*)(.*)", re.DOTALL)
# RFC 3986, 3.3 to 3.5: what stands in no path, query or fragment as it is.
_NOT_IN_URI = re.compile(r"[^A-Za-z0-9._~:/?@!$&'()*+,;=%-]|%(?![0-9A-Fa-f]{2})")
_DOMAIN_NAME = re.compile(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}")
# Of other scripts as many as there are; a control or half of a character by itself.
_NOT_VISIBLE = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]|[^\x00-\x7f\ud800-\udfff]+")
# What no host has, whatever a mapping made of its letters (URL Standard, 3.1).
_NOT_IN_HOST = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|\"`{}]|^\.|\.\.")
# UTS #39 in short: scripts that share letter shapes with Latin.
_SCRIPT = re.compile(
    r"^(LATIN|CYRILLIC|GREEK|ARMENIAN|CHEROKEE|HIRAGANA|KATAKANA|CJK|HANGUL)"
)


@dataclass(frozen=True, slots=True)
class Host:
    """A host name in both spellings."""

    ascii: str
    """What is asked for in the DNS; percent-encoded if no name can be made of it."""
    unicode: str
    """As it was found, or as a browser may show it; empty if it is the same."""
    is_mixed: bool = False
    """True if a label mixes scripts, so that it may pass for another name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedUrl:
    """A URL in print."""

    address: str
    """In ASCII: what is pasted."""
    host: str
    """The host as a reader sees it, to stand behind; empty: the address shows it."""
    rest: str
    """What follows the host, as it was found; empty: the address shows it."""
    is_mixed: bool
    """True if the host may pass for another name."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """A URL cut at its delimiters."""

    begin: str
    """Scheme, slashes and what stands before the host."""
    host: str
    """The host; an IPv6 address with its brackets."""
    port: str
    """The colon and what follows it."""
    rest: str
    """Path, query and fragment."""

    def address(self, host: str) -> str:
        """The URL in ASCII, with that host."""
        return f"{_encoded(self.begin)}{host}{_encoded(self.port + self.rest)}"


@lru_cache(maxsize=4_096)
def printed_url(url: str) -> PrintedUrl:
    """How a URL is printed, whatever the style of addresses.

    >>> printed_url("https://例え.example/値?q=%zz").address
    'https://xn--r8jz45g.example/%E5%80%A4?q=%zz'
    """
    parts = _parts(url)
    host = read_host(parts.host)
    return PrintedUrl(
        address=parts.address(host.ascii),
        host=host.unicode,
        rest="" if parts.rest.isascii() else parts.rest,
        is_mixed=host.is_mixed,
    )


def defanged(address: str) -> str:
    """The address such that no program makes it a link: hxxps://www[.]example[.]jp/."""
    scheme, separator, rest = address.partition("://")
    if not separator:
        return address
    host, slash, path = rest.partition("/")
    dead = scheme.replace("tt", "xx").replace("TT", "XX")
    return f"{dead}://{host.replace('.', '[.]')}{slash}{path}"


@lru_cache(maxsize=4_096)
def spellings(url: str) -> frozenset[str]:
    """Every way in which letters and mails of ours write a URL, also earlier ones.

    Versions before wrote what was found; tables of IDNA know more hosts each year.
    """
    parts = _parts(url)
    exact = {
        url,
        parts.address(read_host(parts.host).ascii),
        parts.address(_encoded(parts.host)),
    }
    return frozenset(exact | {defanged(address) for address in exact})


def dns_host(url: str) -> str:
    """The host of a URL as the DNS has it, in lower case; empty without one."""
    host = _parts(url).host.strip("[]")
    return host.lower() if host.isascii() else read_host(host).ascii


def uri(url: str) -> str:
    """The URL as RFC 3986 allows it, for programs that take nothing else.

    >>> uri("https://x.example/a|b?q=%zz")
    'https://x.example/a%7Cb?q=%25zz'
    """
    parts = _parts(printed_url(url).address)
    host = parts.host if parts.host.startswith("[") else _escaped(parts.host)
    rest, hash_sign, fragment = parts.rest.partition("#")
    before = f"{_escaped(parts.begin)}{host}{_escaped(parts.port + rest)}"
    return f"{before}{hash_sign}{_escaped(fragment)}"


def domain_name(url: str) -> str:
    """The host as a name of letters, digits and single hyphens; empty if it is none.

    Such a name is what XARF takes for a domain: no address, no A-label, no `_`.
    """
    host = dns_host(url).removesuffix(".")
    return host if _DOMAIN_NAME.fullmatch(host) else ""


def read_host(host: str) -> Host:
    """Both spellings of a host; an ASCII one stays as given."""
    if host.isascii():
        return _with_unicode(host)
    if any(len(label) > MAX_FOUND for label in host.split(".")):
        return Host(_encoded(host), host)
    name = _mapped(host)
    labels = _ascii_labels(name)
    mixed = any(_is_suspicious(label) for label in name.split("."))
    return Host(labels or _encoded(host), host, mixed)


def _parts(url: str) -> _Parts:
    match = _URL.fullmatch(url)
    if match is None:
        return _Parts("", "", "", url)
    begin, authority, rest = match.groups()
    user, host, port = _authority(authority)
    return _Parts(begin + user, host, port, rest)


def _authority(authority: str) -> tuple[str, str, str]:
    match = _AUTHORITY.fullmatch(authority)
    if match is None:  # unreachable: each of its parts may be empty
        return "", authority, ""
    user, host, port = match.groups()
    return user, host, port


def _with_unicode(host: str) -> Host:
    try:
        shown = idna.decode(host)
    except (idna.IDNAError, UnicodeError):
        return Host(host, "")
    if shown.lower() == host.lower():
        return Host(host, "")
    return Host(host, shown, any(map(_is_suspicious, shown.split("."))))


def _mapped(host: str) -> str:
    """The host as UTS #46 maps it (4, steps 1 and 2); as given if that refuses it."""
    try:
        return idna.uts46_remap(host, std3_rules=False, transitional=False)
    except (idna.IDNAError, UnicodeError):
        return host


def _ascii_labels(name: str) -> str:
    """The name as A-labels; empty if no DNS name can be made of it."""
    labels = name.split(".")
    if _NOT_IN_HOST.search(name) or any(len(label) > MAX_LABEL for label in labels):
        return ""
    return ".".join(map(_a_label, labels))


def _a_label(label: str) -> str:
    """RFC 3492. As browsers do, also of letters that IDNA 2008 does not allow."""
    if label.isascii():
        return label
    try:
        return f"xn--{label.encode('punycode').decode('ascii')}"
    except UnicodeError:  # half of a character: no such text passes the check
        return _encoded(label)


def _encoded(text: str) -> str:
    """ASCII as it is, all else percent-encoded; what cannot stand there spelt out."""
    return _NOT_VISIBLE.sub(_encoded_run, text)


def _encoded_run(found: re.Match[str]) -> str:
    run = found[0]
    is_half = "\ud800" <= run[0] <= "\udfff"
    return spelt(run) if run.isascii() or is_half else quote(run)


def _escaped(text: str) -> str:
    """ASCII with what RFC 3986 does not allow percent-encoded."""
    return _NOT_IN_URI.sub(lambda odd: f"%{ord(odd[0][0]):02X}{odd[0][1:]}", text)


def _is_suspicious(label: str) -> bool:
    scripts = _scripts(label)
    # Latin beside Japanese is ordinary in Japan (UTS #39, 5.2: Highly Restrictive).
    if scripts <= {"LATIN", "JAPANESE"}:
        return False
    return len(scripts) > 1 or bool(
        scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}
    )


def _scripts(label: str) -> frozenset[str]:
    """The scripts whose letters a host label holds; Japanese counts as one."""
    scripts = set()
    for char in label:
        match = _SCRIPT.match(unicodedata.name(char, ""))
        if match:
            is_japanese = match[1] in {"HIRAGANA", "KATAKANA", "CJK"}
            scripts.add("JAPANESE" if is_japanese else match[1])
    return frozenset(scripts)
