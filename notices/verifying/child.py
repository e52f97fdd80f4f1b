"""The process that reads untrusted bytes; started by `isolation`, never by hand.

Its limits are set before the first byte is read: memory for its life, CPU time per
file. Over the CPU limit the kernel ends it; over the memory limit it ends itself.
"""

import errno
import json
import resource
import sys
from datetime import datetime

from notices.verifying import frames
from notices.verifying.policy import read_policy
from notices.verifying.verifier import judge
from notices.verifying.wire import dump_report

OUT_OF_MEMORY = errno.ENOMEM
"""The exit code for that."""


def main() -> None:
    """Answer requests on standard input until it ends."""
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        while True:
            request = frames.read_blocks(sys.stdin.buffer)
            frames.write_blocks(sys.stdout.buffer, [_answer(request)])
    except EOFError:
        return
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)


def _answer(blocks: list[bytes]) -> bytes:
    request, data = json.loads(blocks[0]), blocks[1]
    roots = 2 + request["roots"]
    _allow_cpu(request["cpu_seconds"])
    policy = read_policy(
        trust=blocks[2:roots],
        evidence=blocks[roots:],
        at=datetime.fromisoformat(request["at"]),
        signers=request["signers"],
        log_keys=request["log_keys"],
    )
    return dump_report(judge(data, policy))


def _allow_cpu(seconds: int) -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = usage.ru_utime + usage.ru_stime
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 1 + seconds, hard))


if __name__ == "__main__":
    main()
