"""Before a message is queued: another implementation must accept its bytes.

A reader that knows version 1 only (PKCS #7), as many mail programs do; then OpenSSL
where it is installed: its library in a process that stays, else the command; else a
check of our own on `cryptography` and asn1crypto. None shares code with what made the
signature or the message. gpgsm and NSS are asked by `notices doctor --rehearse`.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from notices.errors import RefusedError
from notices.files.reader_words import in_words_for_people
from notices.messages import Text
from notices.signing.readers.libcrypto import CRL_CHECK
from notices.signing.readers.own_check import own_check, require_version_1
from notices.signing.readers.warm import Answer, NoReader, WarmReader

TIMEOUT = 30
"""Seconds; the command takes about 15 milliseconds."""


LIBRARY = WarmReader()
"""OpenSSL's library, in a process that is started when it is first asked."""


def find_openssl() -> str | None:
    """Path of the `openssl` command, None if it is not installed."""
    places = tuple(os.get_exec_path())
    known = _FOUND.get(places)
    if known is None or not os.access(known, os.X_OK):
        known = shutil.which("openssl")
        if known is not None:
            _FOUND[places] = known
    return known


_FOUND: dict[tuple[str, ...], str] = {}
"""Where it was by each PATH: looking anew costs more than the verdict."""


def second_opinion(
    message: bytes,
    *,
    trust: Sequence[x509.Certificate],
    now: datetime,
    openssl: str | None,
    check_crls: bool = False,
    library: WarmReader | None = LIBRARY,
) -> str:
    """Who accepted the message: `openssl cms` or `cryptography`.

    `openssl` is the command from `find_openssl`; `library` its library, None: only the
    command is asked. With `check_crls` a list that
    the message carries must say that the signer is not revoked. RefusedError with
    the reason if the message is not accepted: it must not be queued.
    """
    asked = ask_second(
        message,
        trust=trust,
        now=now,
        openssl=openssl,
        check_crls=check_crls,
        library=library,
    )
    return asked()


def ask_second(
    message: bytes,
    *,
    trust: Sequence[x509.Certificate],
    now: datetime,
    openssl: str | None,
    check_crls: bool = False,
    library: WarmReader | None = LIBRARY,
) -> Callable[[], str]:
    """Ask as `second_opinion` does; what is returned gives the answer, and once.

    The library is another process, which reads while this one does something else.
    It must be let answer, whatever comes of that.
    """
    answer: Answer | None = None
    if openssl is not None and library is not None:
        roots = [one.public_bytes(Encoding.DER) for one in trust]
        flags = CRL_CHECK if check_crls else 0
        with suppress(NoReader):
            answer = library.ask(message, roots, at=int(now.timestamp()), flags=flags)

    def told() -> str:
        accepted = answer is not None and _is_accepted(answer)
        require_version_1(message)
        if accepted or (
            openssl is not None
            and _ask_openssl(openssl, message, trust, now, check_crls=check_crls)
        ):
            return "openssl cms"
        own_check(message, trust=trust, now=now)
        return "cryptography"

    return told


def _is_accepted(answer: Answer) -> bool:
    """Whether the library accepts; False if this machine's cannot be called."""
    try:
        reason = answer()
    except NoReader:
        return False
    if reason:
        raise _not_accepted(reason)
    return True


def _not_accepted(reason: str) -> RefusedError:
    return RefusedError(
        Text(
            'openssl does not accept the signed mail: "{reason}"', reason=reason[:300]
        ),
        hint="the mail was not queued; `notices doctor` looks at key and chain",
    )


def _ask_openssl(
    command: str,
    message: bytes,
    trust: Sequence[x509.Certificate],
    now: datetime,
    *,
    check_crls: bool,
) -> bool:
    """Whether it accepts; False if this openssl has no `cms -cades`."""
    with tempfile.TemporaryDirectory(prefix="notices-") as folder:
        roots = Path(folder) / "roots.pem"
        roots.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in trust))
        arguments = [
            *(command, "cms", "-verify", "-cades", "-purpose", "smimesign"),
            *("-CAfile", str(roots), "-no-CApath", "-no-CAstore"),
            *("-attime", str(int(now.timestamp()))),
            *(["-crl_check"] if check_crls else []),
        ]
        try:
            answer = subprocess.run(  # noqa: S603 - fixed words, no shell
                arguments,
                input=message,
                capture_output=True,
                timeout=TIMEOUT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RefusedError(
                Text(
                    "{command} could not check the mail: {error}",
                    command=command,
                    error=in_words_for_people(error),
                ),
                hint="the mail was not queued; repair or remove openssl",
            ) from error
    said = answer.stderr.decode(errors="replace")
    if "nknown option" in said:
        return False
    if answer.returncode != 0 or "CAdES Verification successful" not in said:
        raise _not_accepted(" ".join(said.split()))
    return True
