"""What is judged before a mail goes out: all of it, each once, and side by side."""

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


def test_the_second_reads_while_ours_verifies(site, monkeypatch):
    """It is another process: it waited until ours had ended."""
    steps = []
    ask, verify = signer_desk.signing.ask_second, signer_desk.verifying.verify

    def asked(*values, **named):
        steps.append("asked")
        return before(ask(*values, **named), lambda: steps.append("heard"))

    monkeypatch.setattr(signer_desk.signing, "ask_second", asked)
    ours = before(verify, lambda: steps.append("ours"))
    monkeypatch.setattr(signer_desk.verifying, "verify", ours)
    assert site.prepare(site.read_case(CASE_1)).state.value == "held"
    assert steps == ["asked", "ours", "heard"]


def test_what_the_second_alone_refuses_is_not_kept(site, monkeypatch):
    """An answer that comes later is an answer."""

    def refuse():
        raise RefusedError("the second one says no")

    monkeypatch.setattr(
        signer_desk.signing, "ask_second", lambda *_values, **_named: refuse
    )
    with pytest.raises(RefusedError, match="the second one says no"):
        site.prepare(site.read_case(CASE_1))
    assert not site.parts.store.find(CASE_1)


def test_after_ours_has_refused_the_second_answers_the_next(site):
    """Its answer to the mail that ours refused was taken, not left in the pipe."""
    signer = site.parts.desk.signer(NOW)
    stored = site.prepare(site.read_case(CASE_1))
    mail = site.parts.store.artifact(stored.number, "message.eml")
    for _ in range(3):
        with pytest.raises(RefusedError, match="our own verifier"):
            site.parts.desk.require_accepted(mail[:-400], signer, NOW)
        site.parts.desk.require_accepted(mail, signer, NOW)


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
