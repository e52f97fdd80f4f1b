"""What an operator with all keys writes into a log of his own, and what contradicts it.

Each vector is refused by its own check, by both verifiers; the same log with the truth in
it is good, and so is what merely differs.
"""

import json

import pytest

from notices.report import CheckStatus, Verdict
from tests.evidence.relogged import Relogged, log_key

LATER, EARLIER = "2027-06-01T00:00:00.000000Z", "2020-01-01T00:00:00.000000Z"
DSN = b"From: postmaster@board.example.jp\r\nSubject: report\r\n\r\nIt is so.\r\n"


def facts(event, /, **changes):
    return lambda lie: lie.facts(event, **changes)


def judged(change):
    return lambda lie: lie.judgment(change)


def document(name, change):
    def alter(lie):
        lie.document(name, change(lie.members[f"documents/{name}"]))

    return alter


def evidence(**told):
    return lambda lie: lie.received(DSN, **told)


def without(kind):
    """Left out of the log itself, with all that lay beside it."""

    def alter(lie):
        gone = lie.event(kind)
        lie.leaves.remove(gone)
        lie.record["beside"].pop(str(gone["seq"]), None)

    return alter


def reply(text):
    return lambda lie: lie.text(lie.event("outcome"), "reply", text)


def moved(kind, at):
    """Written down at another time, with all that follows."""

    def alter(lie):
        places = [leaf["event"] for leaf in lie.leaves]
        for leaf in lie.leaves[places.index(kind) :]:
            leaf["at"] = at

    return alter


def before_all(lie):
    """All of it as of a year ago, when the mail was not there."""
    for leaf in lie.leaves:
        if leaf["event"] in ("numbered", "prepared"):
            leaf["at"] = EARLIER


def numbered_twice(lie):
    again = json.loads(json.dumps(lie.event("numbered")))
    for leaf in lie.leaves[1:]:
        leaf["seq"] += 1
    lie.record["beside"] = {
        str(int(place) + 1): names for place, names in lie.record["beside"].items()
    }
    lie.leaves.insert(1, again | {"seq": again["seq"] + 1})


def text_file(old, new):
    return document(
        "letter.txt", lambda text: text.replace(old.encode(), new.encode(), 1)
    )


def failed(lie):
    """The server refused it, and yet somebody is said to have been asked."""
    lie.facts("outcome", state="failed", reply_code=550, reply_enhanced="5.1.1")
    lie.text(lie.event("outcome"), "reply", "550 5.1.1 no such user")


WARNING = b'[{"code":"look","path":"case","message":"told"}]'
LIES = [
    # facts of one notice that differ from entry to entry
    ("B32", facts("numbered", form="form2")),
    ("B32", facts("numbered", kind="test")),
    ("B32", facts("numbered", ordinal=2)),
    ("B32", facts("numbered", rung="server_administrator")),
    ("B32", lambda lie: lie.event("numbered").update(case_id="IHC-2026-999999")),
    ("B32", facts("prepared", ordinal=True)),
    ("B32", facts("requested", form="form2")),
    ("B32", facts("requested", kind="withdrawal")),
    ("B32", facts("requested", channel="webform")),
    ("B32", facts("requested", rung="website_administrator")),
    ("B32", facts("requested", at=EARLIER)),
    ("B32", lambda lie: lie.event("requested").update(case_id="IHC-2026-000001")),
    # the beginning
    ("B32", without("numbered")),
    ("B32", numbered_twice),
    # outcomes that no reply leads to
    ("B32", facts("outcome", reply_code=550, reply_enhanced="5.1.1")),
    ("B32", facts("outcome", reply_code=450)),
    ("B32", facts("outcome", reply_code=None)),
    ("B32", facts("outcome", stage="rcpt")),
    ("B32", facts("outcome", stage="connect")),
    ("B32", facts("outcome", stage="handed over")),
    ("B32", facts("outcome", state="failed")),
    ("B32", facts("outcome", state="in_doubt")),
    ("B32", facts("outcome", state="deferred")),
    ("B32", without("armed")),
    ("B32", reply("550 5.1.1 no such user")),
    ("B32", reply("2500 2.0.0 well")),
    ("B32", failed),
    # times of an attempt
    ("B32", facts("outcome", ended_at=LATER)),
    ("B32", facts("outcome", started_at=LATER)),
    ("B32", facts("outcome", started_at=EARLIER)),
    ("B32", facts("outcome", ended_at="yesterday")),
    ("B32", facts("outcome", ended_at="2026-11-22T03:00:30Z")),
    # reports that lead elsewhere
    ("B32", evidence(report="delivery_status", state="delivered", action="failed")),
    ("B32", evidence(report="delivery_status", state="bounced", action="delivered")),
    ("B32", evidence(report="bounce", state="delivered", action=None)),
    ("B32", evidence(report="reply", state="delivered", answer="done")),
    ("B32", evidence(report="word of honour", state="delivered")),
    ("B32", evidence(report="archive_copy", state="delivered")),
    ("B32", evidence(report="delivery_status", state="delivered", action="delivered", proves="sent")),
    # what was left out
    ("B32", facts("exported", redacted=True)),
    # times past the seal
    ("B25", moved("exported", LATER)),
    ("B25", moved("queued", LATER)),
    # the mail says otherwise
    ("B33", facts("prepared", signer_certificate_sha256="00" * 32)),
    ("B33", facts("prepared", test=True)),
    ("B33", facts("prepared", timestamped=False)),
    ("B33", facts("prepared", timestamp_time="2026-11-20T00:00:00+00:00")),
    ("B33", facts("prepared", warnings=7)),
    ("B33", before_all),
    ("B33", lambda lie: lie.document("warnings.json", b"none")),
    ("B33", lambda lie: lie.document("warnings.json", WARNING * 2)),
    ("B33", lambda lie: lie.document("warnings.json", b'[{"code":"look"}]')),
    ("B33", lambda lie: lie.document("xarf.json", b"{}")),
    # the judgment says otherwise
    ("B23", judged(lambda it: it["target"]["locator"].update(post_number="53"))),
    ("B23", judged(lambda it: it["target"]["locator"].update(posted_at="2026-11-01T21:07:00+09:00"))),
    ("B23", judged(lambda it: it["target"]["locator"].pop("thread"))),
    ("B23", judged(lambda it: it["target"].update(ip_addresses=["192.0.2.99"]))),
    ("B23", judged(lambda it: it["target"].update(ip_checked_at="2026-11-01T10:12:00+09:00"))),
    ("B23", judged(lambda it: it["target"].update(facility="website"))),
    ("B23", judged(lambda it: it.update(statutes=[{"law": "makou", "article": "第1条"}]))),
    ("B23", judged(lambda it: it.update(elements=[{"id": "transfer", "met_by": "口座"}]))),
    ("B23", judged(lambda it: it["ladder"][0].update(mailbox="other@board.example.jp"))),
    ("B23", judged(lambda it: it["ladder"][0].update(name="別人"))),
    ("B23", judged(lambda it: it["ladder"][0].update(rung="server_administrator"))),
    ("B23", judged(lambda it: it.update(ladder=[]))),
    ("B23", judged(lambda it: it["checker"].update(name="見本　花子"))),
    ("B23", judged(lambda it: it.update(judged_at="2027-01-16T11:00:00+09:00"))),
    ("B23", judged(lambda it: it.update(checked_at="2026-11-16T10:00:00+09:00"))),
    ("B23", judged(lambda it: it.update(checked_at="2027-01-16T10:00:00+09:00"))),
    ("B23", judged(lambda it: it.update(judged_at="2026-11-10T11:00:00+09:00"))),
    # the letter's text says otherwise
    ("B28", text_file("任意", "義務")),
    ("B28", text_file("例示 太郎", "別人 次郎")),
    ("B28", text_file("令和8年", "令和7年")),
    ("B28", text_file("以上", "以上 対応しない場合は罰せられる。")),
    # more than anybody needs
    ("B17", lambda lie: lie.record["others"].extend(lie.record["notice"][:1] * 4_000)),
    ("B17", lambda lie: lie.record["beside"].update({str(place): {"a": {"salt": "00" * 32}} for place in range(20_001)})),
    # what is no part of a bundle
    ("B02", lambda lie: lie.document("other.pdf", b"%PDF-1.7")),
    ("B02", lambda lie: lie.document("letter.unsigned.pdf", b"%PDF-1.7")),
]  # fmt: skip

TRUTHS = [
    facts("outcome"),
    evidence(report="delivery_status", state="delivered", action="delivered", proves="delivered"),
    evidence(report="delivery_status", state="bounced", action="failed", proves="bounced"),
    evidence(report="bounce", state="bounced", action="failed"),
    evidence(report="reply", state="sent", answer="done"),
    evidence(report="word of tomorrow", state="sent"),
    facts("outcome", reply_enhanced=None),
    facts("outcome", fact_of_tomorrow="x"),
    facts("outcome", clock_behind_ms=5),
    reply("250 2.0.0 queued as something else"),
    without("requested"),
    judged(lambda it: it.update(source_id="another report")),
    judged(lambda it: it["ladder"][0].update(mailbox="", recipient="board")),
    judged(lambda it: it.pop("statutes")),
    judged(lambda it: it["target"]["locator"].update(posted_at="2026-11-14T12:07:00Z")),
    judged(lambda it: it["checker"].update(role="副責任者")),
    document("letter.txt", lambda text: text.replace(b"\n", b"\n\n")),
]  # fmt: skip


@pytest.fixture(scope="module")
def told(centre, bundle, reseal):
    """What both verifiers say of a bundle after a change to its log."""

    def judge(change):
        lie = Relogged(bundle)
        change(lie)
        return centre.judge(reseal(bundle, lie.changes()), log_keys=[log_key()])

    return judge


@pytest.mark.parametrize(
    ("check", "lie"), LIES, ids=[f"L{place:03}" for place in range(1, len(LIES) + 1)]
)
def test_a_lie_of_the_operator_is_refused_by_its_check(told, check, lie):
    report = told(lie)
    bad = [one.id for one in report.findings if one.status is CheckStatus.FAILED]
    assert report.verdict is Verdict.TOTAL_FAILED
    assert check in bad
    # no state is told by entries that contradict each other
    assert "B32" not in bad or not report.delivery


@pytest.mark.parametrize(
    "truth", TRUTHS, ids=[f"T{place:03}" for place in range(1, len(TRUTHS) + 1)]
)
def test_what_can_be_so_is_good(told, truth):
    report = told(truth)
    assert not [
        (one.id, one.detail)
        for one in report.findings
        if one.status in (CheckStatus.FAILED, CheckStatus.INDETERMINATE)
    ]
