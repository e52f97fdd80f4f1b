"""Judging the vectors of version 1: which file, at which moment, and what is told."""

from datetime import datetime, timedelta
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

from notices.verifying import verify
from tests.signing.authority import NOW


def judge(into: Path, case: dict[str, Any]) -> dict[str, Any]:
    """What the verifier says of one vector, as far as it is frozen."""
    data = bytearray((into / case["file"]).read_bytes())
    if "flip" in case:
        data[case["flip"]] ^= 1
    told = verify(
        bytes(data),
        trust=[(into / "roots.pem").read_bytes()],
        at=datetime.fromisoformat(case["at"]),
        log_keys=[(into / "ledger/log.pub").read_text("ascii").strip()],
    )
    proven = told.best_signature_time
    return {
        "verdict": told.verdict.value,
        "sub_indication": told.sub_indication and told.sub_indication.value,
        "best_signature_time": proven and proven.isoformat(),
        "number": told.notice and told.notice.number,
        "checks": " ".join(f"{one.id}:{one.status.value}" for one in told.findings),
    }


def cases(into: Path) -> list[dict[str, Any]]:
    """Which file is judged at which moment."""
    soon = (NOW + timedelta(days=1)).isoformat()
    plain = sorted(
        str(path.relative_to(into))
        for kind in (
            "notices/*.json",
            "mails/*.eml",
            "bundles/*.asice",
            "letters/*.pdf",
        )
        for path in into.glob(kind)
    )
    late = [
        {"file": f"bundles/{name}.asice", "at": f"{year}-06-02T00:00:00+00:00"}
        for name, year in product(("whole", "renewed"), (2027, 2031))
    ]
    changed = [
        {"file": "mails/delivered.eml", "at": soon, "flip": 9000},
        {"file": "letters/b-lta.pdf", "at": soon, "flip": 9000},
        {"file": "bundles/whole.asice", "at": soon, "flip": 9000},
    ]
    # an OCSP answer is fresh for a moment only, and nothing proves the mail older
    at_once = [
        {"file": name, "at": (NOW + timedelta(minutes=1)).isoformat()}
        for name in ("mails/phishing-ocsp.eml", "letters/b-b.pdf")
    ]
    kept = [{"file": name, "at": soon} for name in plain]
    return [*kept, *at_once, *late, *changed]


def sums(into: Path) -> str:
    """SHA-256 of every frozen file, as `sha256sum` writes them."""
    files = sorted(
        str(path.relative_to(into))
        for path in into.rglob("*")
        if path.is_file() and path.name not in ("SHA256SUMS", "README.md")
    )
    return "".join(
        f"{sha256((into / name).read_bytes()).hexdigest()}  {name}\n" for name in files
    )
