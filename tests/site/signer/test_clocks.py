"""A real authority: `openssl ts`, `openssl ocsp` and lists over HTTP, on a clock that moves.

Every stamp and answer is younger than the question; nothing here may stand still.
"""

import json
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from notices import Site, verify
from notices.cli import run
from notices.errors import RevocationUnavailable, TimestampUnavailable
from notices.report import Verdict
from tests.programs import require_program
from tests.signing.site_authority import equip, pem, running
from tests.site.conftest import CASE_1

KEYS = ("rsa3072", "p256")
LEVELS = ("B-B", "B-T", "B-LTA")
SEVERAL = 2


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    with running(tmp_path_factory.mktemp("pki")) as authority:
        yield authority


@pytest.fixture(params=["lists", "OCSP"])
def authority(pki, request):
    """One that publishes lists, and one that answers for the signer by OCSP."""
    kept = pki.lists_of
    if request.param == "OCSP":
        pki.lists_of = kept - {"issuing"}
    pki.asked.clear()
    yield pki
    pki.lists_of = kept


def several(desk):
    """Judgments of the same kind."""
    return [
        desk.case(CASE_1, case_id=f"IHC-2026-{number:06d}")
        for number in range(700_001, 700_001 + SEVERAL)
    ]


def openssl_accepts(desk, authority, mail):
    lists = ["-crl_check"] if "issuing" in authority.lists_of else []
    command = [require_program("openssl"), "cms", "-verify", "-cades", *lists]
    words = ["-purpose", "smimesign", "-CAfile", str(desk.home / "roots.pem")]
    done = subprocess.run(
        [*command, *words, "-in", str(mail), "-out", "/dev/null"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return b"CAdES Verification successful" in done.stderr


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("key", KEYS)
def test_everything_is_sent_and_accepted_right_away(
    desk, arrived, authority, key, level
):
    """0 of 104 were sent while the moment of judging was before the stamp."""
    equip(desk, authority, key, authority.tsa_url)
    desk.set("pdf_level", f'"{level}"')
    code, rows = desk.json("send", *several(desk))
    assert (code, [row["state"] for row in rows]) == (0, ["sent"] * SEVERAL), rows
    mails = list(arrived.glob("*.eml"))
    assert len(mails) == SEVERAL
    for mail in mails:
        report = verify(mail.read_bytes(), trust=[pem(*authority.roots)])
        assert report.verdict is Verdict.TOTAL_PASSED, report.findings
        assert report.best_signature_time
        assert openssl_accepts(desk, authority, mail)
    by_ocsp = [path for path in authority.asked if "/ocsp/" in path]
    assert bool(by_ocsp) is ("issuing" not in authority.lists_of)


def shifted(seconds):
    """A clock of this machine that goes wrong by so much."""
    return lambda: datetime.now(UTC) + timedelta(seconds=seconds)


def deliver(desk, seconds):
    """By a site whose clock is wrong."""
    with Site.open(desk.home, clock=shifted(seconds)) as site:
        return site.send(site.prepare(site.read_case(CASE_1)))


@pytest.mark.parametrize("seconds", [59, 5, 0, -5, -59])
def test_a_site_whose_clock_is_a_little_wrong_sends(desk, arrived, authority, seconds):
    equip(desk, authority, "p256", authority.tsa_url)
    desk.set("pdf_level", '"B-LTA"')
    assert deliver(desk, seconds).state == "sent"
    [mail] = arrived.glob("*.eml")
    for other in (seconds, 0):
        report = verify(
            mail.read_bytes(), trust=[pem(*authority.roots)], at=shifted(other)()
        )
        assert report.verdict is Verdict.TOTAL_PASSED, report.findings


@pytest.mark.parametrize(
    ("seconds", "words"), [(600, "s behind this machine"), (-600, "s ahead of this")]
)
def test_a_site_whose_clock_is_wrong_sends_nothing_and_says_what_to_do(
    desk, arrived, pki, seconds, words
):
    """The list of the signer is what comes first; here it is kept from before."""
    equip(desk, pki, "p256", pki.tsa_url)
    keep_lists(desk, pki)
    with pytest.raises(TimestampUnavailable) as caught:
        deliver(desk, seconds)
    assert words in caught.value.message
    assert "60 s are tolerated" in caught.value.message
    assert "set this machine's clock" in caught.value.hint
    assert not list(arrived.iterdir())
    desk.set("clock_tolerance_seconds", "600")
    assert deliver(desk, seconds - seconds // 100).state == "sent"


def keep_lists(desk, authority):
    """The lists of a schedule: of this month, and not of this moment."""
    names = []
    for number, crl in enumerate(authority.crls(authority.now).crls[:2]):
        (desk.home / f"{number}.crl").write_bytes(crl)
        names.append(f"{number}.crl")
    desk.set("crls", json.dumps(names))


def test_an_answer_of_the_future_is_told_with_the_difference(desk, arrived, authority):
    equip(desk, authority, "p256", authority.tsa_url)
    with pytest.raises(RevocationUnavailable) as caught:
        deliver(desk, -600)
    assert "after this machine's clock, 60 s are tolerated" in caught.value.message
    assert "set the clock" in caught.value.message
    assert not list(arrived.iterdir())


def test_what_was_tolerated_is_on_record(desk, arrived, authority):
    equip(desk, authority, "p256", authority.tsa_url)
    desk.set("clock_tolerance_seconds", "17")
    desk.run("send", CASE_1)
    _, [record] = desk.json("show", CASE_1)
    events = {one["leaf"]["event"]: one["leaf"] for one in record["events"]}
    made = events["prepared"]
    assert made["clock_tolerance_seconds"] == 17
    assert made["timestamp_time"] <= made["at"]


def test_without_any_tolerance_the_same_clock_will_do(desk, arrived, pki):
    """Each answer has its own moment of judging: nothing needs to be excused."""
    equip(desk, pki, "p256", pki.tsa_url)
    desk.set("pdf_level", '"B-LTA"')
    desk.set("clock_tolerance_seconds", "0")
    code, rows = desk.json("send", *several(desk))
    assert (code, {row["state"] for row in rows}) == (0, {"sent"})


def test_the_command_takes_the_tolerance_and_tells_it(desk, arrived, pki):
    equip(desk, pki, "p256", pki.tsa_url)
    assert desk.run("send", CASE_1)[0] == 0
    [mail] = arrived.glob("*.eml")
    [report] = verified(desk, mail)[1]
    assert report["clock_tolerance_seconds"] == 60
    stamped_at = datetime.fromisoformat(report["best_signature_time"])
    at = (stamped_at - timedelta(seconds=5)).isoformat()
    for seconds, expected in ((4, 3), (5, 0), (600, 0)):
        words = ["--at", at, "--clock-tolerance", str(seconds)]
        code, [report] = verified(desk, mail, *words)
        assert (code, report["clock_tolerance_seconds"]) == (expected, seconds)
    for seconds in ("-1", "601", "a"):
        assert run(["verify", str(mail), "--clock-tolerance", seconds]) == 2


def verified(desk, mail, *words):
    trust = ["--trust", str(desk.home / "roots.pem")]
    code = run(["verify", str(mail), *trust, "--json", *words])
    return code, json.loads(desk.capsys.readouterr().out)


def test_what_is_fetched_while_judging_is_of_that_moment(desk, arrived, authority):
    """Its authority was away when the mail was signed, and answers only now."""
    equip(desk, authority, "p256")
    desk.set("revocation", '"prefer"')
    authority.spoil = lambda _: b"out of order"
    try:
        assert desk.run("send", CASE_1)[0] == 0
    finally:
        authority.spoil = None
    [mail] = arrived.glob("*.eml")
    assert verified(desk, mail)[0] == 3
    for tolerance in ("60", "0"):
        words = ["--online", "--clock-tolerance", tolerance]
        assert verified(desk, mail, *words)[0] == 0


def test_checkpoint_export_and_renewal_keep_to_the_clock_too(desk, arrived, pki):
    """Each asks for stamps; each is refused by a clock that is wrong."""
    equip(desk, pki, "p256", pki.tsa_url)
    keep_lists(desk, pki)
    assert deliver(desk, 0).state == "sent"
    with Site.open(desk.home) as site:
        [bundle] = site.rooms.exporter.export(CASE_1)
        renewed, warnings = site.rooms.exporter.renew(bundle.content)
    assert (bundle.warnings, warnings) == ((), ())
    for content in (bundle.content, renewed):
        report = verify(content, trust=[pem(*pki.roots)])
        assert report.verdict is Verdict.TOTAL_PASSED, report.findings
    with Site.open(desk.home, clock=shifted(600)) as site:
        for ask in (
            lambda: site.rooms.exporter.export(CASE_1),
            lambda: site.rooms.exporter.renew(bundle.content),
        ):
            with pytest.raises(TimestampUnavailable, match="behind this machine"):
                ask()


def test_doctor_tells_of_a_wrong_clock(desk, pki):
    equip(desk, pki, "p256", pki.tsa_url)
    keep_lists(desk, pki)
    with Site.open(desk.home, clock=shifted(-600)) as site:
        [told] = [one for one in site.doctor() if "time stamps" in one.name]
    assert told.status == "fault"
    assert "ahead of this machine's" in told.detail
    assert "set this machine's clock" in told.advice
