"""What may stand in a single field: strict grammars, one function each.

Each function takes a text and returns what is wrong with it in one plain sentence,
or None if nothing is. Nothing is repaired: an address that has to be guessed at is
no address.
"""

import ipaddress
import re
from urllib.parse import urlsplit

from notices.messages import Text
from notices.signs import is_blank

MAX_LOCAL, MAX_MAILBOX = 64, 254
"""RFC 5321, 4.5.3.1.1 and 4.5.3.1.3: the path of 256 octets counts its brackets."""
MAX_URL = 8000
"""Longest URL in octets, percent-encoded; RFC 9110, 4.1 asks for 8000 at least."""

CASE_ID_PATTERN = r"[A-Z0-9][A-Z0-9-]{2,31}"
"""What a case system's id looks like, whole."""
_CASE_ID = re.compile(CASE_ID_PATTERN, re.ASCII)

# RFC 5322, 3.2.3: dot-atom of atext. Quoted local parts, comments and domain
# literals are lawful there, but no provider needs them and they carry injections.
_LOCAL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
)
# RFC 1034, 3.5 with RFC 1123, 2.1; an IDN stands as A-label (RFC 5890, 2.3.2.1).
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Letters that do not show, besides those that str.isprintable() knows: fillers,
# joiners, selectors. A browser percent-encodes blanks and controls of any kind, so no
# address as found has them.
_INVISIBLE = re.compile(
    r"[ \u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0"
    r"\U000e0100-\U000e01ef]"
)
_NOT_IN_HOST = re.compile(r"[<>\"{}|^`\\%]")

_ASSIGNED = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN
BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ
DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL
GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM
JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP
NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD
SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""

COUNTRIES = frozenset(_ASSIGNED.split())
"""ISO 3166-1 alpha-2, the codes that are officially assigned."""


_PERSON = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def person_fault(text: str) -> str:
    """What is wrong with a person's short id; empty: nothing."""
    if _PERSON.fullmatch(text):
        return ""
    return "1 to 40 of a-z, 0-9 and -, not beginning with -"


def case_id_fault(text: str) -> str | None:
    """Check an id of a case system; it also names files, so it is narrow."""
    if _CASE_ID.fullmatch(text):
        return None
    return (
        "must be 3 to 32 capital letters, digits and hyphens, "
        "the first a letter or digit, such as IHC-2026-004217"
    )


def mailbox_fault(text: str) -> str | None:
    """Check one address, `local@domain` (RFC 5321, 4.1.2, without quoted strings)."""
    local, at, domain = text.rpartition("@")
    if not at:
        return "must be one address, local@domain"
    if len(local) > MAX_LOCAL or len(text) > MAX_MAILBOX:
        return Text(
            "is too long: {max_local} characters before the @ "
            "and {max_mailbox} in all at most",
            max_local=MAX_LOCAL,
            max_mailbox=MAX_MAILBOX,
        )
    if not _LOCAL.fullmatch(local):
        return (
            "must be exactly one address; before the @ stand letters, digits and "
            "!#$%&'*+/=?^_`{|}~- with single dots between: no blanks, commas, quotes, "
            "comments or angle brackets"
        )
    return _mail_domain(domain)


def _mail_domain(domain: str) -> str | None:
    labels = domain.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        return (
            "must have a domain of letters, digits and hyphens after the @; "
            "an internationalised name stands as xn--..."
        )
    if "." not in domain or labels[-1].isdigit():
        return "must have a full domain name after the @, such as example.jp"
    return None


def url_fault(text: str) -> str | None:
    """Check an http or https address; it is kept exactly as it was found."""
    if _octets(text) > MAX_URL:
        return Text(
            "is too long: {max_url} characters at most, percent-encoded",
            max_url=MAX_URL,
        )
    for sign in text:
        if not sign.isprintable() or _INVISIBLE.match(sign):
            return Text(
                "has a blank or a character that does not show (U+{ord:04X}); "
                "percent-encode it as the browser does",
                ord=ord(sign),
            )
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no address: host or port cannot be read"
    if parts.scheme not in {"http", "https"} or not host:
        return "must be an http or https address with a host"
    return _authority(parts.netloc, host)


def _octets(text: str) -> int:
    """How long it is percent-encoded, as browsers ask for it (RFC 3986, 2.1)."""
    if text.isascii():
        return len(text)
    octets = text.encode("utf-8", "surrogatepass")
    return len(octets) + 2 * sum(octet > ord("~") for octet in octets)


def _authority(authority: str, host: str) -> str | None:
    # RFC 9110, 4.2.4: userinfo is not part of an http address and hides the host.
    if "@" in authority:
        return "must not have a user name before the host (RFC 9110, 4.2.4)"
    # Browsers read a backslash as the end of the authority, others do not.
    if _NOT_IN_HOST.search(authority) or host.startswith(".") or ".." in host:
        return "has a host that cannot be read without doubt"
    return None


def line_fault(text: str, *, longest: int = 300) -> str | None:
    """Check a text of one line: a name, a place, a role."""
    if _SURROGATE.search(text):
        return "has half of a character (a lone surrogate)"
    if found := _CONTROL.search(text):
        return Text(
            "must be one line: it has the control character U+{ord:04X}",
            ord=ord(found[0]),
        )
    if len(text) > longest:
        return Text("is too long: {longest} characters at most", longest=longest)
    return None


def name_fault(text: str, *, longest: int = 300) -> str | None:
    """Check a name that must be there: one line, of which something shows."""
    if wrong := line_fault(text, longest=longest):
        return wrong
    return "is empty: nothing of it would show in print" if is_blank(text) else None


def prose_fault(text: str, *, longest: int = 50_000) -> str | None:
    """Check a text of several lines; controls are allowed, letters show them."""
    if _SURROGATE.search(text):
        return "has half of a character (a lone surrogate)"
    if len(text) > longest:
        return Text("is too long: {longest} characters at most", longest=longest)
    return None


def country_fault(text: str) -> str | None:
    """Check a country code (ISO 3166-1 alpha-2)."""
    if text in COUNTRIES:
        return None
    return "must be a country code of two capital letters (ISO 3166-1), such as JP"


def ip_address_fault(text: str) -> str | None:
    """Check an IPv4 or IPv6 address, without a zone."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return "must be an IPv4 or IPv6 address"
    return "must not have a zone" if "%" in text else None


def is_loopback(host: str) -> bool:
    """True for names and addresses that never leave the machine, judged as written.

    `localhost` in any case (RFC 6761, 6.3), 127.0.0.0/8 and ::1 (RFC 1122, 3.2.1.3;
    RFC 4291, 2.5.3), also as IPv4-mapped.
    """
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
