"""The checks on a signature, alike for mail, PDF and bundle but for letter and number.

Each kind of file says what of its signature differs: the attributes that must be
signed, the purposes of the certificate, what it calls the signed octets.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from notices.messages import Text
from notices.verifying import signed_content
from notices.verifying.checks import Check
from notices.verifying.cms.signature import check_attributes
from notices.verifying.signed_content import HasSigned

Evidence = TypeVar("Evidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureNumbers:
    """Where the checks on a signature stand among those of one kind of file."""

    letter: str
    """`M`, `P` or `B`."""
    encoding: int
    """Of the first; signer, algorithms, attributes, digest and value follow it."""
    time_stamp: int
    """Of the signature's time stamp."""
    path: int
    """Of path and revocation; the certificate's usage follows it."""
    expected_signer: int
    """Of the signer whom the auditor expects."""

    def at(self, number: int) -> str:
        """The id of a check, such as `M04`."""
        return f"{self.letter}{number:02d}"


def signature_checks(
    numbers: SignatureNumbers,
    *,
    needs: Sequence[str],
    content: str,
    attributes: tuple[str, ...],
    purposes: frozenset[str],
    algorithms: Callable[[HasSigned], str] = signed_content.algorithms,
) -> tuple[Check[HasSigned], ...]:
    """Make the ten checks on a signature.

    needs: what must have passed before the signature can be read. content: what is
    signed, such as `the signed part`. attributes: object identifiers that must be
    among the signed ones. purposes: extended key usages, of which one must be there.
    """
    first = numbers.encoding
    encoding, signer, suite, signed, digest, value = range(first, first + 6)
    usable = partial(signed_content.usage, purposes=purposes)
    chain = partial(signed_content.chain, purposes=purposes)
    told = Text("digest of {content}", content=content)
    stamp, expected = signed_content.time_stamp, signed_content.expected_signer
    rows: tuple[tuple[int, str, Callable[[HasSigned], str], tuple[int, ...]], ...] = (
        (encoding, "encoding of the signature", signed_content.encoding, ()),
        (signer, "one detached signer", signed_content.one_signer, (encoding,)),
        (suite, "algorithms and key", algorithms, (signer,)),
        (signed, "signed attributes", _signed(attributes), (signer,)),
        (digest, told, signed_content.digest, (suite, signed)),
        (value, "signature value", signed_content.value, (suite, signed)),
        (numbers.time_stamp, "signature time stamp", stamp, (value,)),
        (numbers.path, "certificate path and revocation", chain, (value,)),
        (numbers.path + 1, "certificate usage", usable, (signer,)),
        (numbers.expected_signer, "expected signer", expected, (signer,)),
    )
    return tuple(
        Check(
            id=numbers.at(number),
            name=name,
            judge=judge,
            needs=tuple(map(numbers.at, unmet)) or tuple(needs),
        )
        for number, name, judge, unmet in rows
    )


def in_order(checks: Iterable[Check[Evidence]]) -> tuple[Check[Evidence], ...]:
    """Put checks of one letter in the order of their numbers."""
    return tuple(sorted(checks, key=lambda check: check.id))


def _signed(attributes: tuple[str, ...]) -> Callable[[HasSigned], str]:
    def judge(evidence: HasSigned) -> str:
        return check_attributes(evidence.signed.signature, attributes)

    return judge
