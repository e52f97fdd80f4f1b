"""What a connection that failed says, in words of ours: the catalogue has them.

Sockets, TLS, asyncio and the libraries for HTTP each have sentences of their own, which
change with their versions. They are judged by number and kind; only a code stands
beside our words, never a sentence of theirs.
"""

import re
import socket
import ssl
from collections.abc import Callable
from typing import Any

from notices.files.system_words import word_of
from notices.messages import Text

NO_ANSWER = "no answer in time"
LOST = "the connection was lost"
_ERRNO = re.compile(r"\[Errno (\d+)\]")
"""asyncio gathers what several addresses answered in one sentence."""
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")
"""http.client, of a proxy that does not answer CONNECT with 200."""
_TLS_REASON = re.compile(r"[A-Z0-9_]{3,80}")

_LOOKUP: dict[int, str] = {
    socket.EAI_NONAME: Text("there is no host of this name"),
    socket.EAI_AGAIN: Text("the name server does not answer"),
    socket.EAI_FAIL: Text("the name server refuses to answer"),
}
"""getaddrinfo(3)."""
if hasattr(socket, "EAI_NODATA"):
    _LOOKUP[socket.EAI_NODATA] = Text("there is no host of this name")

_CERTIFICATE: dict[int, str] = {
    2: Text("its issuer is not among the trusted roots"),
    9: Text("it is not yet valid"),
    10: Text("it has expired"),
    18: Text("it is self-signed and not trusted"),
    19: Text("its root is not trusted"),
    20: Text("its issuer is not among the trusted roots"),
    21: Text("its issuer is not among the trusted roots"),
    23: Text("it was revoked"),
    24: Text("one of its issuers may issue no certificates"),
    26: Text("it is not meant for a server"),
    62: Text("it is of another host"),
    64: Text("it is of another address"),
    66: Text("its key is too weak"),
    67: Text("the key of an issuer is too weak"),
    68: Text("its signature uses a weak hash"),
}
"""X509_V_ERR_... of OpenSSL, x509_vfy.h."""

_TLS: dict[str, str] = {
    "WRONG_VERSION_NUMBER": Text("the server speaks no TLS there"),
    "HTTP_REQUEST": Text("the server speaks no TLS there"),
    "RECORD_LAYER_FAILURE": Text("the server speaks no TLS there"),
    "PACKET_LENGTH_TOO_LONG": Text("the server speaks no TLS there"),
    "UNSUPPORTED_PROTOCOL": Text("the server has no version of TLS that we take"),
    "TLSV1_ALERT_PROTOCOL_VERSION": Text(
        "the server has no version of TLS that we take"
    ),
    "NO_PROTOCOLS_AVAILABLE": Text("the server has no version of TLS that we take"),
    "SSLV3_ALERT_HANDSHAKE_FAILURE": Text("the server finds no cipher in common"),
    "NO_SHARED_CIPHER": Text("the server finds no cipher in common"),
    "DH_KEY_TOO_SMALL": Text("the key of the server is too weak"),
    "EE_KEY_TOO_SMALL": Text("the key of the server is too weak"),
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": Text(
        "the server wants a certificate of the client"
    ),
    "UNEXPECTED_EOF_WHILE_READING": Text(LOST),
    "TLSV1_ALERT_UNKNOWN_CA": Text("the server does not trust the certificate"),
}
"""Reasons of OpenSSL, sslerr.h."""


def in_words_of_ours(error: BaseException) -> str:
    """Why a connection failed: a text that the catalogue has.

    error: what `socket`, `ssl`, `asyncio`, `urllib` or `http.client` raised. A `Text`
    of ours in it is kept.
    """
    reason = getattr(error, "reason", None)
    if error.args and isinstance(error.args[0], Text):
        return error.args[0]
    if isinstance(reason, Exception):  # urllib puts it into one of its own
        return in_words_of_ours(reason)
    if isinstance(error, TimeoutError):
        return Text(NO_ANSWER)
    for kind, words in _KINDS:
        if isinstance(error, kind):
            return words(error)
    return _of_library(error)


def _of_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        code = error.verify_code
        unknown = Text("OpenSSL code {code}", code=code)
        return Text(
            "certificate refused: {reason}", reason=_CERTIFICATE.get(code, unknown)
        )
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Text("TLS failed: {reason}", reason=Text(LOST))
    reason = str(getattr(error, "reason", None) or "")
    coded = reason if _TLS_REASON.fullmatch(reason) else type(error).__name__
    return Text("TLS failed: {reason}", reason=_TLS.get(reason, coded))


def _of_lookup(error: socket.gaierror) -> str:
    code = error.errno or 0
    return _LOOKUP.get(code) or Text("the host cannot be looked up ({code})", code=code)


def _of_name(_: UnicodeError) -> str:
    return Text("the name cannot be one of a host")


def _of_system(error: OSError) -> str:
    if error.errno:
        return word_of(error.errno)
    if several := _ERRNO.findall(str(error)):
        return word_of(int(several[0]))
    if proxy := _TUNNEL.match(str(error)):
        return Text("the proxy answers {code}", code=proxy[1])
    return _of_library(error)


def _of_library(error: BaseException) -> str:
    kind = type(error)
    if kind.__name__ in _LOST or isinstance(error, ConnectionError | EOFError):
        return Text(LOST)
    if kind.__module__ == "http.client":
        return Text("what it answers is no HTTP ({kind})", kind=kind.__name__)
    return Text("the connection failed ({kind})", kind=kind.__name__)


_LOST = ("IncompleteRead", "RemoteDisconnected")
_KINDS: tuple[tuple[type[BaseException], Callable[[Any], str]], ...] = (
    (ssl.SSLError, _of_tls),
    (socket.gaierror, _of_lookup),
    (UnicodeError, _of_name),
    (OSError, _of_system),
)
"""The narrower ones first."""
