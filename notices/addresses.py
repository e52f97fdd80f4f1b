"""Mailboxes at the boundary: our grammar first, then what email-validator knows.

The grammar says what one address may look like; the library knows the rules of names:
labels that only look like internationalised ones (RFC 5891, 4.2), names that mail has
no part in (RFC 6761). Nothing is asked of the network here, and what was written is
kept: the library's normalised form is thrown away.
"""

import re
from collections.abc import Mapping

from notices.grammar import mailbox_fault
from notices.messages import Text

_RESERVED = re.compile(
    # RFC 2606, 2 and 3; RFC 6761, 6.2 to 6.5
    r"(?:.+\.)?(?:test|example|invalid|localhost|example\.(?:com|net|org)"
    # JPRS, 予約ドメイン名: EXAMPLE and EXAMPLE0 to EXAMPLE9, in .jp and its kinds
    r"|example[0-9]?(?:\.(?:ac|ad|co|ed|go|gr|lg|ne|or))?\.jp)",
    re.ASCII | re.IGNORECASE,
)
_PLAIN = re.compile(
    r"[^@]+@(?!.*--)[a-z0-9.-]+\.(?:[a-z]{2}|com|net|org)", re.ASCII | re.IGNORECASE
)
"""What our grammar took and the library has nothing to say of.

It is no internationalised name, and below no name of RFC 6761: those are longer. Every
command reads the centre's mailboxes; the library alone takes a tenth of its start.
"""
_OF_THE_HOUSE = (".local", ".localhost")
"""Names that a house gives itself (RFC 6762, 3; RFC 6761, 6.3)."""


def address_fault(text: str, *, is_own: bool = False) -> str | None:
    """Tell what is wrong with a mailbox in one plain sentence; None: nothing.

    is_own: it is one of the centre's own, which may lie in a network of the house.
    """
    return mailbox_fault(text) or domain_fault(text, is_own=is_own)


def domain_fault(mailbox: str, *, is_own: bool = False) -> str | None:
    """Tell why the domain of a mailbox, which our grammar took, gets no mail.

    Names for tests and examples pass: whether one may be written to is asked when
    mail is sent; see `is_reserved`.
    """
    if is_own and mailbox.lower().endswith(_OF_THE_HOUSE):
        return None
    if _PLAIN.fullmatch(mailbox):
        return None
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    try:
        validate_email(
            mailbox,
            allow_smtputf8=False,
            check_deliverability=False,
            test_environment=True,
        )
    except EmailNotValidError as refusal:
        return Text(
            "is no address that mail can reach: {reason}",
            reason=_why(str(refusal)),
        )
    return None


def _why(said: str) -> str:
    return next((words for part, words in _WORDS.items() if part in said), _ODD)


_WORDS: Mapping[str, str] = {
    "special-use or reserved": Text(
        "its domain is of names that mail has no part in (RFC 6761)"
    ),
    "top-level domain": Text("its domain does not end in a top-level domain"),
    "IDNA": Text("its domain is not valid IDNA, the rules of international names"),
    "international": Text(
        "its domain is not valid IDNA, the rules of international names"
    ),
    "two dashes": Text(
        "a part of its domain has -- in the third and fourth place, and is no "
        "international name"
    ),
    "too long": Text("it is too long"),
    "so many characters": Text("a part of its domain is too long"),
    "should have a period": Text("its domain has no dot"),
}
"""By what the sentences of email-validator hold; the first that fits counts."""
_ODD = Text("its domain cannot be one of mail")


def is_reserved(mailbox: str) -> bool:
    """Tell whether a mailbox has a name for tests and examples: nobody reads it."""
    return bool(_RESERVED.fullmatch(mailbox.rpartition("@")[2]))
