"""Witnesses that were written from the specification cosign, are away, or fail."""

import json
import time
import zipfile
from base64 import b64encode
from io import BytesIO

import pytest

from notices.site import Site
from tests.site.conftest import CASE_1
from tests.site.database.test_high_water import away
from tests.site.log.conftest import grow_site, watch
from tests.site.log.witness import Witness, consistent
from tests.verifier_js.agreement import both


def checkpoint(desk):
    code, out, err = desk.run("ledger", "checkpoint", "--json")
    return code, json.loads(out) if code == 0 else None, err


def test_a_checkpoint_is_cosigned_and_kept(desk, witness):
    watch(desk, witness)
    grow_site(desk.home, 5)
    code, told, _ = checkpoint(desk)
    assert code == 0
    assert told["cosigned_by"] == [witness.name]
    assert witness.codes == [200]
    assert f"— {witness.name} " in told["note"]
    assert (desk.home / "ledger.checkpoint").read_text() == told["note"]
    # the same again: nobody is asked twice
    assert checkpoint(desk)[1]["note"] == told["note"]
    assert witness.codes == [200]
    grow_site(desk.home, 300)
    assert checkpoint(desk)[1]["cosigned_by"] == [witness.name]
    assert witness.codes == [200, 200]
    assert witness.asked[-1][1].startswith("old 6\n")


def test_one_that_is_elsewhere_is_proven_from_there(desk, witness):
    desk.run("ledger", "key")
    grow_site(desk.home, 40)
    note = desk.run("ledger", "checkpoint")[1]
    watch(desk, witness)
    # somebody else submitted that checkpoint before
    assert witness.add_checkpoint(f"old 0\n\n{note}")[0] == 200
    grow_site(desk.home, 400)
    code, told, _ = checkpoint(desk)
    assert code == 0
    assert witness.codes == [200, 409, 200]
    assert told["cosigned_by"] == [witness.name]


def test_bundle_proof_and_publication_carry_cosignatures(desk, witness, tmp_path):
    watch(desk, witness)
    desk.run("send", CASE_1)
    bundle, proof = tmp_path / "one.asice", tmp_path / "prove.json"
    assert desk.run("export", CASE_1, "--out", str(bundle), "--unproven")[0] in (0, 3)
    assert desk.run("ledger", "prove", CASE_1, "--out", str(proof))[0] == 0
    assert desk.run("ledger", "publish", str(tmp_path / "log"))[0] == 0
    key = (desk.home / "ledger.pub").read_text()
    with zipfile.ZipFile(BytesIO(bundle.read_bytes())) as container:
        note = container.read("ledger/checkpoint.txt").decode()
        keys = container.read("ledger/witnesses.txt").decode()
    assert f"— {witness.name} " in note
    assert keys == f"{witness.key}\n"
    assert f"— {witness.name} " in (tmp_path / "log" / "checkpoint").read_text()
    follow = ("ledger", "verify", "--from", str(tmp_path / "log"))
    pinned = ("--log-key", str(desk.home / "ledger.pub"))
    assert desk.run(*follow, *pinned, "--witness-key", witness.key)[0] == 0
    stranger = Witness(name="witness.example/other")
    assert desk.run(*follow, *pinned, "--witness-key", stranger.key)[0] == 65
    options = {
        "trust": [desk.root.read_bytes()],
        "at": Site.open(desk.home).clock(),
        "log_keys": [key],
    }
    for data, check in [(bundle.read_bytes(), "B29"), (proof.read_bytes(), "L04")]:
        judged = {
            name: found(both(data, **options, witness_keys=keys), check)
            for name, keys in {
                "it": [witness.key],
                "none": [],
                "another": [stranger.key],
                "both": [witness.key, stranger.key],
            }.items()
        }
        assert judged == {
            "it": "passed",
            "none": "skipped",
            "another": "indeterminate",
            "both": "indeterminate",
        }
        enough = both(
            data, **options, witness_keys=[witness.key, stranger.key], quorum=1
        )
        assert found(enough, check) == "passed"
        assert any("cosigned by" in line.text for line in enough.story)


def found(report, check):
    [one] = [each for each in report.findings if each.id == check]
    return one.status.value


def test_a_cosignature_of_another_note_fails(desk, witness, tmp_path):
    watch(desk, witness)
    desk.run("send", CASE_1)
    proof = tmp_path / "prove.json"
    desk.run("ledger", "prove", CASE_1, "--out", str(proof))
    document = json.loads(proof.read_text())
    own, _, _ = document["checkpoint"].rpartition("— witness.example")
    document["checkpoint"] = own + witness.cosign("another\n7\nAAAA\n")
    key = (desk.home / "ledger.pub").read_text()
    report = both(
        json.dumps(document).encode(),
        trust=[],
        at=Site.open(desk.home).clock(),
        log_keys=[key],
        witness_keys=[witness.key],
    )
    assert found(report, "L04") == "failed"
    assert report.verdict.value == "TOTAL-FAILED"


def test_a_quorum_of_three(desk, witnesses):
    watch(desk, *witnesses, quorum=2)
    witnesses[0].behave = "broken"
    grow_site(desk.home, 3)
    code, told, err = checkpoint(desk)
    assert code == 0
    assert sorted(told["cosigned_by"]) == [w.name for w in witnesses[1:]]
    assert "w1 did not cosign" in err
    with Site.open(desk.home) as site:
        [newest] = site.rooms.log.witnesses.newest_cosigned()
        assert newest.size == 4
    witnesses[1].behave = "nonsense"
    grow_site(desk.home, 3, "more")
    checkpoint(desk)
    with Site.open(desk.home) as site:
        sizes = [one.size for one in site.rooms.log.witnesses.newest_cosigned()]
    assert sizes == [4]
    # they are back: the same checkpoint gets what it lacks
    witnesses[0].behave = witnesses[1].behave = ""
    assert len(checkpoint(desk)[1]["cosigned_by"]) == 3


@pytest.mark.parametrize(
    "behave", ["silent", "nonsense", "another", "forged", "broken", "unknown", "away"]
)
def test_one_that_fails_delays_nothing(desk, witness, behave):
    watch(desk, witness)
    if behave == "unknown":
        witness.logs.clear()
    elif behave == "away":
        away = Witness(name=witness.name, url="http://127.0.0.1:9/")
        watch(desk, away)
    else:
        witness.behave = behave
    grow_site(desk.home, 3)
    start = time.monotonic()
    code, told, err = checkpoint(desk)
    assert code == 0
    assert time.monotonic() - start < 60
    assert told["cosigned_by"] == []
    assert "did not cosign" in err
    assert desk.run("doctor")[1].find("on hold") == -1


def test_mail_goes_out_while_a_witness_is_silent(desk, received, witness):
    watch(desk, witness)
    witness.behave = "silent"
    with away(desk):
        assert desk.run("send", CASE_1)[0] == 75
    start = time.monotonic()
    code, out, _ = desk.run("work", "--now")
    assert code == 0, out
    assert " sent " in out
    # a second for the witness, when all is sent; the rest is the mail
    assert time.monotonic() - start < 60


def test_what_a_round_sent_is_cosigned_by_itself(desk, received, witness):
    watch(desk, witness)
    with away(desk):
        assert desk.run("send", CASE_1)[0] == 75
    assert desk.run("work", "--now")[0] == 0
    assert witness.codes == [200]
    with Site.open(desk.home) as site:
        assert site.parts.store.ledger.newest_issued().cosigners == (witness.name,)


@pytest.mark.parametrize(
    ("witnesses", "quorum", "word"),
    [
        ('[{ key = "x", url = "https://w.example/" }]', "0", "witness"),
        ('[{ key = "KEY", url = "http://w.example/" }]', "0", "https"),
        ('[{ key = "KEY", url = "https://w.example/" }]', "2", "quorum"),
        (
            '[{ key = "KEY", url = "https://w.example/" }, { key = "KEY", url = "https://v.example/" }]',
            "0",
            "twice",
        ),
    ],
)
def test_a_wrong_configuration_is_told(desk, witnesses, quorum, word):
    desk.set("witnesses", witnesses.replace("KEY", Witness().key), section="ledger")
    desk.set("quorum", quorum, section="ledger")
    grow_site(desk.home, 1)
    code, _, said = desk.run("ledger", "checkpoint")
    assert code == 78
    assert word in said


@pytest.mark.parametrize(
    "url",
    [
        "https://[::1/",
        "https://w.example:99999/",
        "https://w.example:port/",
        "https://user:word@w.example/",
        "https://w.example/log?x=1",
        "https://w.example/log#part",
        "https://w ex.example/",
        "https://例え.jp/",
        "https://",
        "ftp://w.example/",
        "http://127.0.0.1.w.example/",
    ],
)
def test_an_address_that_can_never_answer_is_no_address(desk, url):
    rows = f'[{{ key = "{Witness().key}", url = "{url}" }}]'
    desk.set("witnesses", rows, section="ledger")
    code, _, said = desk.run("ledger", "checkpoint")
    assert code == 78, said
    assert "[ledger] witnesses" in said


def test_one_witness_under_two_names_is_one(desk, witness, tmp_path):
    watch(desk, witness)
    grow_site(desk.home, 3)
    desk.run("ledger", "publish", str(tmp_path / "log"))
    twin = Witness(name="witness.example/twin", private=witness.private)
    code, _, said = desk.run(
        *("ledger", "verify", "--from", str(tmp_path / "log")),
        *("--log-key", str(desk.home / "ledger.pub"), "--quorum", "1"),
        *("--witness-key", witness.key, "--witness-key", twin.key),
    )
    assert (code, "have one key" in said) == (65, True)


def test_the_witness_itself_knows_a_proof(desk):
    """Its own proof check, against proofs of the program: all pairs of small trees."""
    from notices.ledger import Tree, leaf_hash  # noqa: PLC0415

    tree = Tree([leaf_hash(bytes([n])) for n in range(40)])
    for new in range(1, 41):
        for old in range(new + 1):
            proof = tree.consistency_proof(old, new)
            roots = tree.root(old), tree.root(new)
            assert consistent(old, roots[0], new, roots[1], proof)
            if proof:
                bad = (proof[0][:-1] + bytes([proof[0][-1] ^ 1]), *proof[1:])
                assert not consistent(old, roots[0], new, roots[1], bad)
                assert not consistent(old, roots[0], new, roots[1], proof[:-1])
            if 0 < old < new:
                wrong = b64encode(roots[0])[:32]
                assert not consistent(old, wrong, new, roots[1], proof)


def test_no_password_of_an_address_is_told(desk, witness):
    """It stood in the fault, and so in every log of it."""
    for url in ("https://u:secret@witness.example/", "http://u:secret@[", "u:secret"):
        entry = f'[{{ key = "{witness.key}", url = "{url}" }}]'
        desk.set("witnesses", entry, section="ledger")
        code, out, err = desk.run("ledger", "checkpoint")
        assert (code, "secret" in out + err) == (78, False), err
        assert witness.name in err
