"""Make the vectors of version 1 into `v1/`: they were made once and are frozen.

    python -m tests.vectors.make_v1 NEW-FOLDER

The keys are thrown away: an authority of certomancer, a signer and a log of one run.
So a second run gives other files of the same shape. Never write over `v1/`: what is
in it was handed out once, and must keep its verdict.
"""

import json
import sys
import tempfile
from base64 import b64encode
from dataclasses import replace
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any

from notices.codec import notice_json
from notices.judgment import Language, Rung
from notices.letters import sample_notice
from notices.notice import Form
from notices.store import Issued
from tests.codec.test_notices import whole
from tests.evidence.conftest import day
from tests.vectors import walk_v1
from tests.vectors.judging import cases, judge, sums


def notices_of_every_kind() -> dict[str, bytes]:
    """`notice.json` for each form, language and rung."""
    made = {}
    for form, language, rung in product(Form, Language, Rung):
        notice = sample_notice(form)
        recipient = replace(notice.recipient, language=language, rung=rung)
        name = f"{form}-{language.replace('+', '-')}-{rung}.json"
        made[f"notices/{name}"] = notice_json(replace(notice, recipient=recipient))
    made["notices/every-field.json"] = notice_json(whole(Form.FORM_1))
    return made


def make(into: Path, work: Path) -> None:
    """Write everything but what is expected of it."""
    centre = walk_v1.start(work)
    files = notices_of_every_kind()
    with centre.site() as opened:
        delivered = walk_v1.delivered(walk_v1.Walk(centre, opened))
        early = opened.checkpoint()
    centre.set("timestamps", '"preferred"')
    with (
        walk_v1.away(centre.authority, "/crls/issuing", "/tsa/"),
        centre.site() as opened,
    ):
        # revocation by OCSP, no time stamp, and so a letter at B-B
        refused = walk_v1.refused(walk_v1.Walk(centre, opened))
    centre.set("timestamps", '""')
    with centre.site() as opened:
        site = walk_v1.Walk(centre, opened)
        numbers = {"delivered": delivered, "refused": refused, **walk_v1.walk(site)}
        files |= _ledger(site, early) | _documents(site, numbers) | _bundles(site)
    files["roots.pem"] = b"".join(centre.roots)
    for name, content in files.items():
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        (into / name).write_bytes(content)


def _ledger(site: walk_v1.Walk, early: Issued) -> dict[str, bytes]:
    late = site.site.checkpoint()
    proof = site.site.consistency(early.note, late.note).proof
    hashes = [b64encode(one).decode() for one in proof]
    leaves = [entry.payload + b"\n" for entry in site.parts.store.ledger.entries()]
    return {
        "ledger/leaves.jsonl": b"".join(leaves),
        "ledger/early.txt": early.note.encode(),
        "ledger/late.txt": late.note.encode(),
        "ledger/late.tst": late.time_stamp,
        "ledger/log.pub": f"{site.site.log_key()}\n".encode(),
        "ledger/consistency.json": _json({"consistency_proof": hashes}),
        "ledger/prove.json": _json(site.site.prove("IHC-2026-004217")),
    }


def _documents(site: walk_v1.Walk, numbers: dict[str, str]) -> dict[str, bytes]:
    mails = {
        "delivered": "delivered",
        "bilingual": "resent",
        "phishing-ocsp": "refused",
    }
    letters = {"b-lta": "withdrawn", "b-b": "refused"}
    read = site.parts.store.artifact
    return {
        f"mails/{name}.eml": read(numbers[which], "message.eml")
        for name, which in mails.items()
    } | {
        f"letters/{name}.pdf": read(numbers[which], "letter.pdf")
        for name, which in letters.items()
    }


def _bundles(site: walk_v1.Walk) -> dict[str, bytes]:
    site.step()
    (full,) = site.site.export("IHC-2026-004217")
    (redacted,) = site.site.export("IHC-2026-004217", redact=True)
    (by_hand,) = site.site.export("IHC-2026-004220")
    here = site.now
    once, _ = _renewed(site, full.content, day("2027-06-01"))
    twice, _ = _renewed(site, once, day("2031-06-01"))
    site.centre.clock(here)
    return {
        "bundles/whole.asice": full.content,
        "bundles/redacted.asice": redacted.content,
        "bundles/by-hand.asice": by_hand.content,
        "bundles/renewed.asice": twice,
    }


def _renewed(site: walk_v1.Walk, bundle: bytes, at: datetime) -> tuple[bytes, Any]:
    site.centre.clock(at)
    return site.site.renew(bundle)


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def main() -> None:
    """Make them into a new folder, and write down what is expected."""
    into = Path(sys.argv[1])
    into.mkdir()
    with tempfile.TemporaryDirectory() as work:
        make(into, Path(work))
    expected = [case | {"expected": judge(into, case)} for case in cases(into)]
    (into / "expected.json").write_bytes(_json(expected))
    (into / "SHA256SUMS").write_text(sums(into), encoding="ascii")


if __name__ == "__main__":
    main()
