"""The envelope as SMTP command words, and what must not reach the wire."""

from collections.abc import Mapping

from notices.delivery import Envelope
from notices.grammar import mailbox_fault
from notices.messages import Text

_LONGEST_ENVID = 100  # RFC 3461, 4.4
_LONGEST_LINE = 998  # RFC 5322, 2.1.1

Words = tuple[bytes, ...]
"""One command line, word by word."""


def faults_of(envelope: Envelope, message: bytes) -> list[str]:
    """Tell why this must not be sent; empty: it may."""
    paths = {"reverse": envelope.reverse_path, "forward": envelope.forward_path}
    if envelope.archive_path:
        paths["archive"] = envelope.archive_path
    faults = [
        Text("the {name} path {fault}", name=name, fault=fault)
        for name, path in paths.items()
        if (fault := mailbox_fault(path))
    ]
    if not envelope.envid.isascii() or len(xtext(envelope.envid)) > _LONGEST_ENVID:
        faults.append(
            Text(
                "the ENVID is not ASCII or longer than {longest_envid}",
                longest_envid=_LONGEST_ENVID,
            )
        )
    return faults + _faults_of_bytes(message)


def mail_from(envelope: Envelope, size: int, offered: Mapping[str, str]) -> Words:
    """MAIL with the parameters that the server offered (RFC 1870, RFC 3461)."""
    words = [b"MAIL", _path("FROM", envelope.reverse_path)]
    if "size" in offered:
        words.append(f"SIZE={size}".encode())
    if "dsn" in offered:
        # headers are enough to know the notice, and keep the content out of reports
        words.append(b"RET=HDRS")
        if envelope.envid:
            words.append(b"ENVID=" + xtext(envelope.envid))
    return tuple(words)


def rcpt_to(path: str, offered: Mapping[str, str]) -> Words:
    """RCPT for the recipient: every kind of report is asked for."""
    words = [b"RCPT", _path("TO", path)]
    if "dsn" in offered:
        words += [b"NOTIFY=SUCCESS,FAILURE,DELAY", b"ORCPT=rfc822;" + xtext(path)]
    return tuple(words)


def rcpt_to_archive(path: str, offered: Mapping[str, str]) -> Words:
    """RCPT for our own mailbox: its copy is the report."""
    words = [b"RCPT", _path("TO", path)]
    if "dsn" in offered:
        words.append(b"NOTIFY=NEVER")
    return tuple(words)


def xtext(value: str) -> bytes:
    """Encode as xtext (RFC 3461, 4)."""
    return "".join(
        sign if "!" <= sign <= "~" and sign not in "+=" else f"+{ord(sign):02X}"
        for sign in value
    ).encode("ascii", "replace")


def _path(verb: str, address: str) -> bytes:
    return f"{verb}:<{address}>".encode("ascii")


def _faults_of_bytes(message: bytes) -> list[str]:
    """Tell what some server on the way would change, and so break the signature."""
    faults = []
    if not message.isascii() or b"\0" in message:
        faults.append("the message is not plain ASCII")
    ends = {message.count(end) for end in (b"\r\n", b"\r", b"\n")}
    if len(ends) != 1 or not message.endswith(b"\r\n"):
        faults.append("the message has lines that do not end with CRLF")
    if _has_long_line(message):
        faults.append(
            Text(
                "the message has a line of more than {longest_line} bytes",
                longest_line=_LONGEST_LINE,
            )
        )
    return faults


def _has_long_line(message: bytes) -> bool:
    """Go from one end of a line to the last one that may follow, not to each."""
    start, longest = 0, _LONGEST_LINE + len(b"\r\n")
    while len(message) - start > _LONGEST_LINE:
        end = message.rfind(b"\r\n", start, start + longest)
        if end < 0:
            return True
        start = end + len(b"\r\n")
    return False
