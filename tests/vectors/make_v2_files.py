"""Make the bundles of version 2 into `v2/files/`: they were made once and are frozen.

    python -m tests.vectors.make_v2_files NEW-FOLDER

As those of version 1 (`make_v1.py`), and by the program itself: what `make_v2.py` makes
is made from the page. The keys are thrown away, so a second run gives other files of the
same shape. Never write over `v2/files/`.
"""

import sys
import tempfile
from pathlib import Path

from notices.codec import notice_json
from notices.delivery import Stage, State
from notices.notice import Form
from tests.codec.test_notices import whole
from tests.evidence.conftest import day
from tests.vectors import walk_v1
from tests.vectors.judging import cases, judge, sums
from tests.vectors.make_v1 import _json


def make(into: Path, work: Path) -> None:
    """Write everything but what is expected of it."""
    centre = walk_v1.start(work)
    with centre.site() as opened:
        site = walk_v1.Walk(centre, opened)
        number = walk_v1.delivered(site)
        walk_v1._lost_and_resent(site)
        refused = walk_v1._withdrawn(site)
        bounced = site.prepare(walk_v1.PHISHING["case_id"])
        site.store.queue(bounced, now=site.step())
        site.attempt(bounced, State.FAILED, Stage.RCPT, walk_v1.GONE)
        files = _bundles(site) | _ledger(site)
        read = site.store.artifact
        files["mails/delivered.eml"] = read(number, "message.eml")
        files["letters/withdrawn.pdf"] = read(refused, "letter.pdf")
    files["notices/every-field.json"] = notice_json(
        whole(Form.FORM_1), warnings=["mailbox", "ladder"]
    )
    files["roots.pem"] = b"".join(centre.roots)
    for name, content in files.items():
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        (into / name).write_bytes(content)


def _bundles(site: walk_v1.Walk) -> dict[str, bytes]:
    exporter = site.site.rooms.exporter
    site.step()
    (full,) = exporter.export("IHC-2026-004217")
    (redacted,) = exporter.export("IHC-2026-004217", redact=True)
    (resent,) = exporter.export("IHC-2026-004219")
    (refused,) = exporter.export(walk_v1.PHISHING["case_id"], redact=True)
    (withdrawn,) = exporter.export("IHC-2026-004218", redact=True)
    here = site.now
    site.centre.clock(day("2027-06-01"))
    renewed, _ = exporter.renew(full.content)
    site.centre.clock(here)
    return {
        "bundles/whole.asice": full.content,
        "bundles/redacted.asice": redacted.content,
        "bundles/resent.asice": resent.content,
        "bundles/refused.asice": refused.content,
        "bundles/withdrawn.asice": withdrawn.content,
        "bundles/renewed.asice": renewed,
    }


def _ledger(site: walk_v1.Walk) -> dict[str, bytes]:
    room = site.site.rooms.log.ledger
    late = room.checkpoint()
    leaves = [entry.payload + b"\n" for entry in site.store.ledger.entries()]
    return {
        "ledger/leaves.jsonl": b"".join(leaves),
        "ledger/late.txt": late.note.encode(),
        "ledger/late.tst": late.time_stamp,
        "ledger/log.pub": f"{room.log_key.public()}\n".encode(),
    }


def main() -> None:
    """Make them into a new folder, and write down what is expected."""
    into = Path(sys.argv[1])
    into.mkdir()
    with tempfile.TemporaryDirectory() as work:
        make(into, Path(work))
    wanted = [case for case in cases(into) if (into / case["file"]).exists()]
    expected = [case | {"expected": judge(into, case)} for case in wanted]
    (into / "expected.json").write_bytes(_json(expected))
    (into / "SHA256SUMS").write_text(sums(into), encoding="ascii")


if __name__ == "__main__":
    main()
