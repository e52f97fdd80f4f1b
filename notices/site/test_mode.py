"""Test mode: whether a notice is a test is fixed at `prepare`, and checked again."""

from dataclasses import replace

from notices.config import trial_pattern
from notices.errors import RefusedError
from notices.notice import Notice
from notices.rules import Channel
from notices.site.parts import Parts
from notices.store import StoredNotice

SERIES = "test"
"""Numbers of tests are counted apart, so that real ones have no gaps."""
KIND = "test"
"""Tests have keys of their own: the real request of a case can still be made."""


def address_of(parts: Parts) -> str:
    """Where everything goes; empty: the site is not in test mode."""
    return parts.config.test.address


def redirected(parts: Parts, notice: Notice) -> Notice:
    """The notice as it is made here: in test mode it knows no address but our own."""
    address = address_of(parts)
    if not address:
        return notice
    recipient = replace(
        notice.recipient, mailbox=address, channel=Channel.SMTP, form_url=""
    )
    return replace(notice, recipient=recipient, is_test=True)


def kind_of(parts: Parts) -> str:
    """Kind of the notices that are made here."""
    return KIND if address_of(parts) else "notice"


def series_of(parts: Parts) -> str:
    """Series of the numbers that are given here."""
    return SERIES if address_of(parts) else ""


def pattern_of(parts: Parts) -> str:
    """Pattern of the numbers that are given here."""
    pattern = parts.config.numbering.pattern
    return trial_pattern(pattern) if address_of(parts) else pattern


def mode_fault(parts: Parts, stored: StoredNotice) -> str:
    """Why this notice must not go out in the site's mode; empty: it may."""
    address = address_of(parts)
    if not stored.is_test:
        return f"{stored.number} is no test, and the site is in test mode" * bool(
            address
        )
    if not address:
        return f"{stored.number} is a test: it is never sent for real"
    if stored.envelope.forward_path != address:
        return f"{stored.number} is a test for another address than test.address"
    return ""


def require_mode(parts: Parts, stored: StoredNotice) -> None:
    """Raise RefusedError if the notice is of the other mode."""
    if fault := mode_fault(parts, stored):
        raise RefusedError(
            f"{fault}; nothing was sent", hint="see [test] address in notices.toml"
        )
