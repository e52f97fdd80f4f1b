"""Which bytes of a PDF are signed, from the file's own bytes (ISO 32000-2, 12.8.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from notices.messages import Text
from notices.verifying.checks import malformed
from notices.verifying.cms import der
from notices.verifying.cms.carried import read_response
from notices.verifying.revocation.answers import Revocation, read_crl

MAX_SIZE = 30_000_000
MAX_ANSWERS = 200
"""Lists and OCSP answers; each time stamp adds up to half a dozen."""
_HEX_DIGITS = b"0123456789ABCDEFabcdef"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRange:
    """What one signature of the file signs."""

    der: bytes
    """The CMS value from the gap, without its padding."""
    content: bytes
    """The bytes before and after the gap."""
    end: int
    """Where the signed part of the file ends."""


def cut(data: bytes, byte_range: Sequence[int], contents: bytes) -> SignedRange:
    """What the four numbers cover; Refusal if their gap is not exactly `contents`."""
    first, gap_start, gap_end, rest = byte_range
    end = gap_end + rest
    if first or not 0 < gap_start < gap_end <= end <= len(data) or rest <= 0:
        raise malformed(
            Text(
                "ByteRange {byte_range} does not lie in the file",
                byte_range=list(byte_range),
            )
        )
    digits = data[gap_start + 1 : gap_end - 1]
    is_string = data[gap_start:gap_end] == b"<" + digits + b">" and digits
    if not is_string or len(digits) % 2 or digits.translate(None, _HEX_DIGITS):
        raise malformed("the gap in the ByteRange is not exactly one hex string")
    padded = bytes.fromhex(digits.decode("ascii"))
    if padded != contents:
        raise malformed("the gap is not the signature's Contents")
    length = der.value_length(padded)
    if padded[length:].strip(b"\0"):
        raise malformed("something but zeros follows the signature in its string")
    return SignedRange(
        der=padded[:length],
        content=data[:gap_start] + data[gap_end:end],
        end=end,
    )


def read_answers(crls: Iterable[bytes], ocsps: Iterable[bytes]) -> Revocation:
    """Revocation lists and OCSP answers from the octets of their streams."""
    lists, responses = list(crls), list(ocsps)
    if len(lists) + len(responses) > MAX_ANSWERS:
        raise malformed(
            Text("more than {most} answers in the security store", most=MAX_ANSWERS)
        )
    answers = Revocation()
    for octets in lists:
        answers += read_crl(octets)
    for octets in responses:
        answers += read_response(octets, "the security store")
    return answers
