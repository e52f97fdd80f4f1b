"""A bundle proves a notice; whoever changes it is seen by the check that should."""

import base64
import itertools
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms

from notices.evidence import seal
from notices.evidence.container import write_container
from notices.ledger import Checkpoint
from notices.mail import split
from notices.report import CheckStatus, Verdict
from notices.signing import (
    load_log_key,
    new_log_key_text,
    sign_manifest,
)
from notices.verifying import notice_file
from notices.verifying.approval import checks as approval_module
from notices.verifying.bundle import checks as bundle_module
from tests.evidence.conftest import CASE, members_of
from tests.signing.authority import NOW
from tests.signing.site_authority import without_lists
from tests.vectors.specification import canonical
from tests.verifying.pki import new_root


def failing(report):
    return [each.id for each in report.findings if each.status is CheckStatus.FAILED]


def statuses(report):
    return {each.id: each.status.value for each in report.findings}


def test_a_bundle_passes_with_root_and_log_key_alone(centre, bundle):
    report = centre.judge(bundle)
    assert report.verdict is Verdict.TOTAL_PASSED
    skipped = {key for key, value in statuses(report).items() if value == "skipped"}
    stated = {f"A0{number}" for number in range(1, 9)}  # nobody had to approve
    assert skipped - stated == {
        *("B09", "B13", "B20", "B29", "B30", "B31"),
        *("M15", "M21", "M22", "M25", "P11", "P12", "P16"),
    }
    assert stated < skipped
    assert report.notice.case_id == CASE
    assert NOW < report.best_signature_time < NOW + timedelta(hours=1)


def test_with_ocsp_answers_alone_mail_and_manifest_are_of_version_1(centre):
    """So that they are what PKCS #7 readers know; the answers stand beside them."""
    with without_lists(centre.authority), centre.site() as site:
        centre.deliver(site, "IHC-2026-004220")
        (made,) = site.rooms.exporter.export("IHC-2026-004220")
    members = members_of(made.content)
    assert "evidence/01.ocsp" in members
    signatures = (
        members["META-INF/signature.p7s"],
        split(members["documents/message.eml"]).signature,
    )
    for signature in signatures:
        data = cms.ContentInfo.load(signature)["content"]
        assert data["version"].native == "v1"
        attributes = data["signer_infos"][0]["unsigned_attrs"]
        kinds = {one["type"].dotted for one in attributes}
        assert "1.2.840.113549.1.9.16.2.24" in kinds
    assert centre.judge(made.content).verdict is Verdict.TOTAL_PASSED


def test_the_list_of_checks_is_the_same_everywhere():
    """In the modules, at the top of the modules, and in the documentation."""
    page = Path(__file__).parents[2] / "docs" / "verification.md"
    table = re.findall(
        r"^\| ([ABN]\d\d) \| ([^|]+?) \|", page.read_text("utf-8"), re.MULTILINE
    )
    modules = (bundle_module, approval_module, notice_file)
    tops = "".join(module.__doc__ for module in modules)
    run = [*bundle_module.CHECKS, *notice_file.CHECKS]
    assert table == re.findall(r"^    ([ABN]\d\d)  (.+)$", tops, re.MULTILINE)
    assert [name.replace("`", "") for _, name in table] == [one.name for one in run]
    assert [number for number, _ in table] == [one.id for one in run]


def test_without_a_log_key_the_bundle_vouches_for_it(centre, bundle):
    report = centre.judge(bundle, log_keys=[])
    assert report.verdict is Verdict.TOTAL_PASSED
    assert statuses(report)["B14"] == "skipped"


def test_the_story_tells_reply_and_time_stamps_with_sources(centre, bundle):
    story = centre.judge(bundle).story
    told = " / ".join(f"{each.text} [{each.source}]" for each in story)
    assert "250 2.0.0 queued as 4711 [ledger entry" in told
    assert "someone said: send, by user:" in told
    assert "the signed mail existed [time stamp]" in told
    assert "the checkpoint with all of these events existed [time stamp]" in told
    assert [each.at for each in story] == sorted(each.at for each in story)


def test_the_same_members_make_the_same_bytes(bundle):
    assert write_container(members_of(bundle)) == bundle


def test_mimetype_is_first_stored_and_at_its_place(bundle):
    assert bundle[30:38] == b"mimetype"
    assert bundle[38:69] == b"application/vnd.etsi.asic-e+zip"


def test_a_redacted_bundle_shows_no_content_and_passes(centre, bundle, redacted):
    found, whole = members_of(redacted), members_of(bundle)
    assert not [name for name in found if name.startswith(("documents", "received"))]
    urls = json.loads(whole["documents/notice.json"])["urls"]
    beside = json.loads(whole["ledger/record.json"])["beside"]
    openings = [one for names in beside.values() for one in names.values()]
    texts = [text for one in openings for text in one.values()]
    assert "abuse@board.example.jp" in texts, "the mailbox lies beside"
    record = json.loads(found["ledger/record.json"])
    assert record["beside"] == {}
    everything = b"".join(found.values())
    everything += b"".join(base64.b64decode(one["leaf"]) for one in record["notice"])
    for secret in [*urls, *texts]:
        assert secret.encode() not in everything
    report = centre.judge(redacted)
    assert report.verdict is Verdict.TOTAL_PASSED
    assert "left out: judgment.json" in next(
        each.detail for each in report.findings if each.id == "B19"
    )
    assert report.story


def numbered():
    """Names for parameters: the check, then a running number for what is altered."""
    numbers = itertools.count(1)
    return lambda value: value if isinstance(value, str) else str(next(numbers))


@pytest.mark.parametrize(
    "name",
    [
        "README.txt",
        "documents/letter.pdf",
        "documents/letter.docx",
        "documents/letter.txt",
        "documents/judgment.json",
        "documents/notice.json",
        "documents/message.eml",
        "ledger/record.json",
        "ledger/checkpoint.txt",
        "ledger/checkpoint.tst",
        "ledger/log.pub",
        "evidence/certificates.pem",
        "evidence/01.crl",
    ],
)
@pytest.mark.parametrize("how", ["altered", "missing", "empty"])
def test_no_member_can_be_altered_or_taken_away(centre, bundle, name, how):
    found = members_of(bundle)
    content = found.pop(name)
    if how != "missing":
        found[name] = b"" if how == "empty" else content[:-1] + bytes([content[-1] ^ 1])
    report = centre.judge(write_container(found))
    assert report.verdict is Verdict.TOTAL_FAILED
    assert failing(report)[0] == "B02"
    assert report.story == ()


@pytest.mark.parametrize(
    "name", ["extra.txt", "META-INF/signature2.p7s", "META-INF/extra", "evidence/9.crl"]
)
def test_nothing_can_be_added(centre, bundle, name):
    report = centre.judge(write_container({**members_of(bundle), name: b"x"}))
    assert failing(report)[0] == "B02"


def test_the_manifest_cannot_be_exchanged(centre, bundle, redacted):
    mixed = members_of(bundle)
    mixed["META-INF/signature.p7s"] = members_of(redacted)["META-INF/signature.p7s"]
    assert failing(centre.judge(write_container(mixed))) == ["B07"]


@pytest.mark.parametrize(
    "name", ["META-INF/ASiCManifest.xml", "META-INF/signature.p7s"]
)
def test_what_signs_cannot_be_missing(centre, bundle, name):
    found = members_of(bundle)
    del found[name]
    assert centre.judge(write_container(found)).verdict is Verdict.TOTAL_FAILED


def test_another_log_key_is_refused(centre, bundle):
    other = load_log_key(new_log_key_text("log.example", bytes(32)))
    report = centre.judge(bundle, log_keys=[str(other.public)])
    assert failing(report) == ["B14"]


def test_another_root_does_not_lead_to_it(centre, bundle, tmp_path):
    report = centre.judge(bundle, trust=[new_root().pem])
    assert report.verdict is not Verdict.TOTAL_PASSED
    assert statuses(report)["B11"] == "indeterminate"


@pytest.fixture
def resealed(bundle, reseal):
    """Changes members and signs anew, as only the centre itself could."""

    def change(**changes):
        found = members_of(bundle)
        named = {
            next(path for path in found if path.replace("/", "_").startswith(start)): to
            for start, to in changes.items()
        }
        return reseal(
            bundle,
            {
                path: to(found[path]) if callable(to) else to
                for path, to in named.items()
            },
        )

    return change


def record_with(change):
    def alter(content):
        record = json.loads(content)
        change(record)
        return canonical(record)

    return alter


def change_leaf(record, place, **changes):
    """Another leaf, canonical, where the log has its own."""
    leaf = json.loads(base64.b64decode(record["notice"][place]["leaf"])) | changes
    octets = base64.b64encode(canonical(leaf)).decode()
    record["notice"][place]["leaf"] = octets


def leave_out(record, place):
    """An entry, and what lies beside it."""
    leaf = json.loads(base64.b64decode(record["notice"].pop(place)["leaf"]))
    record["beside"].pop(str(leaf["seq"]), None)


def of_prepared(record):
    """What opens the commitments of the one entry with documents."""
    return next(
        names for names in record["beside"].values() if "document/letter.pdf" in names
    )


@pytest.mark.parametrize(
    ("check", "change"),
    [
        ("B17", lambda record: change_leaf(record, -2, facts={"state": "failed"})),
        ("B17", lambda record: change_leaf(record, 0, at="2020-01-01T00:00:00.000000Z")),
        ("B17", lambda record: record["notice"].reverse()),
        ("B17", lambda record: record["notice"].append(record["notice"][-1])),
        ("B17", lambda record: record.update(size=5)),
        ("B17", lambda record: record.update(number="R8-1-000009")),
        ("B17", lambda record: record.update(others=[record["notice"][0]])),
        ("B17", lambda record: record.update(leaf={})),
        ("B17", lambda record: of_prepared(record)["mailbox"].update(text="a@b.example")),
        ("B17", lambda record: of_prepared(record)["recipient"].update(salt="00" * 32)),
        ("B17", lambda record: of_prepared(record).update(note={"salt": "00" * 32, "text": "x"})),
        ("B17", lambda record: record["redacted"].append("")),
        ("B18", lambda record: leave_out(record, 1)),
        ("B19", lambda record: of_prepared(record)["document/letter.pdf"].update(salt="00" * 32)),
        ("B19", lambda record: of_prepared(record).pop("document/letter.pdf")),
        ("B19", lambda record: record["redacted"].append("letter.pdf")),
    ],
    ids=numbered(),
)  # fmt: skip
def test_even_the_centre_cannot_tell_another_history(centre, resealed, check, change):
    """The ledger's checkpoint bears out only what was written when it happened."""
    bundle = resealed(ledger_record=record_with(change))
    assert failing(centre.judge(bundle))[0] == check


@pytest.mark.parametrize("place", [0, 2, 3, 4, 5, 6])
def test_what_is_left_out_of_the_middle_or_the_end_is_missed(centre, resealed, place):
    """Each leaf but that of the documents; the links name what is not shown."""
    change = record_with(lambda record: leave_out(record, place))
    report = centre.judge(resealed(ledger_record=change))
    assert report.verdict is not Verdict.TOTAL_PASSED
    (found,) = (each for each in report.findings if each.id == "B26")
    assert found.status is CheckStatus.INDETERMINATE
    assert found.sub_indication == "SIGNED_DATA_NOT_FOUND"
    assert "not complete" in found.detail


def test_a_text_that_is_not_opened_is_missed(centre, resealed):
    change = record_with(lambda record: of_prepared(record).pop("recipient"))
    report = centre.judge(resealed(ledger_record=change))
    assert report.verdict is Verdict.INDETERMINATE
    (found,) = (each for each in report.findings if each.id == "B26")
    assert "recipient of entry" in found.detail


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        ("B19", {"documents_letter.txt": b"another text"}),
        ("B19", {"documents_letter.docx": None}),
        ("B19", {"documents_judgment": lambda text: text.replace(b"IHC", b"XHC")}),
        ("B15", {"ledger_checkpoint.txt": b"no note"}),
        ("B15", {"ledger_log.pub": b"no key"}),
        ("B15", {"ledger_checkpoint.txt": None}),
        ("B16", {"ledger_checkpoint.tst": b"no token"}),
    ],
    ids=numbered(),
)
def test_nor_show_other_documents(centre, resealed, check, changes):
    assert check in failing(centre.judge(resealed(**changes), log_keys=[]))


def test_nor_sign_another_log_with_a_key_that_is_not_pinned(centre, resealed):
    fake = load_log_key(new_log_key_text("hotline.example.jp/notices", bytes(32)))
    note = fake.sign(Checkpoint(origin=fake.public.name, size=1, root=bytes(32)).text())
    bundle = resealed(
        **{
            "ledger_checkpoint.txt": str(note).encode(),
            "ledger_log.pub": f"{fake.public}\n".encode(),
        }
    )
    assert failing(centre.judge(bundle))[0] == "B14"


def test_resealing_alone_is_no_fault(centre, resealed):
    assert centre.judge(resealed()).verdict is Verdict.TOTAL_PASSED


def sealed_by(centre, name):
    """The same members, sealed by another key of the same authority."""
    with centre.site() as site:
        answers = site.parts.desk.signer(centre.now).answers
    key = centre.authority.key(name)

    def change(bundle):
        own = ("mimetype", "META-INF/ASiCManifest.xml", "META-INF/signature.p7s")
        found = members_of(bundle)
        return seal(
            {name: content for name, content in found.items() if name not in own},
            lambda manifest: sign_manifest(
                manifest, key, signing_time=centre.now, revocation=answers
            ),
        )

    return change


def test_a_stranger_cannot_seal_the_history_of_a_genuine_mail(centre, bundle):
    """Of the same trusted authority, with another mailbox: he vouches for nothing."""
    stranger = sealed_by(centre, "other-mailbox")(bundle)
    report = centre.judge(stranger, log_keys=[])
    assert failing(report) == ["B27"]
    (found,) = (each for each in report.findings if each.id == "B27")
    assert "other@hotline.example.jp" in found.detail
    mailbox = "other@hotline.example.jp"
    named = centre.judge(stranger, log_keys=[], signers=[mailbox])
    assert "B27" not in failing(named), "who is named may seal"


def test_another_key_of_the_same_mailbox_may_seal(centre, bundle):
    """Keys roll over between sending and exporting."""
    report = centre.judge(sealed_by(centre, "rsa2048")(bundle))
    assert failing(report) == []


@pytest.mark.parametrize("name", ["IMPORTANT.pdf", "evidence/IMPORTANT.pdf", "a/b.txt"])
def test_what_is_no_part_of_a_bundle_is_refused_even_if_it_is_signed(
    centre, bundle, reseal, name
):
    report = centre.judge(reseal(bundle, {name: b"x"}))
    assert failing(report)[0] == "B02"


def test_a_letter_is_not_shown_without_the_mail_that_it_went_with(
    centre, bundle, reseal
):
    """Nothing would be compared with it; our writer shows both or neither."""
    record = json.loads(members_of(bundle)["ledger/record.json"])
    said = canonical(record | {"redacted": ["message.eml"]})
    changed = {"ledger/record.json": said, "documents/message.eml": None}
    report = centre.judge(reseal(bundle, changed))
    assert report.verdict is Verdict.TOTAL_FAILED
    # B32: this export says in the log that it leaves nothing out; a redacted one does not
    assert "B22" in failing(report)


def test_a_redacted_bundle_into_which_the_letter_alone_was_put_back(
    centre, bundle, redacted, reseal
):
    """The log says that this export leaves things out, so B22 alone can refuse it."""
    record = json.loads(members_of(redacted)["ledger/record.json"])
    record["redacted"].remove("letter.pdf")
    name, whole = "document/letter.pdf", members_of(bundle)
    opened = json.loads(whole["ledger/record.json"])["beside"]
    record["beside"] = {
        place: {name: names[name]} for place, names in opened.items() if name in names
    }
    letter = whole["documents/letter.pdf"]
    changed = {
        "ledger/record.json": canonical(record),
        "documents/letter.pdf": letter,
    }
    report = centre.judge(reseal(redacted, changed))
    assert failing(report) == ["B22"]
    assert report.verdict is Verdict.TOTAL_FAILED
