"""x509-limbo's cases (https://github.com/C2SP/x509-limbo) judged by our path rules.

    python -m tests.verifying.limbo limbo.json

Prints what differs from the expected result. The suite is not part of this repository:
its kinds are made anew in `test_paths.py`, and the differences and their reasons stand
in docs/verification.md.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509

from notices.verifying.certification import validation
from notices.verifying.certification.building import Builder
from notices.verifying.checks import Refusal
from notices.verifying.cms import der
from notices.verifying.revocation import judging
from notices.verifying.revocation.answers import Revocation, read_crl
from notices.verifying.revocation.statements import Answers, Rules

PURPOSES = {"serverAuth": "1.3.6.1.5.5.7.3.1", "clientAuth": "1.3.6.1.5.5.7.3.2"}
RULES = Rules(tolerance=timedelta(0), oldest=timedelta(days=36_500))


def load(text: str) -> x509.Certificate:
    octets = pem.unarmor(text.encode())[2]
    der.check(octets)
    return x509.Certificate.load(octets, strict=True)


def judge(case: dict[str, Any]) -> tuple[str, str]:
    """SUCCESS or FAILURE, and why."""
    try:
        _judge(case)
    except Refusal as refusal:
        return "FAILURE", str(refusal.detail)
    except (ValueError, TypeError, KeyError) as error:
        return "FAILURE", f"unreadable: {error}"
    return "SUCCESS", ""


def _judge(case: dict[str, Any]) -> None:
    text = case["validation_time"]
    moment = datetime.fromisoformat(text) if text else datetime.now(UTC)
    signer = load(case["peer_certificate"])
    wanted = frozenset(PURPOSES[one] for one in case["extended_key_usage"])
    wanted = wanted or frozenset((PURPOSES["serverAuth"],))
    builder = Builder(
        [load(one) for one in case["trusted_certs"]],
        [load(one) for one in case["untrusted_intermediates"]],
    )
    last = Refusal(*_NO_PATH)
    for path in builder.paths_from(signer):
        try:
            validation.check(path, moment, timedelta(0), wanted)
            _check_usage(signer, wanted)
            _check_lists(case, path, moment)
        except Refusal as refusal:
            last = refusal
        else:
            return
    raise last


_NO_PATH = (validation.GENERAL, "no path")


def _check_usage(signer: x509.Certificate, wanted: frozenset[str]) -> None:
    """What M13 checks of a mail's signer, with the purposes of the web."""
    named = validation.purposes_of(signer)
    if signer.ca or (named and not named & wanted):
        raise Refusal(validation.CONSTRAINTS, "of no such usage")


def _check_lists(
    case: dict[str, Any], path: tuple[x509.Certificate, ...], moment: datetime
) -> None:
    known = Revocation()
    for text in case["crls"]:
        known += read_crl(pem.unarmor(text.encode())[2])
    if known.crls:
        answers = Answers(revocation=known, certificates=())
        judging.check(path[:2], answers, moment, RULES)


def main(path: Path) -> int:
    """The number of cases that are judged otherwise than expected."""
    document = json.loads(path.read_bytes())
    cases = document["testcases"] if isinstance(document, dict) else document
    differing = 0
    for case in cases:
        started = time.perf_counter()
        said, why = judge(case)
        seconds = time.perf_counter() - started
        if said != case["expected_result"] or seconds > 1:
            differing += 1
            sys.stdout.write(f"{said} {case['id']} ({seconds:.2f} s) {why}\n")
    sys.stdout.write(f"{len(cases)} cases, {differing} judged otherwise\n")
    return differing


if __name__ == "__main__":
    main(Path(sys.argv[1]))
