"""The URI that names a key in a PKCS#11 token (RFC 7512)."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from notices.errors import ConfigError
from notices.messages import Text

_KNOWN = {"token", "serial", "object", "id", "type", "slot-id"}
_KNOWN_QUERY = {"module-path"}
_NAME = re.compile("[a-z-]{0,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUri:
    """A key in a token, by RFC 7512."""

    module: str
    """Path of the PKCS#11 library."""
    token: str = ""
    """Label of the token."""
    serial: str = ""
    """Serial number of the token."""
    label: str = ""
    """Label of key and certificate (`object`)."""
    id: bytes = b""
    """CKA_ID of key and certificate."""
    slot_id: int | None = None
    """Number of the slot; None: any."""


def read_uri(uri: str) -> TokenUri:
    """The parts of a `pkcs11:` URI; ConfigError for what is missing or unknown."""
    path, _, query = uri.removeprefix("pkcs11:").partition("?")
    attributes = _attributes(path, ";", _KNOWN)
    module = _attributes(query, "&", _KNOWN_QUERY).get("module-path", "")
    if not module:
        raise ConfigError(
            "the pkcs11: URI in signing.key names no library",
            hint="end it with ?module-path=/path/to/library.so",
        )
    return TokenUri(
        module=unquote(module),
        token=unquote(attributes.get("token", "")),
        serial=unquote(attributes.get("serial", "")),
        label=unquote(attributes.get("object", "")),
        id=_octets(attributes.get("id", "")),
        slot_id=_number(attributes.get("slot-id", "")),
    )


def _attributes(text: str, separator: str, known: set[str]) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for part in filter(None, text.split(separator)):
        name, _, value = part.partition("=")
        if name not in known or name in attributes:
            # no more than a name: beside a typing error a PIN may stand
            name = _NAME.findall(name)[0]
            hint = "known: " + ", ".join(sorted(known))
            if name.startswith("pin"):
                hint = "the PIN comes from signing.passphrase_file or the prompt"
            raise ConfigError(
                Text(
                    "the pkcs11: URI in signing.key has {name!r}, unknown or twice",
                    name=name,
                ),
                hint=hint,
            )
        attributes[name] = value
    return attributes


def _octets(text: str) -> bytes:
    return unquote(text, encoding="latin-1").encode("latin-1")


def _number(text: str) -> int | None:
    if text and not (text.isascii() and text.isdecimal()):
        raise ConfigError(
            "the slot-id in signing.key is no number",
            hint="`pkcs11-tool --list-slots` tells it",
        )
    return int(text) if text else None
