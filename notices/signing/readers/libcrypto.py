"""OpenSSL's library as a reader of S/MIME, in a process of its own that stays.

`openssl cms -verify -cades -purpose smimesign` by function calls (CMS_verify(3)): the
command takes 12 ms to start, this answers in 2. Nothing of Python's own takes part:
libcrypto splits the mail, canonicalises it and builds the path. `warm` starts the
process from this file alone, which imports nothing of ours; what makes it crash crashes
no worker.
"""

import ctypes
import ctypes.util
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any, BinaryIO

CADES = 0x100000
"""CMS_CADES: signingCertificateV2 must be there and right (RFC 5035)."""
CRL_CHECK = 0x4
"""X509_V_FLAG_CRL_CHECK: a list that is inside must say that the signer is good."""
SMIME_SIGN = 4
"""X509_PURPOSE_SMIME_SIGN."""
_MAJOR = 3
"""Of OpenSSL; the interface is not promised for others."""

_POINTER, _INT, _LONG = ctypes.c_void_p, ctypes.c_int, ctypes.c_long
_FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "OPENSSL_version_major": (ctypes.c_uint, ()),
    "BIO_new_mem_buf": (_POINTER, (ctypes.c_char_p, _INT)),
    "BIO_s_null": (_POINTER, ()),
    "BIO_new": (_POINTER, (_POINTER,)),
    "BIO_free_all": (None, (_POINTER,)),
    "SMIME_read_CMS": (_POINTER, (_POINTER, ctypes.POINTER(_POINTER))),
    "CMS_ContentInfo_free": (None, (_POINTER,)),
    "CMS_verify": (
        _INT,
        (_POINTER, _POINTER, _POINTER, _POINTER, _POINTER, ctypes.c_uint),
    ),
    "X509_STORE_new": (_POINTER, ()),
    "X509_STORE_free": (None, (_POINTER,)),
    "X509_STORE_add_cert": (_INT, (_POINTER, _POINTER)),
    "X509_STORE_get0_param": (_POINTER, (_POINTER,)),
    "X509_VERIFY_PARAM_set_time": (None, (_POINTER, ctypes.c_int64)),
    "X509_VERIFY_PARAM_set_flags": (_INT, (_POINTER, ctypes.c_ulong)),
    "X509_VERIFY_PARAM_set_purpose": (_INT, (_POINTER, _INT)),
    "d2i_X509": (_POINTER, (_POINTER, ctypes.POINTER(ctypes.c_char_p), _LONG)),
    "X509_free": (None, (_POINTER,)),
    "ERR_get_error_all": (
        ctypes.c_ulong,
        (_POINTER, _POINTER, _POINTER, ctypes.POINTER(ctypes.c_char_p), _POINTER),
    ),
    "ERR_error_string_n": (None, (ctypes.c_ulong, ctypes.c_char_p, ctypes.c_size_t)),
    "ERR_clear_error": (None, ()),
}


class Unavailable(Exception):
    """There is no libcrypto of this machine that can be called."""


def load() -> Any:
    """The library of this machine; Unavailable if it has none that can be called."""
    name = ctypes.util.find_library("crypto")
    if name is None:
        raise Unavailable("libcrypto is not installed")
    try:
        library = ctypes.CDLL(name)
        for function, (result, arguments) in _FUNCTIONS.items():
            declared = getattr(library, function)
            declared.restype, declared.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise Unavailable("libcrypto cannot be called") from error
    if library.OPENSSL_version_major() != _MAJOR:
        raise Unavailable("libcrypto is of another version")
    return library


def why_not(
    library: Any, message: bytes, roots: Sequence[bytes], at: int, flags: int
) -> str:
    """Why the library does not accept a mail; empty if it does.

    roots: DER; at: seconds since 1970; flags: of X509_VERIFY_PARAM_set_flags.
    """
    library.ERR_clear_error()
    with ExitStack() as stack:
        store = library.X509_STORE_new()
        stack.callback(library.X509_STORE_free, store)
        for encoded in roots:
            start = ctypes.c_char_p(encoded)
            root = library.d2i_X509(None, ctypes.byref(start), len(encoded))
            if root:
                stack.callback(library.X509_free, root)
                library.X509_STORE_add_cert(store, root)
        parameters = library.X509_STORE_get0_param(store)
        library.X509_VERIFY_PARAM_set_time(parameters, at)
        library.X509_VERIFY_PARAM_set_purpose(parameters, SMIME_SIGN)
        library.X509_VERIFY_PARAM_set_flags(parameters, flags)
        source = library.BIO_new_mem_buf(message, len(message))
        stack.callback(library.BIO_free_all, source)
        content = _POINTER()
        signed = library.SMIME_read_CMS(source, ctypes.byref(content))
        if not signed:
            return _errors(library) or "it is no S/MIME mail"
        stack.callback(library.CMS_ContentInfo_free, signed)
        if content.value is None:
            return "it has no signed part"
        stack.callback(library.BIO_free_all, content)
        sink = library.BIO_new(library.BIO_s_null())
        stack.callback(library.BIO_free_all, sink)
        accepted = library.CMS_verify(signed, None, store, content, sink, CADES)
        return "" if accepted == 1 else _errors(library) or "it is not accepted"


def _errors(library: Any) -> str:
    return "; ".join(_queued(library))


def _queued(library: Any) -> Iterator[str]:
    data = ctypes.c_char_p()
    while code := library.ERR_get_error_all(None, None, None, ctypes.byref(data), None):
        text = ctypes.create_string_buffer(256)
        library.ERR_error_string_n(code, text, len(text))
        words = [text.value.rpartition(b":")[2], data.value or b""]
        yield b" ".join(filter(None, words)).decode(errors="replace")


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer questions until there are no more: a line of JSON, then its octets."""
    try:
        library = load()
    except Unavailable as error:
        _say(sink, {"unavailable": str(error)})
        return
    _say(sink, {"ready": True})
    while line := source.readline():
        question = json.loads(line)
        message, *roots = (source.read(size) for size in question["sizes"])
        why = why_not(library, message, roots, question["at"], question["flags"])
        _say(sink, {"why": why})


def _say(sink: BinaryIO, answer: dict[str, object]) -> None:
    sink.write(json.dumps(answer).encode() + b"\n")
    sink.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
