"""What a later version made is neither good nor bad here: exit code 3, and it is said."""

import json
from base64 import b64encode
from datetime import datetime

import pytest

from notices.errors import LaterVersion
from notices.evidence import audit
from notices.ledger import Checkpoint, leaf_hash
from notices.report import CheckStatus, Verdict
from notices.store import Entry
from notices.verifying import verify
from notices.verifying.bundle import record_1
from notices.verifying.bundle.members import RECORD
from notices.verifying.checks import Refusal
from tests.evidence.conftest import dumps, members_of
from tests.vectors.places import V1, V2
from tests.vectors.specification import canonical
from tests.verifying.genuine import Mail, notice_json
from tests.verifying.pki import JUDGED_AT, world

LEAVES = (V2 / "export.jsonl").read_bytes().split(b"\n")[:-1]


def entry(octets: bytes, leaf: bytes | None = None) -> Entry:
    told = json.loads(octets)
    return Entry(
        seq=told["seq"],
        number=told.get("number", ""),
        kind=told["event"],
        at=datetime.fromisoformat(told["at"]),
        payload=octets,
        leaf=leaf or leaf_hash(octets),
    )


def of_check(report, name):
    (found,) = (one for one in report.findings if one.id == name)
    return (
        found.status,
        found.sub_indication and str(found.sub_indication),
        found.detail,
    )


def later_leaf() -> bytes:
    """The last entry as a version to come would write it."""
    return LEAVES[-1].replace(b'"v":2}', b'"v":3}')


def test_the_log_that_was_made_from_the_page_has_no_fault():
    """The program follows the chains of a log that it did not write."""
    assert audit(map(entry, LEAVES), []).faults == ()


def test_a_ledger_that_goes_on_in_version_3_is_not_judged_here():
    with pytest.raises(LaterVersion) as later:
        audit(map(entry, [*LEAVES[:-1], later_leaf()]), [])
    assert later.value.exit_code == 3
    assert f"entry {len(LEAVES) - 1}" in later.value.message


def test_a_changed_entry_counts_before_a_later_one():
    entries = [entry(LEAVES[0], leaf=b"\0" * 32), *map(entry, LEAVES[1:-1])]
    faults = audit([*entries, entry(later_leaf())], []).faults
    assert "entry 0" in faults[0]


@pytest.mark.parametrize("place", range(2, len(LEAVES)))
def test_a_link_to_another_event_is_found(place):
    """Every entry, its hash made anew and all after it as they were."""
    nonce = LEAVES[place].split(b'"nonce":"')[1][:32]
    changed = LEAVES[place].replace(nonce, b"0" * 32)
    leaves = [*LEAVES[:place], changed, *LEAVES[place + 1 :]]
    link = leaf_hash(LEAVES[place]).hex()
    naming = {
        json.loads(one)["seq"] for one in leaves[place + 1 :] if link.encode() in one
    }
    faults = audit(map(entry, leaves), []).faults
    assert {int(fault.split()[1]) for fault in faults} == naming


def test_a_notice_json_of_version_3_is_not_judged_here(centre):
    document = json.loads((V1 / "notices/every-field.json").read_bytes())
    later = dumps({**document, "schema": "urn:notices:notice:3", "kind": "request"})
    report = centre.judge(later)
    assert report.verdict is Verdict.INDETERMINATE
    assert of_check(report, "N01")[:2] == (CheckStatus.INDETERMINATE, "GENERIC")
    assert "later version" in of_check(report, "N01")[2]


@pytest.mark.parametrize(
    "schema", ["urn:notices:notice:0", "urn:notices:notice:1x", "urn:other:2", 2, None]
)
def test_a_schema_of_nobody_is_no_later_version(centre, schema):
    document = json.loads((V1 / "notices/every-field.json").read_bytes())
    report = centre.judge(dumps({**document, "schema": schema}))
    assert report.verdict is Verdict.TOTAL_FAILED


def test_a_mail_with_a_later_notice_json_is_not_judged_here():
    told = {}
    for version in (1, 3):
        notice = notice_json(schema=f"urn:notices:notice:{version}")
        mail = Mail(world(), notice=notice).build()
        told[version] = verify(mail, trust=[world().root.pem], at=JUDGED_AT)
    assert told[1].verdict is Verdict.TOTAL_PASSED
    assert told[3].verdict is Verdict.INDETERMINATE
    assert of_check(told[3], "M16")[:2] == (CheckStatus.INDETERMINATE, "GENERIC")


def test_a_record_of_version_3_is_not_judged_here(centre, bundle, reseal):
    record = json.loads(members_of(bundle)[RECORD])
    later = reseal(
        bundle, {RECORD: dumps({**record, "schema": "urn:notices:record:3"})}
    )
    report = centre.judge(later)
    assert report.verdict is Verdict.INDETERMINATE
    assert of_check(report, "B17")[:2] == (CheckStatus.INDETERMINATE, "GENERIC")
    other = reseal(bundle, {RECORD: dumps({**record, "schema": "urn:x:record:2"})})
    assert centre.judge(other).verdict is Verdict.TOTAL_FAILED


def test_a_leaf_of_version_3_in_a_record(centre, bundle, reseal):
    record = json.loads(members_of(bundle)[RECORD])
    record["notice"][0]["leaf"] = b64encode(later_leaf()).decode()
    report = centre.judge(reseal(bundle, {RECORD: canonical(record)}))
    assert of_check(report, "B17")[:2] == (CheckStatus.INDETERMINATE, "GENERIC")


def test_a_leaf_of_version_2_in_a_record_of_version_1():
    """Which a reader of version 1 does not know: the record is of version 2 then."""
    bundle = members_of((V1 / "bundles/whole.asice").read_bytes())
    record = json.loads(bundle[RECORD])
    record["events"][0]["leaf_bytes"] = b64encode(LEAVES[8]).decode()
    with pytest.raises(Refusal) as refused:
        record_1.read_record_1(record).history(
            Checkpoint(origin="x", size=9, root=bytes(32))
        )
    assert refused.value.sub_indication == "GENERIC"
