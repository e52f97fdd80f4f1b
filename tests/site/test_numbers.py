"""整理番号: what can fail without one fails before, and none stands on two letters."""

import json
from datetime import datetime, timedelta

import pytest

from notices import Site
from notices.errors import (
    CertificateNotUsable,
    InputError,
    InvalidTemplate,
    KeyUnavailable,
    RefusedError,
    TryLater,
)
from notices.judgment import JST
from notices.ledger import EventKind
from tests.site.conftest import CASE_1, CASE_2_ABROAD

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=JST)


def kinds(site):
    return [json.loads(leaf)["event"] for leaf in site.parts.store.ledger.events()]


def refuse(site, monkeypatch, name, error):
    """Let the desk refuse, as a key, an authority or our own check would."""

    def refusing(*_args, **_settings):
        raise error

    monkeypatch.setattr(type(site.parts.desk), name, refusing)


def test_a_broken_template_uses_no_number(desk):
    path = desk.home / "templates" / "form1" / "letter.ja.j2"
    path.write_text("{{ no_such_name }}", encoding="utf-8")
    with Site.open(desk.home, clock=lambda: NOW) as site:
        with pytest.raises(InvalidTemplate):
            site.prepare(site.read_case(CASE_1))
        assert EventKind.NUMBERED not in kinds(site)


@pytest.mark.parametrize("part", ["entity", "attachments"])
def test_a_mail_that_cannot_be_written_uses_no_number(desk, monkeypatch, part):
    """Such as a header or an XARF report: neither needs a signature to fail."""

    def unwritable(*_args, **_settings):
        raise InputError("it cannot be written")

    monkeypatch.setattr(f"notices.site.preparing.documents.{part}", unwritable)
    with Site.open(desk.home, clock=lambda: NOW) as site:
        with pytest.raises(InputError):
            site.prepare(site.read_case(CASE_1))
        assert EventKind.NUMBERED not in kinds(site)


def test_what_is_refused_after_signing_makes_its_number_void(desk, monkeypatch):
    with Site.open(desk.home, clock=lambda: NOW) as site:
        with monkeypatch.context() as patch:
            refuse(site, patch, "require_accepted", RefusedError("M99 failed"))
            with pytest.raises(RefusedError):
                site.prepare(site.read_case(CASE_1))
        assert kinds(site)[-2:] == [EventKind.NUMBERED, EventKind.VOIDED]
        notice = site.prepare(site.read_case(CASE_1))
        assert notice.number == "R8-1-000002"
        [void] = site.parts.store.queries.voided_numbers()
        assert (void.number, void.case_id) == ("R8-1-000001", CASE_1)
        assert "not kept: refused" in void.reason
    findings = {row["name"]: row for row in desk.json("doctor")[1]}
    assert findings["numbers"]["status"] == "ok"
    assert "R8-1-000001" in findings["numbers"]["detail"]


@pytest.mark.parametrize(
    "error", [KeyUnavailable("no PIN"), CertificateNotUsable("expired")]
)
def test_a_key_that_is_away_uses_no_number(desk, monkeypatch, error):
    with Site.open(desk.home, clock=lambda: NOW) as site:
        refuse(site, monkeypatch, "signer", error)
        with pytest.raises(type(error)):
            site.prepare(site.read_case(CASE_1))
        assert EventKind.NUMBERED not in kinds(site)


def test_what_fails_before_a_signature_keeps_the_number_for_its_case(desk, monkeypatch):
    """Such as a time-stamp authority that does not answer."""
    failing = "notices.site.preparing.writer.sign_documents"

    def no_stamp(*_args, **_settings):
        raise TryLater("no answer")

    with Site.open(desk.home, clock=lambda: NOW) as site:
        with monkeypatch.context() as patch:
            patch.setattr(failing, no_stamp)
            with pytest.raises(TryLater):
                site.prepare(site.read_case(CASE_1))
        assert site.prepare(site.read_case(CASE_2_ABROAD)).number == "R8-2-000002"
        assert site.prepare(site.read_case(CASE_1)).number == "R8-1-000001"
        assert site.parts.store.queries.voided_numbers() == ()


def test_no_number_of_one_year_stands_on_a_letter_of_the_next(desk, monkeypatch):
    failing = "notices.site.preparing.writer.sign_documents"

    def no_stamp(*_args, **_settings):
        raise TryLater("no answer")

    last = datetime(2026, 12, 31, 23, 59, tzinfo=JST)
    with (
        Site.open(desk.home, clock=lambda: last) as site,
        monkeypatch.context() as patch,
    ):
        patch.setattr(failing, no_stamp)
        with pytest.raises(TryLater):
            site.prepare(site.read_case(CASE_1))
    with Site.open(desk.home, clock=lambda: last + timedelta(minutes=2)) as site:
        notice = site.prepare(site.read_case(CASE_1))
        assert (notice.number, notice.date.year) == ("R9-1-000001", 2027)
        [void] = site.parts.store.queries.voided_numbers()
        assert (void.number, void.reason) == (
            "R8-1-000001",
            "it is a number of 2026, and the letter is of 2027",
        )


def test_a_case_that_changed_its_form_gets_a_number_of_that_form(desk, monkeypatch):
    failing = "notices.site.preparing.writer.sign_documents"

    def no_stamp(*_args, **_settings):
        raise TryLater("no answer")

    form_2 = json.loads((desk.home / "cases" / f"{CASE_2_ABROAD}.json").read_text())
    with Site.open(desk.home, clock=lambda: NOW) as site:
        case = site.read_case(CASE_2_ABROAD)
        with monkeypatch.context() as patch:
            patch.setattr(failing, no_stamp)
            with pytest.raises(TryLater):
                site.prepare(case)
    changed = json.loads((desk.home / "cases" / f"{CASE_1}.json").read_text())
    changed["case_id"] = CASE_2_ABROAD
    changed["target"]["facility"] = form_2["target"]["facility"]
    for step in changed["ladder"]:
        step["rung"] = form_2["ladder"][0]["rung"]
    path = desk.home / "cases" / f"{CASE_2_ABROAD}.json"
    path.write_text(json.dumps(changed), encoding="utf-8")
    with Site.open(desk.home, clock=lambda: NOW) as site:
        notice = site.prepare(site.read_case(CASE_2_ABROAD))
        assert (notice.form, notice.number) == ("form1", "R8-1-000002")
        [void] = site.parts.store.queries.voided_numbers()
        assert void.number == "R8-2-000001"


def test_letters_are_written_once_more_only_where_somebody_was_quicker(
    desk, monkeypatch
):
    """Between the look and the reservation another case takes the number."""
    with Site.open(desk.home, clock=lambda: NOW) as site:
        queries = type(site.parts.store.queries)
        peek = queries.peek_number

        def stale(self, wanted):
            seen = peek(self, wanted)
            if wanted.key.case_id == CASE_1:
                monkeypatch.undo()
                site.prepare(site.read_case(CASE_2_ABROAD))
            return seen

        monkeypatch.setattr(queries, "peek_number", stale)
        notice = site.prepare(site.read_case(CASE_1))
        assert notice.number == "R8-1-000002"
        letter = site.parts.store.artifact(notice.number, "letter.txt").decode()
        assert "R8-1-000002" in letter
        assert "000001" not in letter
