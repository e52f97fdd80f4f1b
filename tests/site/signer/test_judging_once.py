"""What is judged before a mail goes out: all of it, each once, and side by side."""

import threading
from datetime import datetime

import pytest

from notices import Site
from notices.errors import RefusedError
from notices.judgment import JST
from notices.site.signer import desk as signer_desk
from tests.site.conftest import CASE_1

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=JST)


@pytest.fixture
def site(desk):
    with Site.open(desk.home, clock=lambda: NOW) as opened:
        yield opened


def before(call, step):
    """The same function; `step` is done first."""

    def run(*values, **named):
        step()
        return call(*values, **named)

    return run


def test_our_verifier_and_the_second_are_asked_side_by_side(site, monkeypatch):
    """The second is another process: it waited until ours had ended."""
    meet = threading.Barrier(2, timeout=20)
    desks = signer_desk.SignerDesk
    second = before(desks.require_second, meet.wait)
    monkeypatch.setattr(desks, "require_second", second)
    ours = before(signer_desk.verifying.verify, meet.wait)
    monkeypatch.setattr(signer_desk.verifying, "verify", ours)
    assert site.prepare(site.read_case(CASE_1)).state.value == "held"


def test_what_the_second_alone_refuses_is_not_kept(site, monkeypatch):
    """An answer from another thread is an answer."""

    def refuse(*_values):
        raise RefusedError("the second one says no")

    monkeypatch.setattr(signer_desk.SignerDesk, "require_second", refuse)
    with pytest.raises(RefusedError, match="the second one says no"):
        site.prepare(site.read_case(CASE_1))
    assert not site.parts.store.find(CASE_1)


def test_where_both_refuse_ours_says_why(site):
    """A letter was altered after it was signed; ours names the checks."""
    signer = site.parts.desk.signer(NOW)
    stored = site.prepare(site.read_case(CASE_1))
    mail = site.parts.store.artifact(stored.number, "message.eml")
    altered = mail.replace(b"\r\n\r\n", b"\r\n\r\n ", 3)
    with pytest.raises(RefusedError, match="our own verifier"):
        site.parts.desk.require_accepted(altered, signer, NOW)


def test_a_certificate_is_judged_once_for_each_asking(site, monkeypatch):
    """It was judged before the authorities were asked, for its path alone, and after."""
    judged = []
    counted = before(signer_desk.preflight, lambda: judged.append(1))
    monkeypatch.setattr(signer_desk, "preflight", counted)
    site.parts.desk.judge(NOW)
    assert len(judged) == 1
