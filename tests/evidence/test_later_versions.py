"""What a later version made is neither good nor bad here: exit code 3, and it is said."""

import json
from base64 import b64encode
from datetime import datetime

import pytest

from notices.errors import LaterVersion
from notices.evidence import audit
from notices.ledger import leaf_hash
from notices.outbox import Entry
from notices.report import CheckStatus, Verdict
from notices.verifying import verify
from notices.verifying.bundle_record import RECORD
from tests.evidence.conftest import dumps, members_of
from tests.vectors.places import V1, V2
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


def test_a_ledger_that_goes_on_in_version_2_is_not_judged_here():
    with pytest.raises(LaterVersion) as later:
        audit(map(entry, LEAVES), [])
    assert later.value.exit_code == 3
    assert "entry 2" in later.value.message
    assert audit(map(entry, LEAVES[:2]), []).faults == ()


def test_a_changed_entry_counts_before_a_later_one():
    entries = [entry(LEAVES[0], leaf=b"\0" * 32), *map(entry, LEAVES[1:])]
    (fault,) = audit(entries, []).faults
    assert "entry 0" in fault


def test_a_notice_json_of_version_2_is_not_judged_here(centre):
    document = json.loads((V1 / "notices/every-field.json").read_bytes())
    later = dumps({**document, "schema": "urn:notices:notice:2", "kind": "request"})
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
    for version in (1, 2):
        notice = notice_json(schema=f"urn:notices:notice:{version}")
        mail = Mail(world(), notice=notice).build()
        told[version] = verify(mail, trust=[world().root.pem], at=JUDGED_AT)
    assert told[1].verdict is Verdict.TOTAL_PASSED
    assert told[2].verdict is Verdict.INDETERMINATE
    assert of_check(told[2], "M16")[:2] == (CheckStatus.INDETERMINATE, "GENERIC")


def test_a_record_of_version_2_is_not_judged_here(centre, bundle, reseal):
    record = json.loads(members_of(bundle)[RECORD])
    later = reseal(
        bundle, {RECORD: dumps({**record, "schema": "urn:notices:record:2"})}
    )
    report = centre.judge(later)
    assert report.verdict is Verdict.INDETERMINATE
    assert of_check(report, "B17")[:2] == (CheckStatus.INDETERMINATE, "GENERIC")
    other = reseal(bundle, {RECORD: dumps({**record, "schema": "urn:x:record:2"})})
    assert centre.judge(other).verdict is Verdict.TOTAL_FAILED


def test_a_leaf_of_version_2_in_a_record_of_version_1(centre, bundle, reseal):
    record = json.loads(members_of(bundle)[RECORD])
    record["events"][0]["leaf_bytes"] = b64encode(LEAVES[8]).decode()
    report = centre.judge(reseal(bundle, {RECORD: dumps(record)}))
    assert of_check(report, "B17")[:2] == (CheckStatus.INDETERMINATE, "GENERIC")
