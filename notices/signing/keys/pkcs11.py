"""Keys in a PKCS#11 token: a smart card, a hardware module, SoftHSM2.

The key is named by a URI of RFC 7512, such as
`pkcs11:token=notices;object=sign?module-path=/usr/lib/softhsm/libsofthsm2.so`.
The PIN comes from the credentials, never from the URI (7.2 there warns of it).
"""

import hashlib
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from notices.credentials import Secret
from notices.errors import ConfigError, KeyUnavailable
from notices.messages import Text
from notices.signing import der
from notices.signing.keys.signing_key import SigningKey, load_certificates, order_chain
from notices.signing.public_keys import digest_for, public_key

_KNOWN = {"token", "serial", "object", "id", "type", "slot-id"}
_KNOWN_QUERY = {"module-path"}


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


_SALT = secrets.token_bytes(32)
_WRONG: set[bytes] = set()
"""Hashes of tokens with PINs that they refused. A card counts wrong PINs and locks
itself (CKR_PIN_LOCKED), so a process sends none of them twice."""
_PROCESS = threading.RLock()
"""A session does one operation at a time (PKCS#11 2.40, 6.7.6), and to look for a token
anew ends the sessions of the whole process."""


@dataclass(slots=True, eq=False)
class TokenKey:
    """A private key that stays in its token; found again if that was gone."""

    where: TokenUri
    """Which key."""
    digest: str
    """`sha256` or `sha384`."""
    is_rsa: bool
    """RSA, else elliptic curve."""
    pin: Secret | None = field(repr=False)
    """For each signature where the key wants it (CKA_ALWAYS_AUTHENTICATE)."""
    key: Any = field(default=None, repr=False)
    """`pkcs11.PrivateKey` of an open session."""

    def sign(self, data: bytes) -> bytes:
        """PKCS#1 v1.5 (RSA) or DER ECDSA (EC) over the digest of `data`."""
        pkcs11 = _library()
        with _PROCESS:
            try:
                return self._sign(pkcs11, data)
            except pkcs11.PKCS11Error:
                return self._sign_anew(pkcs11, data)

    def _sign_anew(self, pkcs11: Any, data: bytes) -> bytes:
        """Once more after the token was looked for; a card may have been put back."""
        try:
            session = _open_session(pkcs11, self.where, self.pin, is_anew=True)
            self.key = _only(session, pkcs11, self.where)
            return self._sign(pkcs11, data)
        except pkcs11.PKCS11Error as error:
            raise KeyUnavailable(
                Text("the token did not sign: {words}", words=_words(error)),
                hint="check that the token is plugged in and the key may sign; nothing"
                " was sent, and it goes on once the token is there again",
            ) from error

    def _sign(self, pkcs11: Any, data: bytes) -> bytes:
        more = (
            {"pin": self.pin.reveal()} if self.pin and self._wants_pin(pkcs11) else {}
        )
        if self.is_rsa:
            mechanism = pkcs11.Mechanism.SHA256_RSA_PKCS
            return bytes(self.key.sign(data, mechanism=mechanism, **more))
        # Not every token has CKM_ECDSA_SHA256, so it gets the digest. Its answer
        # is r and s side by side (PKCS#11 2.40, 2.3.1), CMS wants them as DER.
        digest = hashlib.new(self.digest, data).digest()
        mechanism = pkcs11.Mechanism.ECDSA
        raw = bytes(self.key.sign(digest, mechanism=mechanism, **more))
        half = len(raw) // 2
        numbers = (int.from_bytes(part, "big") for part in (raw[:half], raw[half:]))
        return der.sequence(*map(der.integer, numbers))

    def _wants_pin(self, pkcs11: Any) -> bool:
        try:
            return bool(self.key[pkcs11.Attribute.ALWAYS_AUTHENTICATE])
        except pkcs11.AttributeTypeInvalid:
            return False

    def __repr__(self) -> str:
        return "TokenKey(***)"


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
    )


def _attributes(text: str, separator: str, known: set[str]) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for part in filter(None, text.split(separator)):
        name, _, value = part.partition("=")
        if name not in known or name in attributes:
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


def load_token_key(uri: str, pin: Secret | None, certificates: bytes) -> SigningKey:
    """The key that the URI names, in an open session.

    The certificate comes from the token, or from `certificates` (PEM, the signer's
    first), where also the chain is. KeyUnavailable for no token, no key, a wrong
    PIN; ConfigError for a bad URI or a missing extra.
    """
    where = read_uri(uri)
    pkcs11 = _library()
    try:
        with _PROCESS:
            session = _open_session(pkcs11, where, pin)
            key = _only(session, pkcs11, where)
            leaf, others = _certificates(session, pkcs11, where, certificates)
    except pkcs11.PKCS11Error as error:
        raise KeyUnavailable(
            Text("the token does not give its key: {words}", words=_words(error)),
            hint="check signing.key, the PIN, and that the token is plugged in",
        ) from error
    public = public_key(leaf)
    operation = TokenKey(
        where=where,
        digest=digest_for(public),
        is_rsa=isinstance(public, rsa.RSAPublicKey),
        pin=pin,
        key=key,
    )
    return SigningKey(
        operation=operation, certificate=leaf, chain=order_chain(leaf, others)
    )


def _library() -> Any:
    try:
        import pkcs11  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ConfigError(
            "keys in a token need the extra pkcs11",
            hint="pip install 'notices[pkcs11]'",
        ) from error
    return pkcs11


def _open_session(
    pkcs11: Any, where: TokenUri, pin: Secret | None, *, is_anew: bool = False
) -> Any:
    """A session with the token; is_anew: after its library has looked for it again."""
    try:
        library = pkcs11.lib(where.module)
        if is_anew:
            library.reinitialize()
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
        raise ConfigError(
            Text("the PKCS#11 library {module} does not load", module=where.module),
            hint="check module-path in signing.key",
        ) from error
    wanted: dict[str, Any] = {}
    if where.token:
        wanted["token_label"] = where.token
    if where.serial:
        wanted["token_serial"] = where.serial.encode()
    try:
        token = library.get_token(**wanted)
    except pkcs11.NoSuchToken:
        if is_anew:
            raise
        # what was plugged in later is seen only by who looks again
        return _open_session(pkcs11, where, pin, is_anew=True)
    return _logged_in(pkcs11, token, pin)


def _logged_in(pkcs11: Any, token: Any, pin: Secret | None) -> Any:
    typed = pin.reveal() if pin else ""
    tried = hashlib.sha256(_SALT + token.serial + typed.encode()).digest()
    if tried in _WRONG:
        raise KeyUnavailable(
            "the token refused this PIN before, it is not asked again: cards lock",
            hint="give the right PIN; if it was changed to this one, start anew",
        )
    try:
        return token.open(user_pin=pin.reveal() if pin else None)
    except pkcs11.UserAlreadyLoggedIn:
        # PKCS#11 2.40, 6.7.4: the log-in is the process's, not the session's.
        return token.open()
    except pkcs11.PinIncorrect:
        _WRONG.add(tried)
        raise


def _template(pkcs11: Any, kind: Any, where: TokenUri) -> dict[Any, Any]:
    template = {pkcs11.Attribute.CLASS: kind}
    if where.label:
        template[pkcs11.Attribute.LABEL] = where.label
    if where.id:
        template[pkcs11.Attribute.ID] = where.id
    return template


def _only(session: Any, pkcs11: Any, where: TokenUri) -> Any:
    kind = pkcs11.ObjectClass.PRIVATE_KEY
    objects = list(session.get_objects(_template(pkcs11, kind, where)))
    if len(objects) != 1:
        raise KeyUnavailable(
            Text(
                "the token has {count} private keys that fit signing.key, not one",
                count=len(objects),
            ),
            hint="name it by object=LABEL or id=%A1 in the URI",
        )
    return objects[0]


def _certificates(
    session: Any, pkcs11: Any, where: TokenUri, given: bytes
) -> tuple[x509.Certificate, list[x509.Certificate]]:
    if given:
        leaf, *others = load_certificates(given)
        return leaf, others
    template = _template(pkcs11, pkcs11.ObjectClass.CERTIFICATE, where)
    objects = list(session.get_objects(template))
    if len(objects) != 1:
        raise KeyUnavailable(
            Text(
                "the token has {count} certificates that fit signing.key, not one",
                count=len(objects),
            ),
            hint="set signing.certificate to a PEM file with certificate and chain",
        )
    everything = session.get_objects(
        {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}
    )
    others = [_certificate(pkcs11, one) for one in everything]
    return _certificate(pkcs11, objects[0]), others


def _certificate(pkcs11: Any, entry: Any) -> x509.Certificate:
    return x509.load_der_x509_certificate(bytes(entry[pkcs11.Attribute.VALUE]))


def _words(error: Exception) -> str:
    """The token's code alone, such as `DeviceRemoved`: sentences are the library's."""
    return type(error).__name__
