"""Each door tried without an approval; SQL by hand is the last."""

import sqlite3
from contextlib import closing

import pytest

from notices.approval import ApprovalRefused, NotApproved
from notices.delivery import State
from notices.errors import NoticesError, RefusedError
from notices.store import Decision
from tests.site.approval.people import approve
from tests.site.conftest import CASE_1, CASE_2_ABROAD


def drafted(site, case_id=CASE_1):
    return site.prepare(site.read_case(case_id))


def mails(received):
    return list(received.glob("*.eml"))


def raw(desk):
    return closing(sqlite3.connect(desk.home / "outbox.sqlite"))


def test_what_is_approved_goes_out_and_its_bundle_says_by_whom(
    wanting, received, opened, checker, tmp_path
):
    with opened() as site:
        notice = drafted(site)
        assert notice.state is State.DRAFTED
        assert site.send(notice).state is State.DRAFTED
        assert approve(site, notice.number, checker).state is State.DRAFTED
        [receipt] = site.sign_drafts()
        assert receipt.state is State.QUEUED
        [receipt] = site.work()
        assert receipt.state is State.SENT
    assert len(mails(received)) == 1
    bundle = tmp_path / "b.asice"
    assert wanting.run("export", CASE_1, "--out", str(bundle))[0] == 0
    code, [report] = judged(wanting, bundle)
    assert code == 0
    found = {each["id"]: each for each in report["checks"]}
    assert {found[f"A0{n}"]["status"] for n in (1, 2, 5, 6, 7, 8)} == {"passed"}
    assert any("approved by reiji-t at" in line["text"] for line in report["story"])


def judged(desk, path, *words):
    from notices.cli import run  # noqa: PLC0415

    code = run(["verify", str(path), "--trust", str(desk.root), "--json", *words])
    import json  # noqa: PLC0415

    return code, json.loads(desk.capsys.readouterr().out)


@pytest.mark.parametrize("words", [("send", CASE_1), ("work",), ("sign",)])
def test_no_command_lets_it_out(wanting, received, opened, words):
    with opened() as site:
        site.ask_to_send(drafted(site))
    wanting.run(*words)
    wanting.run("work", "--now")
    with opened() as site:
        assert site.status(CASE_1)[0].state is State.DRAFTED
    assert mails(received) == []


def test_no_method_lets_it_out(wanting, received, opened):
    with opened() as site:
        notice = drafted(site)
        assert site.send(notice).state is State.DRAFTED
        assert site.ask_to_send(notice).state is State.DRAFTED
        assert site.sign_drafts() == []
        assert site.work(ignore_backoff=True) == []
        with pytest.raises(NotApproved):
            site.rooms.approvals.signer.sign(notice.number)
        with pytest.raises(RefusedError):
            site.parts.store.queue(notice.number, now=site.clock())
    assert mails(received) == []


def test_what_was_signed_before_the_policy_does_not_go_out(
    desk, received, opened, cards
):
    with opened() as site:
        notice = drafted(site)
        assert notice.state is State.HELD
    desk.set("required", '"checker"', section="approval")
    with opened() as site:
        with pytest.raises(NotApproved, match="before anybody approved"):
            site.send(notice)
        assert site.status(CASE_1)[0].state is State.HELD
    assert mails(received) == []


def test_what_is_queued_when_the_policy_comes_is_held(desk, received, opened):
    with opened() as site:
        notice = drafted(site)
        site.parts.store.queue(notice.number, now=site.clock())
    desk.set("required", '"checker"', section="approval")
    code, out, _ = desk.run("work", "--now")
    assert mails(received) == []
    with opened() as site:
        assert site.status(CASE_1)[0].state is State.HELD
        last = site.parts.store.ledger.told(notice.number)[-1]
        assert (last["event"], last["state"]) == ("outcome", "held")
        assert "before anybody approved" in last["note"]
        kinds = [each["event"] for each in site.parts.store.ledger.told("")]
    del code, out, kinds
    assert desk.run("ledger", "verify")[0] == 0


def test_a_web_form_is_not_submitted_without(wanting, opened, tmp_path):
    entry = (
        '\n[board-form]\nname = "みほん掲示板"\nmailboxes = ["form@board.example.jp"]\n'
    )
    entry += 'channel = "webform"\nform_url = "https://board.example.jp/report"\n'
    path = wanting.home / "recipients.toml"
    path.write_text(path.read_text("utf-8") + entry, "utf-8")
    case = wanting.case(CASE_1, case_id="IHC-2026-009001")
    import json  # noqa: PLC0415

    file = wanting.home / "cases" / f"{case}.json"
    judgment = json.loads(file.read_text("utf-8"))
    step = next(each for each in judgment["ladder"] if not each.get("skipped"))
    for name in ("name", "mailbox"):
        step.pop(name, None)
    step["recipient"] = "board-form"
    file.write_text(json.dumps(judgment, ensure_ascii=False), "utf-8")
    with opened() as site:
        notice = drafted(site, case)
        assert (notice.state, notice.channel.value) == (State.DRAFTED, "webform")
        with pytest.raises(NoticesError):
            site.submitted(case, reference="REF-1")
        assert site.status(case)[0].state is State.DRAFTED


def test_a_doubt_is_not_sent_again_without(wanting, opened, checker, cards):
    """Approved, in doubt, and then the key is revoked: `resend` asks as well."""
    from tests.site.approval.test_stale import into_doubt, revoke  # noqa: PLC0415

    with opened() as site:
        notice = drafted(site)
        approve(site, notice.number, checker)
        site.sign_drafts()
        into_doubt(site, notice.number)
        revoke(site, checker.person, cards["kanri-a"])
        with pytest.raises(ApprovalRefused) as refused:
            site.resolve(CASE_1, Decision.RESEND, reason="they have nothing")
        assert refused.value.code == "approver-revoked"
        assert site.status(CASE_1)[0].state is State.IN_DOUBT


def test_the_next_rung_and_another_try_are_drafts_as_well(wanting, opened):
    with opened() as site:
        drafted(site)
        again = site.prepare(site.read_case(CASE_1), again="the letter was mended")
        assert again.state is State.DRAFTED
        states = [each.state for each in site.status(CASE_1)]
        assert states == [State.WITHDRAWN, State.DRAFTED]


def test_sql_by_hand_ends_in_held(wanting, received, opened, checker):
    with opened() as site:
        number = drafted(site, CASE_1).number
        other = drafted(site, CASE_2_ABROAD).number
        approve(site, other, checker)
        site.sign_drafts()
    by_hand = "UPDATE deliveries SET state = 'queued', next_attempt_at = '2026-01-01T00:00:00.000000Z', {}"
    with raw(wanting) as connection, connection:
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(
                by_hand.format(
                    "queued_at = '2026-01-01T00:00:00.000000Z' WHERE number = ?"
                ),
                [number],
            )
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("UPDATE approvals SET decision = 'approve'")
    # an approval made up for a row, and the trigger lets it pass
    with raw(wanting) as connection, connection:
        connection.execute(
            "UPDATE deliveries SET state = 'held', message_id = '<x@y>', "
            "message_sha256 = ? WHERE number = ?",
            ["ab" * 32, number],
        )
        connection.execute(
            "INSERT INTO approvals SELECT ?, ?, 1, decision, approver, statement, kind, "
            "signature, written_at FROM approvals",
            ["cd" * 32, number],
        )
        connection.execute(
            by_hand.format(
                "queued_at = '2026-01-01T00:00:00.000000Z' WHERE number = ?"
            ),
            [number],
        )
    wanting.run("work", "--now")
    assert mails(received) == []
    with opened() as site:
        assert site.parts.store.get(number).state is State.HELD


def test_a_waiting_notice_has_nothing_that_verifies_as_ours(wanting, opened):
    """The raw database searched for a CMS value: SignedData's object identifier."""
    with opened() as site:
        drafted(site)
        drafted(site, CASE_2_ABROAD)
    signed_data = bytes.fromhex("06092a864886f70d010702")
    octets = b"".join(
        path.read_bytes()
        for path in wanting.home.glob("outbox.sqlite*")
        if path.is_file()
    )
    with raw(wanting) as connection:
        contents = connection.execute("SELECT content FROM artifacts").fetchall()
        [enrolled] = (connection.execute("SELECT count(*) FROM enrolments").fetchone(),)
    assert contents
    assert not [
        one for (one,) in contents if signed_data in one or b"/ByteRange" in one
    ]
    # the administrator's signatures over enrolments are the only CMS values there are
    assert octets.count(signed_data) <= 2 * enrolled[0]


def test_the_printed_draft_is_the_letter_marked_with_its_hash(wanting, opened):
    """pdfium reads what is on each page."""
    import pypdfium2  # noqa: PLC0415

    with opened() as site:
        number = drafted(site).number
        digest = site.parts.drafts.get(number).sha256
        marked = site.rooms.approvals.desk.marked_letter(number)
        unsigned = site.parts.store.artifact(number, "letter.unsigned.pdf")
    pages = [
        page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(marked)
    ]
    plain = pypdfium2.PdfDocument(unsigned)
    assert len(pages) == len(plain)
    for text in pages:
        assert digest in text.replace("\n", "")
    assert b"/ByteRange" not in marked
