"""A01 to A08: a genuine bundle passes, and each forged one fails for its own reason."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from notices.approval import APPROVAL_PREFIX, draft_sha256
from notices.approval.draft import canonical
from notices.evidence.bundle import seal
from notices.ledger import Link
from notices.report import CheckStatus
from notices.signing import sign_manifest
from notices.site import Site
from notices.verifying import verify
from notices.verifying.approval.checks import APPROVAL_CHECKS
from notices.verifying.bundle.reading import Bundle
from notices.verifying.checks import run
from notices.verifying.policy import read_policy
from notices.verifying.zip_reader import MANIFEST, SIGNATURE, read_container
from tests.site.approval.people import ORIGIN, Passkey, approve, enrol
from tests.site.conftest import CASE_1, Desk
from tests.verifier_js.agreement import both
from tests.verifier_js.browser import chromium
from tests.verifier_js.node import FOLDER
from tests.verifier_js.test_page import shown as shown_checks
from tests.verifier_js.test_page import words

OTHER = "ab" * 32


@pytest.fixture(scope="module", params=["cms", "assertion"])
def world(request, tmp_path_factory, cards):
    """A notice approved by a card or a passkey, queued, and its bundle."""
    from notices.site.starting import start_site  # noqa: PLC0415

    home = tmp_path_factory.mktemp("bundle") / "site"
    start_site(home)
    desk = Desk(home, None)
    desk.set("look_before_send", '"off"')
    desk.set("required", '"checker"', section="approval")
    desk.set("rp_id", '"console.example.jp"', section="approval")
    desk.set("origin", f'"{ORIGIN}"', section="approval")
    passkey = Passkey.made("key-1", cards["reiji-t"].name)
    with Site.open(home) as site:
        for card in cards.values():
            enrol(site, card.candidate, cards["kanri-a"])
        enrol(site, passkey.candidate, cards["kanri-a"])
        number = site.prepare(site.read_case(CASE_1)).number
        if request.param == "cms":
            approve(site, number, cards["reiji-t"])
        else:
            wanted = site.approval_request(number, person="key-1")
            tapped = passkey.tap(wanted.challenge).octets()
            site.approve(wanted.octets, assertion=tapped)
        site.sign_drafts()
        site.parts.store.queue(number, now=site.clock())
        [exported] = site.rooms.exporter.export(CASE_1)
        [redacted] = site.rooms.exporter.export(CASE_1, redact=True)
        signer = site.parts.desk.signer(site.clock())
    return SimpleNamespace(
        kind=request.param,
        bundle=exported.content,
        redacted=redacted.content,
        root=desk.root.read_bytes(),
        signer=signer,
        cards=cards,
        passkey=passkey,
    )


def judged(world, data, **policy):
    """What the program says; the second verifier says the same, letter by letter."""
    return both(data, trust=[world.root], at=datetime.now(UTC), **policy)


def status(report, check):
    return next(each.status for each in report.findings if each.id == check)


def test_the_genuine_one_passes(world):
    report = judged(world, world.bundle, approval_origins=[ORIGIN])
    assert report.verdict == "TOTAL-PASSED"
    passed = {one.id for one in report.findings if one.status is CheckStatus.PASSED}
    assert {"A01", "A02", "A05", "A06", "A07", "A08"} <= passed
    assert ({"A03", "A04"} <= passed) is (world.kind == "assertion")


def test_the_page_says_the_same_of_it(world, tmp_path):
    """In Chromium, whose cryptography is another than Node's."""
    page, file = tmp_path / "verify.html", tmp_path / "one.asice"
    subprocess.run([sys.executable, str(FOLDER / "build.py"), str(page)], check=True)
    file.write_bytes(world.bundle)
    at = datetime.now(UTC).replace(microsecond=0)
    with chromium(1280) as browser:
        browser.open(page)
        browser.wait("h1")
        browser.run("document.querySelector('button[lang=en]').click()")
        browser.type("#roots", world.root.decode("ascii"))
        browser.type("#origins", ORIGIN)
        browser.type("#at", at.isoformat())
        browser.choose("#file", file)
        assert "TOTAL-PASSED" in browser.wait(".verdict")
        rows = shown_checks(browser)
    report = verify(world.bundle, trust=[world.root], at=at, approval_origins=[ORIGIN])
    assert [[row[0], row[2], row[3]] for row in rows] == words(report, "en")


def test_without_an_origin_it_is_told_and_not_judged(world):
    report = judged(world, world.bundle)
    assert report.verdict == "TOTAL-PASSED"
    assert status(report, "A04") is CheckStatus.SKIPPED


def test_another_origin_fails(world):
    report = judged(world, world.bundle, approval_origins=["https://evil.example"])
    is_failed = status(report, "A04") is CheckStatus.FAILED
    assert is_failed is (world.kind == "assertion")


def test_a_redacted_one_names_who_and_shows_nothing(world):
    report = judged(world, world.redacted)
    assert report.verdict == "TOTAL-PASSED"
    assert status(report, "A01") is CheckStatus.PASSED
    assert status(report, "A06") is CheckStatus.SKIPPED
    assert not [one for one in read_container(world.redacted) if "approvals/" in one]


# members changed, and sealed again by the centre itself


def resealed(world, change):
    members = dict(read_container(world.bundle))
    for name in (MANIFEST, SIGNATURE):
        members.pop(name)
    members.pop("mimetype", None)
    change(world, members)

    def sign(manifest):
        return sign_manifest(
            manifest,
            world.signer.key,
            signing_time=datetime.now(UTC).replace(microsecond=0),
            revocation=world.signer.answers,
        )

    return seal(members, sign)


def signature_name(world):
    return (
        "approvals/approval.p7s" if world.kind == "cms" else "approvals/assertion.json"
    )


def sign(world, octets, person="reiji-t"):
    if world.kind == "cms":
        return world.cards[person].sign(octets)
    import hashlib  # noqa: PLC0415

    key = world.passkey if person == "reiji-t" else Passkey.made("x", "x")
    return key.tap(hashlib.sha256(APPROVAL_PREFIX + octets).digest()).octets()


def statement(**members):
    def change(world, found):
        value = json.loads(found["approvals/approval.json"])
        for path, new in members.items():
            *above, last = path.split("__")
            at = value
            for name in above:
                at = at[name]
            at[last] = new
        value["draft_sha256"] = draft_sha256(canonical(value["draft"]))
        octets = canonical(value)
        found["approvals/approval.json"] = octets
        found[signature_name(world)] = sign(world, octets)

    return change


def without(name):
    def change(world, found):
        del found[signature_name(world) if name == "signature" else name]

    return change


def bit(world, found):
    name = signature_name(world)
    made = bytearray(found[name])
    if world.kind == "cms":
        made[-1] ^= 1
    else:
        value = json.loads(found[name])
        value["signature"] = "MAYCAQECAQE="
        made = canonical(value)
    found[name] = bytes(made)


def of_another(world, found):
    found[signature_name(world)] = sign(
        world, found["approvals/approval.json"], "suzuki-m"
    )


def both_kinds(world, found):
    other = {"cms": "approvals/assertion.json", "assertion": "approvals/approval.p7s"}
    found[other[world.kind]] = b"x"


def stray(_world, found):
    found["approvals/more.txt"] = b"x"


def text_lines(_world, found):
    octets = found["approvals/approval.json"]
    found["approvals/approval.json"] = octets.replace(b":", b": ", 1)


FORGED = {
    "no approval": ("A01", without("approvals/approval.json")),
    "no signature": ("A01", without("signature")),
    "two signatures": ("A01", both_kinds),
    "a stray file": ("B02", stray),
    "not canonical": ("A01", text_lines),
    "another person": ("A01", statement(approver__person="suzuki-m")),
    "another key": ("A01", statement(approver__key_sha256=OTHER)),
    "another enrolment": (
        "A01",
        statement(approver__enrolled={"leaf": OTHER, "seq": 2}),
    ),
    "the first by himself": ("A01", statement(approver__enrolled=None)),
    "a bit of the signature": ("A02", bit),
    "signed by another": ("A02", of_another),
    "another nonce": ("A05", statement(nonce=OTHER)),
    "another time": ("A05", statement(at="2026-11-28T00:00:00.000000Z")),
    "another remark": ("A05", statement(reason="other")),
    "a rejection": ("A05", statement(decision="reject", reason="no")),
    "another letter": (
        "A06",
        statement(draft__pdf_bytes=10),
    ),
    "another number": ("A06", statement(draft__number="R8-1-000009")),
    "another case": ("A06", statement(draft__case_id="IHC-2026-004999")),
    "another form": ("A06", statement(draft__form="form2")),
    "another subject": ("A06", statement(draft__subject="x")),
    "another mailbox": (
        "A06",
        statement(draft__recipient={"name": "x", "mailbox": "x@example.jp"}),
    ),
    "other templates": ("A06", statement(draft__templates="x")),
    "another assessor": ("A07", statement(draft__assessor="別人 次郎")),
    "another name": ("A07", statement(approver__name="別人 次郎")),
    "the assessor's name": ("A07", statement(approver__name="見本 花子")),
    "another log": ("A08", statement(log="example.test/other")),
    "approved later": ("A08", statement(at="2090-01-01T00:00:00.000000Z")),
    "approved before it was written": (
        "A08",
        statement(at="2020-01-01T00:00:00.000000Z"),
    ),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_approval_fails_by_its_check(world, what):
    check, change = FORGED[what]
    report = judged(world, resealed(world, change))
    assert report.verdict == "TOTAL-FAILED"
    assert status(report, check) is CheckStatus.FAILED


# the log itself told otherwise: only who holds its key could write so


@pytest.fixture
def shown(world):
    policy = read_policy(trust=[world.root], at=datetime.now(UTC))
    return Bundle(world.bundle, policy).approval


def failed(shown):
    checks = [replace(check, needs=()) for check in APPROVAL_CHECKS]
    found = run(checks, SimpleNamespace(approval=shown))
    return {one.id for one in found if one.status is CheckStatus.FAILED}


def kinds(shown):
    return [event.kind for event in shown.events]


def told(shown, kind, **facts):
    return replace(
        shown,
        events=[
            replace(event, facts={**event.facts, **facts})
            if event.kind == kind
            else event
            for event in shown.events
        ],
    )


def test_what_the_log_shows_is_accepted(shown):
    assert failed(shown) == set()
    assert shown.is_wanted


def test_the_policy_wanted_one_and_there_is_none(shown):
    events = [event for event in shown.events if event.kind != "approved"]
    assert failed(replace(shown, events=events)) == {"A01"}


def test_the_policy_wanted_none_then_it_is_said(shown):
    """`queued` names no policy: the defaults hold."""
    events = []
    for event in shown.events:
        if event.kind == "approved":
            continue
        if event.kind == "queued":
            leaf = replace(event.leaf, previous={**event.leaf.previous, "policy": None})
            event = replace(event, leaf=leaf)  # noqa: PLW2901 - as the log would say
        events.append(event)
    bare = replace(shown, events=events)
    found = run(
        [replace(check, needs=()) for check in APPROVAL_CHECKS],
        SimpleNamespace(approval=bare),
    )
    assert {one.status for one in found} == {CheckStatus.SKIPPED}
    assert "checker stated, not proven" in found[0].detail


def test_queued_by_the_approval_of_another(shown):
    assert failed(told(shown, "queued", approver="suzuki-m")) == {"A01"}


def test_queued_without_naming_anybody(shown):
    assert failed(told(shown, "queued", approver=None)) == {"A01"}


def test_the_key_was_replaced_before_it_was_queued(shown):
    events = []
    for event in shown.events:
        if event.kind == "queued":
            link = Link(seq=1, leaf=OTHER)
            leaf = replace(event.leaf, previous={**event.leaf.previous, "person": link})
            event = replace(event, leaf=leaf)  # noqa: PLW2901 - as the log would say
        events.append(event)
    found = run(
        [replace(check, needs=()) for check in APPROVAL_CHECKS],
        SimpleNamespace(approval=replace(shown, events=events)),
    )
    assert found[0].status is CheckStatus.INDETERMINATE  # the entry is not shown


def test_a_rejection_between_them(shown):
    [approved] = [event for event in shown.events if event.kind == "approved"]
    place = kinds(shown).index("queued")
    events = list(shown.events)
    events.insert(place, replace(approved, kind="rejected", seq=approved.seq))
    assert failed(replace(shown, events=events)) == {"A08"}


def test_an_approval_that_is_told_again_after_a_rejection(shown):
    [approved] = [event for event in shown.events if event.kind == "approved"]
    place = kinds(shown).index("queued")
    events = list(shown.events)
    other = {**approved.facts, "statement_sha256": OTHER}
    rejected = replace(approved, kind="rejected", facts=other, seq=approved.seq)
    events[place:place] = [rejected, replace(approved, seq=approved.seq)]
    assert failed(replace(shown, events=events)) == {"A08"}


def test_not_a_checker_by_the_ledger(shown):
    others = [
        replace(event, facts={**event.facts, "roles": "operator"})
        if event.kind == "person_enrolled"
        else event
        for event in shown.others
    ]
    assert failed(replace(shown, others=others)) == {"A01"}


def test_in_the_way_of_the_other_kind_of_key(shown):
    """A certificate's key that signs as a passkey would, or the reverse."""
    others = [
        replace(
            event, facts={**event.facts, "key_kind": other[event.facts["key_kind"]]}
        )
        if event.kind == "person_enrolled"
        else event
        for event in shown.others
        for other in [{"certificate": "passkey", "passkey": "certificate"}]
    ]
    assert failed(replace(shown, others=others)) == {"A01"}


def test_an_attachment_that_nobody_approved(shown):
    parts = shown.mail_parts()
    more = replace(shown, mail_parts=lambda: [*parts, b"more"])
    assert failed(more) == {"A06"}
    other = replace(shown, mail_parts=lambda: [b"another text", *parts[1:]])
    assert failed(other) == {"A06"}


def test_another_draft_than_the_ledger_committed_to(shown):
    assert failed(replace(shown, is_opened=lambda *_: False)) == {"A06"}


def test_written_down_before_it_was_approved(shown):
    events = [
        replace(event, at=event.at - timedelta(hours=1))
        if event.kind == "approved"
        else event
        for event in shown.events
    ]
    assert failed(replace(shown, events=events)) == {"A08"}
