"""`notices verify` on folders, mboxes, bundles and notice.json."""

import io
import json
import re
import subprocess

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import pdfa

from notices.cli import run
from notices.codec import load_schema
from notices.errors import NotJudgeable
from notices.report import Verdict
from notices.verifying import (
    Item,
    Question,
    split_mbox,
    to_json,
    verify_many,
)
from tests.evidence.conftest import members_of
from tests.programs import require_program

SCHEMA = jsonschema.Draft202012Validator(json.loads(load_schema("report")))


@pytest.fixture
def folder(tmp_path, bundle, centre):
    """A folder with each kind of file, a forged mail, and something else."""
    found = members_of(bundle)
    mail = found["documents/message.eml"]
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "good.eml").write_bytes(mail)
    (tmp_path / "forged.eml").write_bytes(mail.replace(b"notice@", b"other@"))
    (tmp_path / "good.asice").write_bytes(bundle)
    (tmp_path / "letter.pdf").write_bytes(found["documents/letter.pdf"])
    (tmp_path / "notice.json").write_bytes(found["documents/notice.json"])
    (tmp_path / "readme.txt").write_text("none of these")
    (tmp_path.parent / "roots.pem").write_bytes(b"".join(centre.roots))
    return tmp_path


@pytest.fixture
def verify(folder, centre, capsys):
    at = (
        centre.now.isoformat()
    )  # the clock moves: every call of a test asks of one moment

    def call(*words):
        options = ["--trust", str(folder.parent / "roots.pem")]
        options += ["--at", at, "--jobs", "1"]
        code = run(["verify", *map(str, words), *options])
        return code, capsys.readouterr().out

    return call


def test_a_folder_is_judged_whole_and_summed_up(folder, verify):
    code, text = verify(folder)
    assert code == 1
    assert "TOTAL-FAILED" in text
    assert "forged.eml M08" in text
    assert "not judged not-judgeable" in text
    assert re.search(r"TOTAL-PASSED +bundle +1", text)
    assert re.search(r"TOTAL-PASSED +mail +1", text)
    assert re.search(r"INDETERMINATE +SIGNED_DATA_NOT_FOUND +notice +1", text)


def test_indeterminate_comes_before_passed_and_65_is_for_named_files(folder, verify):
    (folder / "forged.eml").unlink()
    assert verify(folder)[0] == 3
    assert verify(folder / "good.asice", folder / "letter.pdf")[0] == 0
    assert verify(folder / "good.asice", folder / "readme.txt")[0] == 65


def test_json_lines_are_as_the_schema_says(folder, verify):
    _, text = verify(folder, "--json-lines")
    rows = [json.loads(line) for line in text.splitlines()]
    assert [row["kind"] for row in rows] == [
        "mail",
        "bundle",
        "pdf",
        "notice",
        None,
        "mail",
    ]
    for row in rows:
        SCHEMA.validate(row)


def mbox(*mails, quote=rb">\1"):
    return b"".join(
        b"From sender@example Mon Jun 15 03:00:00 2026\n"
        + re.sub(rb"(?m)^(>*From )", quote, mail.replace(b"\r\n", b"\n"))
        + b"\n"
        for mail in mails
    )


def test_an_mbox_is_judged_mail_by_mail(folder, verify):
    mail = (folder / "sub" / "good.eml").read_bytes()
    forged = (folder / "forged.eml").read_bytes()
    (folder.parent / "all.mbox").write_bytes(mbox(mail, forged, mail))
    code, text = verify(folder.parent / "all.mbox", "--json-lines")
    rows = [json.loads(line) for line in text.splitlines()]
    assert code == 1
    assert [row["verdict"] for row in rows] == [
        "TOTAL-PASSED",
        "TOTAL-FAILED",
        "TOTAL-PASSED",
    ]
    assert rows[2]["file"].endswith("all.mbox[3]")


LINE = st.sampled_from([b"From x", b">From x", b">>From y", b"", b"text", b"From: a"])


@given(st.lists(st.lists(LINE, min_size=1, max_size=6), max_size=4))
def test_any_mails_survive_mboxrd(texts):
    mails = [b"\n".join(lines) + b"\n" for lines in texts]
    assert list(split_mbox(io.BytesIO(mbox(*mails)), limit=1000)) == mails


def test_a_mail_that_is_too_long_is_cut():
    (mail,) = split_mbox(io.BytesIO(mbox(b"a: b\n" * 100)), limit=50)
    assert len(mail) <= 50


def test_outcomes_come_in_order_and_faults_as_values(centre, folder):
    files = ["good.asice", "readme.txt", "letter.pdf", "forged.eml"]
    question = Question(trust=centre.roots, at=centre.now)

    def fails():
        raise NotJudgeable("gone")

    items = [Item(name=name, load=(folder / name).read_bytes) for name in files]
    items.append(Item(name="gone", load=fails))
    found = list(verify_many(items, question, processes=2))
    assert [each.name for each in found] == [*files, "gone"]
    assert [each.report and each.report.verdict for each in found] == [
        Verdict.TOTAL_PASSED,
        None,
        Verdict.TOTAL_PASSED,
        Verdict.TOTAL_FAILED,
        None,
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda text: text.replace(b'"form1"', b'"form9"'),
        lambda text: text.replace(b'"urls":', b'"urls":[],"urls":'),
        lambda text: text.replace(b'"ordinal":1', b'"ordinal":0'),
        lambda _: b"{}",
    ],
    ids=["cut", "form", "twice", "ordinal", "empty"],
)
def test_a_notice_json_of_another_form_is_refused(centre, folder, change):
    data = change((folder / "notice.json").read_bytes())
    assert centre.judge(data).verdict is Verdict.TOTAL_FAILED


def test_the_report_is_archival_pdf_with_the_verdict_first(folder, verify):
    out = folder.parent / "report.pdf"
    code, _ = verify(folder / "good.asice", folder / "forged.eml", "--report", out)
    again = out.read_bytes()
    verify(folder / "good.asice", folder / "forged.eml", "--report", out, "--force")
    assert (code, out.read_bytes() == again) == (1, True)
    assert pdfa.validate_written(io.BytesIO(again), "2b").passed
    require_program("pdftotext")
    text = subprocess.run(
        ["pdftotext", "-raw", out, "-"], capture_output=True, check=True, text=True
    ).stdout
    assert text.startswith("Verification report: TOTAL-PASSED")
    assert "250 2.0.0 queued as 4711" in " ".join(text.split())
    assert "FAILED (FORMAT_FAILURE)" in text


def test_a_report_of_a_bundle_is_as_the_schema_says(centre, bundle):
    shown = to_json(centre.judge(bundle), "b.asice")
    SCHEMA.validate(json.loads(json.dumps(shown)))
    assert shown["story"]


def test_other_programs_accept_a_bundle(bundle, centre, tmp_path):
    """unzip and openssl, as README.txt in the bundle says."""
    require_program("unzip")
    require_program("openssl")
    (tmp_path / "b.asice").write_bytes(bundle)
    (tmp_path / "roots.pem").write_bytes(b"".join(centre.roots))
    subprocess.run(["unzip", "-q", "b.asice"], cwd=tmp_path, check=True)
    command = (
        "openssl cms -verify -binary -inform DER -in META-INF/signature.p7s "
        "-content META-INF/ASiCManifest.xml -CAfile roots.pem -purpose any -out /dev/null"
    )
    subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
