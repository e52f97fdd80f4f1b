"""300 altered files: what one verifier says of them, the other says as well."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from notices.errors import NotJudgeable
from notices.verifying import verify
from tests.verifier_js.agreement import differences, left_out
from tests.verifier_js.altered import altered

VECTORS = Path(__file__).parents[1] / "vectors"
FOLDERS = (VECTORS / "v1", VECTORS / "v2" / "files")
KINDS = {
    "mails/*.eml": 80,
    "letters/*.pdf": 40,
    "bundles/*.asice": 80,
    "ledger/prove.json": 100,
    "notices/*.json": 40,
}
"""Files of each kind, and how many of them are altered."""
OF_READERS = {"M01", "M02", "M04", "B01", "B03", "N01"}
"""What is broken is told by each reader in its own words: verification.md, "Words"."""


def files(pattern: str) -> list[tuple[Path, Path]]:
    return [
        (folder, path) for folder in FOLDERS for path in sorted(folder.glob(pattern))
    ]


def odd(second, data: bytes, folder: Path, *, is_letter: bool) -> list[str]:
    """What the two say otherwise."""
    given = {
        "trust": [(folder / "roots.pem").read_bytes()],
        "at": datetime.fromisoformat("2026-11-23T03:00:00Z"),
        "log_keys": [(folder / "ledger/log.pub").read_text("ascii").strip()],
    }
    told = second.judge(data, **given)
    try:
        report = verify(data, **given)
    except NotJudgeable:
        return [told["kind"]] if told["kind"] else []
    if told["verdict"] == "INDETERMINATE" and left_out(told):
        return []
    if is_letter:  # the first of several faults of a broken PDF
        return [] if told["verdict"] == report.verdict else [told["verdict"]]
    found = differences(report, told)
    return [one for one in found if one[:3] not in OF_READERS or not is_wording(one)]


def is_wording(difference: str) -> bool:
    """Both have failed it for the same reason, in other words."""
    ours, _, theirs = difference.partition(", the second ")
    return all("'failed'" in one and "FORMAT_FAILURE" in one for one in (ours, theirs))


@pytest.mark.parametrize("pattern", KINDS)
def test_altered_files_are_judged_alike(second, pattern):
    check(second, pattern, range(KINDS[pattern]))


def check(second, pattern: str, seeds: range) -> None:
    known = files(pattern)
    assert known
    found = {}
    for seed in seeds:
        folder, path = known[seed % len(known)]
        data = altered(path.read_bytes(), seed)
        told = odd(second, data, folder, is_letter=path.suffix == ".pdf")
        if told:
            found[seed, path.name] = told
    assert not found, json.dumps([str(one) for one in found.items()], indent=1)
