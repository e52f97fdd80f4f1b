"""The page in Chromium, opened from the disk as a provider does."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from notices.codec.languages import load_texts
from notices.messages import told
from notices.verifying import verify
from tests.verifier_js.browser import chromium
from tests.verifier_js.test_mutants import GIVEN, VECTORS

AT = "2026-11-23T03:00:00Z"
KINDS = ("mails/delivered.eml", "letters/withdrawn.pdf", "bundles/whole.asice")


@pytest.fixture(scope="module", params=[360, 1280])
def browser(request, verify_page):
    with chromium(request.param) as made:
        made.width = request.param
        made.page = verify_page
        yield made


def judge(browser, file: Path, language: str = "ja", *, root: bool = True) -> str:
    browser.open(browser.page)
    browser.wait("h1")
    browser.run(
        "document.querySelector(`button[lang=${arguments[0]}]`).click()", language
    )
    if root:
        browser.type("#roots", (VECTORS / "roots.pem").read_text("ascii"))
    browser.type("#at", AT)
    browser.type("#key", GIVEN["log_keys"][0])
    browser.choose("#file", file)
    return browser.wait("#result p")


def shown(browser) -> list[list[str]]:
    """Number and words of each row of the table of checks."""
    script = (
        "return [...document.querySelectorAll('table.checks tbody tr')]"
        ".map((row) => [...row.children].map((one) => one.textContent))"
    )
    return browser.run(script)


@pytest.mark.parametrize("which", KINDS)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_genuine_file_gets_verdict_checks_and_words_of_the_program(
    browser, which, language
):
    judge(browser, VECTORS / which, language)
    verdict = browser.wait(".verdict")
    assert "TOTAL-PASSED" in verdict
    assert "@" in verdict
    report = verify((VECTORS / which).read_bytes(), **GIVEN)
    found = [[row[0], row[2], row[3]] for row in shown(browser)]
    assert found == words(report, language)


def words(report, language: str) -> list[list[str]]:
    """Number, name and detail of each check, as the program tells them."""
    texts = load_texts(language)
    return [
        [one.id, told(one.name, texts), told(one.detail, texts)]
        for one in report.findings
    ]


@pytest.mark.parametrize("which", KINDS)
def test_a_forged_file_is_refused(browser, which, tmp_path):
    forged = tmp_path / Path(which).name
    data = bytearray((VECTORS / which).read_bytes())
    data[9000] ^= 1
    forged.write_bytes(bytes(data))
    judge(browser, forged)
    assert "TOTAL-FAILED" in browser.wait(".verdict")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_proof_needs_the_logs_key_alone(browser, language):
    folder = VECTORS.parents[1] / "v1"
    key = (folder / "ledger/log.pub").read_text("ascii").strip()
    browser.open(browser.page)
    browser.wait("h1")
    browser.run(
        "document.querySelector(`button[lang=${arguments[0]}]`).click()", language
    )
    browser.type("#at", AT)
    browser.type("#key", key)
    browser.choose("#file", folder / "ledger/prove.json")
    assert "TOTAL-PASSED" in browser.wait(".verdict")
    at = datetime.fromisoformat(AT)
    data = (folder / "ledger/prove.json").read_bytes()
    report = verify(data, trust=[], at=at, log_keys=[key])
    assert [[row[0], row[2], row[3]] for row in shown(browser)] == words(
        report, language
    )
    assert browser.run("return document.documentElement.scrollWidth") == browser.width


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_is_as_wide_as_its_window_and_the_console_is_silent(browser, language):
    judge(browser, VECTORS / KINDS[2], language)
    assert browser.run("return document.documentElement.scrollWidth") == browser.width
    unnamed = (
        "return [...document.querySelectorAll('input, textarea, button')]"
        ".filter((one) => !one.labels?.length && !one.textContent).length"
    )
    assert browser.run(unnamed) == 0
    assert browser.complaints() == []


def test_its_json_is_that_of_the_program(browser):
    judge(browser, VECTORS / KINDS[0], "en")
    said = json.loads(browser.run("return document.querySelector('pre').textContent"))
    report = verify((VECTORS / KINDS[0]).read_bytes(), **GIVEN)
    assert said["file"] == "delivered.eml"
    assert said["verdict"] == report.verdict == "TOTAL-PASSED"
    assert said["subject_sha256"] == report.subject_sha256
    assert said["signer"]["mailbox"] == report.signer.mailbox


def test_without_a_root_it_judges_nothing_and_says_what_to_do(browser):
    words = judge(browser, VECTORS / KINDS[0], "en", root=False)
    assert words.startswith("Paste the root certificate first")
    assert browser.run("return document.querySelector('.verdict')") is None


def test_what_is_no_file_of_ours_is_named(browser, tmp_path):
    other = tmp_path / "picture.png"
    other.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert judge(browser, other, "en").startswith("this is neither a mail nor a PDF")


def test_the_page_reaches_no_network(browser):
    """Even a script of its own could not: the policy stands in the way."""
    judge(browser, VECTORS / KINDS[0])
    script = (
        "return new Promise((done) => {"
        "document.addEventListener('securitypolicyviolation',"
        " (event) => done(event.effectiveDirective));"
        "new Image().src = 'http://192.0.2.1/x.png'; })"
    )
    assert browser.run(script) == "img-src"
    browser.complaints()
