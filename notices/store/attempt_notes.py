"""The notes of attempts, read from the record as texts that the catalogue can tell.

The record keeps an English sentence. What it was made of is found again by its
template, so that it can be told in another language years later.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from string import Formatter

from notices.messages import Text, listed

EARLIER_WORDS = (
    "Connection lost",
    "Timed out waiting for server response",
    "Unexpected EOF received",
    "connection lost",
)
"""Sentences of a library, which earlier versions wrote down as they were."""

TEMPLATES = (
    "{said}; given up: too old",
    "certificate refused: {reason}",
    "TLS failed: {reason}",
    "no SMTP reply: {shown}",
    "{count} bytes are more than the server takes ({limit})",
    "the server refuses the access token ({status})",
    "[{where}] gave no access token: {why}",
    "[{where}] {program} cannot be run: {why}",
    "[{where}] there is no program {program}",
    "it ended with {code}",
    "the host cannot be looked up ({code})",
    "OpenSSL code {code}",
    "the connection failed ({kind})",
    "the conversation failed ({kind})",
    "error {name} of the operating system",
    "the worker died {where}",
    "handed over; reference: {reference}",
    # what was asked again before the attempt: the mode, names for examples, the signer
    "{fault}; nothing was sent",
    "{number} is no test, and the site is in test mode",
    "{number} is a test: it is never sent for real",
    "{number} is a test for another address than test.address",
    "{names} has a name for tests and examples, which {host} must not be given",
    "the example certificate must not sign for {host}: everybody has its key",
    "the mail does not hold the certificate {sha256}... that it was signed with",
    (
        "the mail is signed with the certificate {sha256}..., which is not in"
        " signing.keys any more: it was not sent and waits"
    ),
    "none of signing.keys is for {day}",
    "{what} cannot be read: {path}: {strerror}",
    "The key is {words}; that is not what mail programs take.",
    "curve {name}",
    "The certificate is signed with {name}, not with SHA-2.",
    "The certificate names {named}, but the mail comes from {mailbox}.",
    "The certificate is not valid before {start:%F %R} UTC.",
    "The certificate expired on {end:%F %R} UTC.",
    "The certificate ends on {end:%F %R} UTC, in less than 7 days.",
    "The certificate {name} is {detail}.",
    "Whether {name} is revoked is not known: {detail}.",
    "Our own verifier would refuse what it signs: {fault}.",
    "revoked since {revocation_date_utc:%F %R} UTC",
    "its CRL is of {start:%F %R} to {end:%F %R} UTC",
    "its CRL of {start:%F %R} UTC is signed too weakly to be believed",
    "OCSP of {this_update_utc:%F %R} {until} says {status}",
    "to {end:%F %R} UTC",
    "the newest answer is {age} hours old, signing.max_age_hours is {limit}",
)
"""What notes with parameters are made of."""

WITHIN: Mapping[str, tuple[str, ...]] = {
    "Our own verifier would refuse what it signs: {fault}.": (
        "valid from {start:%Y-%m-%d}, judged at {at:%Y-%m-%d %H:%M:%S%z}",
        "expired on {end:%Y-%m-%d}, judged at {at:%Y-%m-%d %H:%M:%S%z}",
        "signed with {found}: not accepted",
        "{found}: not accepted",
        "{below} authorities below one that allows {limit}",
        "an RSA key of {key_size} bits",
        "{upper} in the signature",
        "signature algorithm {name}",
        "{what}: nobody needs that many",
        "certificate policies: {error}",
        (
            "no path to a trusted root: {issuer} issued it, whose certificate is "
            "neither trusted nor included"
        ),
        (
            "no path to a trusted root: {issuer} is named as issuer, and its key "
            "did not sign the certificate"
        ),
        "{count} certificates, at most {max_certificates}",
        "{count} certificates for the signer identifier, must be one",
        "extendedKeyUsage has none of {names}",
        "unreadable: {error}",
        "{what} ({who})",
    ),
}
"""What stands within such a text alone: elsewhere it would be found in anything."""


class _AsWritten(str):
    """A part of a note: a time in it is written already."""

    __slots__ = ()

    def __format__(self, spec: str, /) -> str:
        return str.__str__(self)


def recalled(said: str, templates: Iterable[str] = TEMPLATES) -> str:
    """A note as it was when it was written down: with its template, where it has one.

    said: the English sentence; unchanged if it is made of nothing that is known.
    templates: what it may be made of.
    """
    known = tuple(templates)
    for template in known:
        if found := _pattern(template).fullmatch(said):
            inner = WITHIN.get(template, ()) + tuple(_narrow(known)) + TEMPLATES
            parts = {
                name: _part(part, inner) for name, part in found.groupdict().items()
            }
            return Text.of(said, template, parts)
    return _by_sentence(said, known)


def _narrow(templates: Iterable[str]) -> Iterable[str]:
    """Those that stand within a text alone; they stand in its parts as well."""
    return (each for each in templates if each not in TEMPLATES)


def _part(said: str, templates: Iterable[str]) -> str:
    found = recalled(said, templates)
    return found if isinstance(found, Text) else _AsWritten(found)


def _by_sentence(said: str, templates: tuple[str, ...]) -> str:
    """Several sentences, each recalled; unchanged if none of them is known."""
    sentences = re.split(r"(?<=\.) (?=[A-Z])", said)
    if len(sentences) == 1:
        return said
    found = [recalled(each, templates) for each in sentences]
    return listed(found, " ") if any(isinstance(one, Text) for one in found) else said


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """Text between the names as it is; each name takes what is there."""
    parts = (
        re.escape(literal) + (f"(?P<{name}>.+)" if name else "")
        for literal, name, *_ in Formatter().parse(template)
    )
    return re.compile("".join(parts), re.DOTALL)
