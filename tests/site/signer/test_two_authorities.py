"""Signer and time-stamp authority of different CAs: each with its own answers.

The list of the one in `signing.crls` and the answer of the other over the network,
and the other way round. openssl answers.
"""

import json

import pytest

from notices import Site
from notices.cli import run
from tests.signing.site_authority import equip, pem, running
from tests.site.conftest import CASE_1

LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
SOURCES = {
    # kept in signing.crls, published by the authority
    "signer by OCSP, stamp by a file": (("root", "stamp-root"), ()),
    "both by files": (("root", "issuing", "stamp-root"), ()),
    "signer by files, stamp fetched": (("root", "issuing"), ("stamp-root",)),
    "signer fetched, stamp by a file": (("stamp-root",), ("root", "issuing")),
}
QUICK = [
    *(("signer by OCSP, stamp by a file", level) for level in LEVELS),
    ("both by files", "B-LTA"),
]
ALL = [(sources, level) for sources in SOURCES for level in LEVELS]


@pytest.fixture
def authority(tmp_path):
    folder = tmp_path / "pki"
    folder.mkdir()
    with running(folder) as authority:
        yield authority


def share(desk, authority, kept, published):
    """Lists as files of the site, and what the authority goes on to publish."""
    for name in kept:
        (desk.home / f"{name}.crl").write_bytes(authority._listed(name))
    names = ", ".join(f'"{name}.crl"' for name in kept)
    desk.set("crls", f"[{names}]", section="signing")
    authority.lists_of = frozenset(published)


def assert_proven(desk, file):
    code = run(["verify", str(file), "--trust", str(desk.home / "roots.pem"), "--json"])
    [report] = json.loads(desk.capsys.readouterr().out)
    assert (code, report["verdict"]) == (0, "TOTAL-PASSED"), report["checks"]


@pytest.mark.parametrize(
    ("sources", "level"),
    [
        pytest.param(*row, marks=() if row in QUICK else pytest.mark.torture)
        for row in ALL
    ],
)
def test_it_goes_out_and_every_file_is_proven_offline(
    desk, arrived, authority, tmp_path, sources, level
):
    equip(desk, authority, "rsa3072", authority.tsa_url)
    desk.set("pdf_level", f'"{level}"')
    share(desk, authority, *SOURCES[sources])
    code, [row] = desk.json("send", CASE_1)
    assert (code, row["state"]) == (0, "sent"), row
    [mail] = arrived.glob("*.eml")
    assert_proven(desk, mail)
    with Site.open(desk.home) as site:
        letter, *_ = site.rooms.exporter.letters(row["number"], desk.home)
    assert_proven(desk, letter)
    bundle = tmp_path / "bundle.asice"
    code, _, err = desk.run("export", CASE_1, "--out", str(bundle))
    assert (code, err) == (0, "")
    assert_proven(desk, bundle)
    code, _, err = desk.run("renew", str(bundle))
    assert (code, err) == (0, "")
    assert_proven(desk, bundle)


def roots(desk, authority, **files):
    """The signer's root and the stamps' in files of their own, and each key's list."""
    signer, stamps = authority.roots
    names = {"signer.pem": signer, "stamps.pem": stamps}
    for name, root in names.items():
        (desk.home / name).write_bytes(pem(root))
    for key, wanted in files.items():
        listed = ", ".join(f'"{name}"' for name in wanted)
        desk.set(key, f"[{listed}]", section="signing")


def test_time_stamps_lead_to_roots_of_their_own(desk, arrived, authority):
    """`signing.trust_tsa`: a root for stamps signs no mail, and one for mail no stamp."""
    equip(desk, authority, "rsa3072", authority.tsa_url)
    desk.set("pdf_level", '"B-T"')
    roots(desk, authority, trust=["signer.pem"], trust_tsa=["stamps.pem"])
    code, [row] = desk.json("send", CASE_1)
    assert (code, row["state"]) == (0, "sent"), row
    [mail] = arrived.glob("*.eml")
    verify = ["verify", str(mail), "--json", "--trust", str(desk.home / "signer.pem")]
    for more, expected in (
        (["--trust-tsa", str(desk.home / "stamps.pem")], 0),
        (["--trust-tsa", str(desk.home / "signer.pem")], 3),
    ):
        assert run([*verify, *more]) == expected
        desk.capsys.readouterr()


@pytest.mark.parametrize(
    ("trust", "trust_tsa"),
    [
        (["signer.pem"], ["signer.pem"]),
        (["stamps.pem"], ["stamps.pem"]),
        (["signer.pem"], []),
    ],
)
def test_roots_for_the_other_purpose_send_nothing(
    desk, arrived, authority, trust, trust_tsa
):
    equip(desk, authority, "rsa3072", authority.tsa_url)
    desk.set("pdf_level", '"B-T"')
    roots(desk, authority, trust=trust, trust_tsa=trust_tsa)
    code, [row] = desk.json("send", CASE_1)
    assert code != 0
    assert row["error"]["hint"]
    assert list(arrived.glob("*.eml")) == []
