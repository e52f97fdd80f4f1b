"""The witnesses that `[ledger]` names."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from notices.config import LedgerSection, WitnessEntry
from notices.errors import ConfigError, InputError
from notices.grammar import is_loopback, url_fault
from notices.ledger import VerifierKey, parse_witness_key
from notices.messages import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Who cosigns."""

    key: VerifierKey
    """What its cosignatures are verified with."""
    url: str
    """Submission prefix."""


def witnesses_of(section: LedgerSection) -> tuple[tuple[Witness, ...], int]:
    """The witnesses of `[ledger]`, and how many of them suffice; ConfigError else."""
    witnesses = tuple(_witness(entry) for entry in section.witnesses)
    keys = [one.key for one in witnesses]
    if len({one.key for one in keys}) != len(witnesses) or len(set(keys)) != len(
        witnesses
    ):
        raise ConfigError("[ledger] witnesses names one key twice")
    if not 0 <= section.quorum <= len(witnesses):
        raise ConfigError(
            Text(
                "[ledger] quorum is {quorum}, but it names {count} witnesses",
                quorum=section.quorum,
                count=len(witnesses),
            ),
            hint="0 means all of them",
        )
    return witnesses, section.quorum or len(witnesses)


def _witness(entry: WitnessEntry) -> Witness:
    try:
        key = parse_witness_key(entry.key)
    except InputError as error:
        raise ConfigError(
            Text("[ledger] witnesses: {why}", why=error.message), hint=error.hint
        ) from error
    if wrong := url_fault(entry.url):
        raise ConfigError(
            Text(
                "[ledger] witnesses: the url of {name} {wrong}",
                name=_name(entry),
                wrong=wrong,
            )
        )
    parts = urlsplit(entry.url)
    is_open = parts.scheme == "http" and is_loopback(parts.hostname or "")
    is_more = parts.query or parts.fragment or not entry.url.isascii()
    if not (parts.scheme == "https" or is_open) or is_more:
        raise ConfigError(
            Text(
                "[ledger] witnesses: the url of {name} is no https address",
                name=_name(entry),
            ),
            hint="https://HOST/PATH, without query and fragment, an internationalised "
            "name as xn--...; http is for loopback alone",
        )
    return Witness(key=key, url=entry.url)


def _name(entry: WitnessEntry) -> str:
    """Of its key; an address that is none may hold a password."""
    return entry.key.partition("+")[0]
