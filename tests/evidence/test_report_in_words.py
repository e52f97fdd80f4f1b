"""The report for a lawyer: what is proven, what is not, and whose word it is."""

from datetime import datetime
from subprocess import run

import pytest

from notices.codec.languages import read_po
from notices.evidence import write_report
from notices.evidence.findings_in_words import delivery, moment, not_proven, proven
from notices.messages import told
from notices.verifying import verify
from tests.texts.missing import FOLDER
from tests.vectors.places import V1, V2

FILES = V2 / "files"
AT = datetime.fromisoformat("2026-11-23T03:00:00+00:00")


def judged(path, **more):
    roots = (path.parents[1] / "roots.pem").read_bytes()
    key = (path.parents[1] / "ledger/log.pub").read_text("ascii").strip()
    options = {"trust": [roots], "at": AT, "log_keys": [key]}
    return verify(path.read_bytes(), **(options | more))


def words(report):
    return " / ".join(proven(report)), " / ".join(not_proven(report))


def test_a_whole_bundle():
    report = judged(
        FILES / "bundles/whole.asice", signers=["notice@hotline.example.jp"]
    )
    good, open_ = words(report)
    assert "signed with the key of" in good
    assert "JST" in good
    assert "none of them was changed" in good
    assert "left out up to the last" in good
    assert open_ == "That a person has read it: no mail system tells."
    assert delivery(report) == "a delivery report says that it was delivered"


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("refused", "it was refused for good"),
        ("withdrawn", "it was taken back before it was sent"),
        ("resent", "a mail server took the responsibility for it; no report came back"),
    ],
)
def test_how_the_delivery_ended(name, end):
    assert delivery(judged(FILES / f"bundles/{name}.asice")) == end


def test_a_redacted_bundle_says_what_it_does_not_show():
    report = judged(FILES / "bundles/redacted.asice")
    assert "the centre left out the documents" in words(report)[1]
    assert (report.notice.date, report.notice.recipient) == (None, "")


def test_what_version_1_cannot_prove_is_said():
    good, open_ = words(judged(V1 / "bundles/whole.asice"))
    assert "left out up to" not in good
    assert "nothing proves that all is shown" in open_


def test_of_a_forged_file_nothing_is_more_than_a_claim():
    octets = bytearray((FILES / "mails/delivered.eml").read_bytes())
    octets[9000] ^= 1
    report = verify(bytes(octets), trust=[(FILES / "roots.pem").read_bytes()], at=AT)
    good, open_ = words(report)
    assert "signed with the key" not in good
    assert "what the file itself claims" in open_


def test_a_mail_alone_does_not_tell_that_it_was_sent():
    report = verify(
        (FILES / "mails/delivered.eml").read_bytes(),
        trust=[(FILES / "roots.pem").read_bytes()],
        at=AT,
    )
    assert "a signature does not tell" in words(report)[1]
    assert delivery(report) is None


def test_times_are_those_of_japan():
    assert moment(AT) == "2026-11-23 12:00:00 JST (03:00 UTC)"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_pages_say_it_in_both_languages(tmp_path, language):
    """Read by poppler, as anybody's reader would."""
    texts = {}
    for path in FOLDER.glob("*.po") if language == "ja" else ():
        texts.update(read_po(path.read_text("utf-8")))
    report = judged(FILES / "bundles/redacted.asice")
    pdf = write_report(
        [("a.asice", report)],
        at=AT,
        language=language,
        tell=lambda text: told(text, texts),
    )
    (tmp_path / "r.pdf").write_bytes(pdf)
    done = run(
        ["pdftotext", "-layout", tmp_path / "r.pdf", "-"],
        check=True,
        capture_output=True,
    )
    text = "".join(done.stdout.decode().split())
    wanted = {
        "en": ("Whatisproven:", "Whatisnotproven:", "JST"),
        "ja": ("証明されていること：", "証明されていないこと：", "配送報告によれば"),
    }
    assert all(word in text for word in wanted[language])
