"""The process that reads untrusted bytes; started by `isolation`, never by hand.

Its limits are set before the first byte is read: memory for its life, CPU time per
file. Over the CPU limit the kernel ends it; over the memory limit it ends itself.
What is the same for many files (roots, clock, evidence) comes once.
"""

import errno
import gc
import json
import resource
import sys
from typing import Any

from notices.verifying.approval.assertion import (
    key_sha256,
    read_assertion,
    require_tapped,
)
from notices.verifying.approval.statement import RelyingParty
from notices.verifying.carried_certificates import certificates_in
from notices.verifying.checks import Refusal
from notices.verifying.mail.forwarded import attached_message
from notices.verifying.policy import Policy, read_policy
from notices.verifying.process import pipes
from notices.verifying.process.report_json import dump_report, dump_tap
from notices.verifying.process.request import load_arguments
from notices.verifying.verifier import judge, judge_with_attached

OUT_OF_MEMORY = errno.ENOMEM
"""The exit code for that."""


def main() -> None:
    """Answer requests on standard input until it ends."""
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # what was loaded stays: the collector need not go through it for each mail
    gc.freeze()
    policy: Policy | None = None
    asked = b""
    try:
        while True:
            request, data, *given = pipes.read_blocks(sys.stdin.buffer)
            wanted = json.loads(request)
            _allow_cpu(wanted["cpu_seconds"])
            if wanted.get("only_certificates"):
                _answer(_certificates(data))
                continue
            if "tap" in wanted:
                _answer(_tap(data, wanted["tap"]))
                continue
            if policy is None or given or request != asked:
                policy, asked = read_policy(**load_arguments(wanted, given)), request
            look = judge_with_attached if wanted["look_inside"] else judge
            _answer(dump_report(look(data, policy)))
    except EOFError:
        return
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)


def _answer(octets: bytes) -> None:
    sys.stdout.buffer.write(pipes.pack([octets]))
    sys.stdout.buffer.flush()


def _certificates(data: bytes) -> bytes:
    """As JSON, each in hexadecimal."""
    found = certificates_in(data) or certificates_in(attached_message(data) or b"")
    return json.dumps([[one.hex() for one in group] for group in found]).encode()


def _tap(data: bytes, wanted: dict[str, Any]) -> bytes:
    """Whether an assertion is of that key, challenge and party."""
    party = RelyingParty(**wanted["party"]) if wanted["party"] else None
    told: str | None = None
    try:
        found = read_assertion(data)
        told = key_sha256(found)
        if told == wanted["key_sha256"]:
            require_tapped(found, bytes.fromhex(wanted["challenge"]), party)
    except Refusal as refusal:
        return dump_tap(told, refusal.detail)
    return dump_tap(told, None)


def _allow_cpu(seconds: int) -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = usage.ru_utime + usage.ru_stime
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 1 + seconds, hard))


if __name__ == "__main__":
    main()
