"""Time stamps through the site: levels, policies, and authorities not to be believed.

Key, lists and stamps come from an authority over HTTP, as in the world.
"""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.pdf_utils.reader import PdfFileReader

from notices import Site, verify
from notices.cli import run
from tests.signing.site_authority import (
    DEAD,
    equip,
    pem,
)
from tests.site.conftest import CASE_1

MILLISECOND = timedelta(milliseconds=1)
"""The authority tells no more, and cuts off the rest."""
LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")


def judge(desk, file):
    words = ["--trust", str(desk.home / "roots.pem"), "--json"]
    code = run(["verify", str(file), *words])
    [report] = json.loads(desk.capsys.readouterr().out)
    return code, report


def prepared_event(desk):
    _, [record] = desk.json("show", CASE_1)
    leaves = [one["leaf"] for one in record["events"]]
    return next(one for one in leaves if one["event"] == "prepared")


@pytest.mark.parametrize(
    ("level", "key"), [*((level, "p256") for level in LEVELS), ("B-LTA", "rsa3072")]
)
def test_a_notice_goes_out_at_every_level_and_is_proven(
    desk, arrived, authority, level, key
):
    """Mail and letter, each alone with the roots, offline."""
    equip(desk, authority, key, authority.tsa_url)
    desk.set("pdf_level", f'"{level}"')
    before = datetime.now(UTC)
    code, [row] = desk.json("send", CASE_1)
    assert (code, row["note"]) == (0, "")
    [mail] = arrived.glob("*.eml")
    code, report = judge(desk, mail)
    assert (code, report["verdict"]) == (0, "TOTAL-PASSED")
    proven = datetime.fromisoformat(report["best_signature_time"])
    assert before - MILLISECOND < proven < datetime.now(UTC)
    with Site.open(desk.home) as site:
        letter, *_ = site.rooms.exporter.letters(row["number"], desk.home)
    code, report = judge(desk, letter)
    assert (code, report["verdict"]) == (0, "TOTAL-PASSED")
    assert bool(report["best_signature_time"]) is (level != "B-B")
    names = [
        one.sig_object["/Type"]
        for one in PdfFileReader(BytesIO(letter.read_bytes())).embedded_signatures
    ]
    stamp = ["/DocTimeStamp"] if level == "B-LTA" else []
    assert names == ["/Sig", *stamp]


def test_who_stamped_is_on_record(desk, arrived, authority):
    equip(desk, authority, "p256", authority.tsa_url)
    desk.run("send", CASE_1)
    event = prepared_event(desk)
    assert event["timestamp_authority"] == authority.tsa_url
    assert event["timestamp_policy"]
    assert datetime.fromisoformat(event["timestamp_time"])
    assert "timestamp_accuracy_ms" in event
    fingerprint = authority.certificate("p256").fingerprint(SHA256()).hex()
    assert event["signer_certificate_sha256"] == fingerprint


@pytest.mark.parametrize(
    ("level", "policy"), [("B-B", ""), ("B-LTA", ""), ("B-B", "required")]
)
def test_where_a_stamp_is_required_nothing_goes_without(
    desk, arrived, authority, level, policy
):
    equip(desk, authority, "p256", DEAD)
    desk.set("pdf_level", f'"{level}"')
    desk.set("timestamps", f'"{policy}"')
    code, [row] = desk.json("send", CASE_1)
    assert code == 75
    assert row["error"]["code"] == "timestamp-unavailable"
    assert DEAD in row["error"]["message"]
    assert not list(arrived.iterdir())
    assert desk.json("list")[1] == []


@pytest.mark.parametrize("level", ["B-B", "B-LTA"])
def test_where_a_stamp_is_preferred_it_goes_without_and_says_so(
    desk, arrived, authority, level
):
    equip(desk, authority, "p256", DEAD)
    desk.set("pdf_level", f'"{level}"')
    desk.set("timestamps", '"preferred"')
    code, [row] = desk.json("send", CASE_1)
    assert (code, row["state"]) == (0, "sent")
    assert row["note"].startswith("without a time stamp: no time-stamp authority")
    assert DEAD in prepared_event(desk)["timestamp_missing"]
    [mail] = arrived.glob("*.eml")
    code, report = judge(desk, mail)
    assert (code, report["best_signature_time"]) == (0, None)


def test_where_a_stamp_is_preferred_and_had_it_is_in(desk, arrived, authority):
    equip(desk, authority, "p256", DEAD, authority.tsa_url)
    desk.set("timestamps", '"preferred"')
    code, [row] = desk.json("send", CASE_1)
    assert (code, row["note"]) == (0, "")
    [mail] = arrived.glob("*.eml")
    assert judge(desk, mail)[1]["best_signature_time"]


def test_off_asks_nobody(desk, arrived, authority):
    equip(desk, authority, "p256", authority.tsa_url)
    desk.set("timestamps", '"off"')
    authority.asked.clear()
    assert desk.run("send", CASE_1)[0] == 0
    assert not [path for path in authority.asked if "/tsa/" in path]
    assert "timestamp_missing" not in prepared_event(desk)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tsa-revoked", "is revoked since"),
        ("tsa-for-tls", "is not one for time stamps"),
    ],
)
def test_an_authority_not_to_be_believed_counts_as_none(
    desk, arrived, authority, name, words
):
    equip(desk, authority, "p256", authority.stamper_url(name))
    code, [row] = desk.json("send", CASE_1)
    assert code == 78  # 75 told to try again, which never helped
    assert words in row["error"]["message"]
    assert not list(arrived.iterdir())
    equip(desk, authority, "p256", authority.stamper_url(name), authority.tsa_url)
    assert desk.run("send", CASE_1)[0] == 0


def test_an_authority_whose_root_is_not_pinned_counts_as_none(desk, arrived, authority):
    equip(desk, authority, "p256", authority.tsa_url)
    (desk.home / "roots.pem").write_bytes(pem(authority.root))
    code, [row] = desk.json("send", CASE_1)
    assert code == 78  # 75 told to try again, which never helped
    assert row["error"]["code"] == "stamper-not-usable"
    assert "leads to no pinned root" in row["error"]["message"]
    assert "signing.trust" in row["error"]["hint"]
    assert not list(arrived.iterdir())


def test_where_one_of_several_may_come_back_it_is_tried_again(desk, arrived, authority):
    equip(desk, authority, "p256", authority.tsa_url, DEAD)
    (desk.home / "roots.pem").write_bytes(pem(authority.root))
    code, [row] = desk.json("send", CASE_1)
    assert (code, row["error"]["code"]) == (75, "timestamp-unavailable")
    assert "leads to no pinned root" in row["error"]["message"]


def test_where_a_stamp_is_preferred_one_not_believed_is_none(desk, arrived, authority):
    equip(desk, authority, "p256", authority.tsa_url)
    desk.set("timestamps", '"preferred"')
    (desk.home / "roots.pem").write_bytes(pem(authority.root))
    code, [row] = desk.json("send", CASE_1)
    assert (code, row["state"]) == (0, "sent")
    assert "leads to no pinned root" in prepared_event(desk)["timestamp_missing"]


def test_a_number_under_which_something_was_signed_is_void(desk, arrived, authority):
    """The letter was signed before the authority was asked: the number is used up."""
    equip(desk, authority, "p256", DEAD)
    assert desk.run("send", CASE_1)[0] == 75
    equip(desk, authority, "p256", authority.tsa_url)
    code, [row] = desk.json("send", CASE_1)
    assert (code, int(row["number"].rsplit("-", 1)[1])) == (0, 2)


@pytest.mark.parametrize(
    "years", [18, *(pytest.param(years, marks=pytest.mark.torture) for years in (1, 5))]
)
def test_the_mail_is_proven_for_decades(desk, arrived, authority, years):
    """With the roots and the lists of that day, also after the key was revoked."""
    equip(desk, authority, "revoked-later", authority.tsa_url)
    desk.set("pdf_level", '"B-LTA"')
    before = authority.now
    assert desk.run("send", CASE_1)[0] == 0
    [mail] = arrived.glob("*.eml")
    at = authority.now + timedelta(days=365 * years)
    report = verify(
        mail.read_bytes(),
        trust=[(desk.home / "roots.pem").read_bytes()],
        at=at,
        evidence=authority.crls(at).crls,
    )
    assert report.verdict == "TOTAL-PASSED"
    # what is proven is the latest moment that the token's accuracy allows
    latest = authority.now + timedelta(seconds=1)
    assert before - MILLISECOND < report.best_signature_time < latest


def test_a_bundle_is_renewed_in_place_and_only_there(
    desk, arrived, authority, tmp_path
):
    """What lies there must be what was read; a link is not followed."""
    equip(desk, authority, "p256", authority.tsa_url)
    assert desk.run("send", CASE_1)[0] == 0
    bundle, link = tmp_path / "b.asice", tmp_path / "link"
    assert desk.run("export", CASE_1, "--out", str(bundle))[0] == 0
    before = bundle.read_bytes()
    link.symlink_to(bundle)
    code, _, err = desk.run("renew", str(link))
    assert (code, "is a link" in err) == (69, True)
    assert bundle.read_bytes() == before
    assert desk.run("renew", str(bundle))[0] == 0
    assert len(bundle.read_bytes()) > len(before)
    assert judge(desk, bundle)[1]["verdict"] == "TOTAL-PASSED"
    assert {each.name for each in tmp_path.glob("*")} >= {"b.asice", "link"}
    assert not list(tmp_path.glob(".*.part"))
