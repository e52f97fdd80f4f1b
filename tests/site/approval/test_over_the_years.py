"""A site from before approvals, and one that turns them on and off within a year.

Each notice is judged by what was wanted when it was queued, years later as well.
"""

import re
from datetime import timedelta

import pytest

from notices.approval import ApprovalRefused, NotApproved
from notices.delivery import State
from notices.store.attempt_steps import Claim
from notices.store.store import Store
from tests.site.approval.people import ASSESSOR, approve, enrol
from tests.site.approval.test_doors import drafted, judged, mails
from tests.site.conftest import CASE_1, CASE_2_ABROAD
from tests.store.approvals import RULE
from tests.store.conftest import NOW
from tests.store.test_schema import of_before

__all__ = ["of_before"]
CASES = (CASE_1, CASE_2_ABROAD, "IHC-2026-001001")


def of_an_earlier_program(desk):
    """Its notices.toml knows no such section, and there is no people.toml."""
    path = desk.home / "notices.toml"
    text = path.read_text("utf-8")
    section = re.compile(r"^\[approval\]\n.*?(?=^\[)", re.MULTILINE | re.DOTALL)
    assert section.search(text)
    path.write_text(section.sub("", text), "utf-8")
    (desk.home / "people.toml").unlink(missing_ok=True)


def want(desk, required):
    path = desk.home / "notices.toml"
    text = path.read_text("utf-8")
    line = f'\n[approval]\nrequired = "{required}"\n'
    if "[approval]" not in text:
        path.write_text(text + line, "utf-8")
    else:
        desk.set("required", f'"{required}"', section="approval")


def checks_of(desk, tmp_path, case_id):
    bundle = tmp_path / f"{case_id}.asice"
    assert desk.run("export", case_id, "--out", str(bundle))[0] == 0
    code, [report] = judged(desk, bundle)
    assert code == 0, report
    return {each["id"]: each for each in report["checks"]}, report


def test_turned_on_and_off_within_a_year(
    desk, received, opened, cards, watch, tmp_path
):
    of_an_earlier_program(desk)
    desk.case(CASE_1, case_id=CASES[2])
    with opened() as site:
        assert site.send(drafted(site, CASES[0])).state is State.SENT
    want(desk, "checker")
    with opened() as site:
        for card in cards.values():
            enrol(site, card.candidate, cards["kanri-a"])
        receipt = site.send(drafted(site, CASES[1]))
        assert receipt.state is State.DRAFTED
        approve(site, receipt.number, cards["reiji-t"])
        list(site.sign_drafts())
        assert [each.state for each in site.work()] == [State.SENT]
    want(desk, "none")
    with opened() as site:
        assert site.send(drafted(site, CASES[2])).state is State.SENT
        told = [
            each["required"]
            for each in site.parts.store.ledger.told("")
            if each["event"] == "policy_changed"
        ]
        assert told == ["checker", "none"]
    want(desk, "checker")  # and now everything is looked at again
    assert len(mails(received)) == 3
    found = [checks_of(desk, tmp_path, case_id) for case_id in CASES]
    assert [checks["A02"]["status"] for checks, _ in found] == [
        "skipped",
        "passed",
        "skipped",
    ]
    for checks, _ in (found[0], found[2]):
        assert "checker stated, not proven" in checks["A01"]["detail"]
    assert desk.run("ledger", "verify")[0] == 0


def test_what_was_drafted_before_it_was_turned_off_goes_out_and_says_so(
    wanting, received, opened, tmp_path
):
    """Nobody approved it, and nobody had to when it was queued: that is on record."""
    with opened() as site:
        site.ask_to_send(drafted(site))
    want(wanting, "none")
    with opened() as site:
        assert [each.state for each in site.sign_drafts()] == [State.QUEUED]
        assert [each.state for each in site.work()] == [State.SENT]
    checks, report = checks_of(wanting, tmp_path, CASE_1)
    assert "checker stated, not proven" in checks["A01"]["detail"]
    assert not any("approved by" in line["text"] for line in report["story"])


def test_days_that_an_approval_is_good_for_are_a_policy_too(
    wanting, opened, checker, watch
):
    """Fewer days, and what was approved long ago waits for another look."""
    with opened() as site:
        number = drafted(site).number
        approve(site, number, checker)
        list(site.sign_drafts())
    wanting.set("valid_business_days", "0", section="approval")
    watch.ahead = timedelta(days=1)
    with opened() as site:
        with pytest.raises(ApprovalRefused) as refused:
            site.parts.store.queue(number, now=site.clock())
        assert refused.value.code == "approval-expired"


def test_a_database_of_before_drafts_lets_nothing_out_once_it_is_wanted(of_before):
    """What waits there was signed before anybody could approve it."""
    with Store.open(f"sqlite:///{of_before}", approval=RULE) as store:
        [waiting] = [row.number for row in store.list() if row.state == "deferred"]
        later = NOW + timedelta(days=2000)
        with pytest.raises(NotApproved):
            store.make(Claim(number=waiting, now=later, ignore_backoff=True))
        assert store.get(waiting).state is State.HELD
    with Store.open(f"sqlite:///{of_before}") as store:
        assert store.get(waiting).state is State.HELD


def test_a_bundle_of_a_trial_tells_that_one_person_was_both(
    wanting, received, opened, cards, tmp_path
):
    wanting.set("address", '"trial@hotline.example.jp"', section="test")
    with opened() as site:
        number = drafted(site).number
        approve(site, number, cards["mihon-h"])
        site.ask_to_send(site.prepare(site.read_case(CASE_1)))
        list(site.sign_drafts())
        assert [each.state for each in site.work()] == [State.SENT]
    bundle = tmp_path / "b.asice"
    words = ("export", CASE_1, "--out", str(bundle), "--unproven")
    assert wanting.run(*words)[0] in (0, 3)
    _, [report] = judged(wanting, bundle)
    found = {each["id"]: each for each in report["checks"]}
    assert found["A07"]["status"] == "passed"
    assert ASSESSOR in found["A07"]["detail"]
    assert "one person may be both" in found["A07"]["detail"]
    assert any("approved by mihon-h" in line["text"] for line in report["story"])
