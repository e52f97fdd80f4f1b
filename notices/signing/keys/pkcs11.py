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

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from notices.credentials import Secret
from notices.errors import ConfigError, KeyUnavailable
from notices.messages import Text
from notices.signing import der
from notices.signing.keys.signing_key import SigningKey, load_certificates, order_chain
from notices.signing.keys.token_uri import TokenUri, read_uri
from notices.signing.public_keys import digest_for, public_key
from notices.signing.unreadable import UNREADABLE, is_readable

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
            except (pkcs11.PinIncorrect, pkcs11.PinLocked) as error:
                raise _not_signed(error) from error  # to ask again would count again
            except pkcs11.PKCS11Error:
                return self._sign_anew(pkcs11, data)

    def _sign_anew(self, pkcs11: Any, data: bytes) -> bytes:
        """Once more after the token was looked for; a card may have been put back."""
        try:
            session = _open_session(pkcs11, self.where, self.pin, is_anew=True)
            self.key = _only(session, pkcs11, self.where)
            return self._sign(pkcs11, data)
        except pkcs11.PKCS11Error as error:
            raise _not_signed(error) from error

    def _sign(self, pkcs11: Any, data: bytes) -> bytes:
        if not self.pin or not self._wants_pin(pkcs11):
            return self._signed(pkcs11, data)
        # a PIN of its own, which may differ from the one of the log-in
        tried = _tried(b"key of " + self.key.session.token.serial, self.pin)
        _require_untried(tried)
        try:
            return self._signed(pkcs11, data, pin=self.pin.reveal())
        except pkcs11.PinIncorrect:
            _WRONG.add(tried)
            raise

    def _signed(self, pkcs11: Any, data: bytes, **more: str) -> bytes:
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
            hint=_HINTS.get(type(error).__name__)
            or "check signing.key, the PIN, and that the token is plugged in",
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
    try:
        token = _token(library, pkcs11, where)
    except pkcs11.NoSuchToken:
        if is_anew:
            raise
        # what was plugged in later is seen only by who looks again
        return _open_session(pkcs11, where, pin, is_anew=True)
    return _logged_in(pkcs11, token, pin)


def _token(library: Any, pkcs11: Any, where: TokenUri) -> Any:
    """The one token that fits the URI; NoSuchToken, MultipleTokensReturned."""
    wanted: dict[str, Any] = {}
    if where.token:
        wanted["token_label"] = where.token
    if where.serial:
        wanted["token_serial"] = where.serial.encode()
    fitting = [
        one
        for one in library.get_tokens(**wanted)
        if where.slot_id in (None, one.slot.slot_id)
        and pkcs11.TokenFlag.TOKEN_INITIALIZED in one.flags
    ]
    if len(fitting) != 1:
        raise pkcs11.MultipleTokensReturned if fitting else pkcs11.NoSuchToken
    return fitting[0]


def _logged_in(pkcs11: Any, token: Any, pin: Secret | None) -> Any:
    tried = _tried(token.serial, pin)
    _require_untried(tried)
    try:
        return token.open(user_pin=pin.reveal() if pin else None)
    except pkcs11.UserAlreadyLoggedIn:
        # PKCS#11 2.40, 6.7.4: the log-in is the process's, not the session's.
        return token.open()
    except pkcs11.PinIncorrect:
        _WRONG.add(tried)
        raise


def _tried(whose: bytes, pin: Secret | None) -> bytes:
    typed = pin.reveal() if pin else ""
    return hashlib.sha256(_SALT + whose + typed.encode()).digest()


def _require_untried(tried: bytes) -> None:
    if tried in _WRONG:
        raise KeyUnavailable(
            "the token refused this PIN before, it is not asked again: cards lock",
            hint="give the right PIN; if it was changed to this one, start anew",
        )


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
    others = [one for each in everything if (one := _certificate(pkcs11, each))]
    own = _certificate(pkcs11, objects[0])
    if own is None:
        raise KeyUnavailable(
            "the token's certificate cannot be read",
            hint="set signing.certificate to a PEM file with certificate and chain",
        )
    return own, others


def _certificate(pkcs11: Any, entry: Any) -> x509.Certificate | None:
    """None for what is no certificate that can be read; a token holds many things."""
    try:
        read = x509.load_der_x509_certificate(bytes(entry[pkcs11.Attribute.VALUE]))
    except UNREADABLE:
        return None
    return read if is_readable(read) else None


def _not_signed(error: Exception) -> KeyUnavailable:
    return KeyUnavailable(
        Text("the token did not sign: {words}", words=_words(error)),
        hint=_HINTS.get(type(error).__name__)
        or "check that the token is plugged in and the key may sign; nothing"
        " was sent, and it goes on once the token is there again",
    )


def _words(error: Exception) -> str:
    """The token's code alone, such as `DeviceRemoved`: sentences are the library's."""
    return type(error).__name__


_HINTS = {
    "PinIncorrect": "give the right PIN; the token counts wrong ones, and locks itself",
    "PinLocked": "unlock the PIN with the tool of the token's maker (SO-PIN or PUK)",
    "PinExpired": "set a new PIN with the tool of the token's maker",
    "MultipleTokensReturned": "name one in the URI by token=LABEL or serial=NUMBER",
    "NoSuchToken": "check that the token is plugged in (`pkcs11-tool --list-slots`"
    " tells its label); nothing was sent, and it goes on once the token is there again",
}
"""What to do, by the token's code."""
