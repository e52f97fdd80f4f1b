"""What approvals cost: `python bench/approvals.py [N]`. Medians of N notices.

Processor time of this process: a commit waits for the disk, and other programs for us.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from notices.approval import APPROVE, Role, read_draft
from notices.approval.statements import Approval, Approver
from notices.store import StoredApprovals, StoredDrafts, StoredPeople
from notices.store.approval import door
from notices.store.database.engine import writing
from notices.store.store import Store
from notices.verifying.approval.signatures import SignatureKind, SignedStatement
from tests.site.approval.people import APPROVAL_PREFIX, Card
from tests.store.approvals import LOG, RULE, drafted_for, enrol, signed_for
from tests.store.conftest import NOW


def statement(made, known):
    return Approval(
        log=LOG,
        draft=read_draft(made.draft),
        draft_sha256=made.draft_sha256,
        decision=APPROVE,
        reason="",
        approver=Approver(
            person=known.person,
            name="Reiji Taro",
            role="checker",
            key_sha256=known.key_sha256,
            enrolled=known.enrolled,
        ),
        at=NOW,
        nonce="cd" * 32,
    ).octets()


def timed(action):
    begun = time.process_time()
    action()
    return 1000 * (time.process_time() - begun)


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'outbox.db'}"
        with Store.open(url, approval=RULE) as store:
            kind = "p256"
            card = Card.made(
                "reiji-t", "Reiji Taro", Role.ADMINISTRATOR, Role.CHECKER, kind=kind
            )
            people = StoredPeople(store.engine)
            enrol(people, card)
            known = people.known()["reiji-t"].enrolled
            drafts, approvals = (
                StoredDrafts(store.engine),
                StoredApprovals(store.engine),
            )
            taken, asked, queued, numbers = [], [], [], []
            for serial in range(count):
                made = drafted_for(store, f"HL-{serial:05}")
                number = drafts.add(made, now=NOW).number
                octets = statement(made, known)
                signed = SignedStatement(
                    prefix=APPROVAL_PREFIX,
                    octets=octets,
                    kind=SignatureKind.CMS,
                    signature=card.sign(octets, at=NOW),
                )
                taken.append(
                    timed(lambda signed=signed: approvals.take(signed, now=NOW))
                )
                drafts.sign(signed_for(number), now=NOW)
                numbers.append(number)
            with writing(store.engine) as connection:
                for number in numbers:
                    stored = store.get(number)
                    asked.append(
                        timed(
                            lambda s=stored: door.require_approved(connection, s, NOW)
                        )
                    )
            queued += [
                timed(lambda n=each: store.queue(n, now=NOW)) for each in numbers
            ]
    print(f"{count} notices, one approver ({kind})")
    for name, figures in (
        ("an approval taken, with its commit", taken),
        ("the door asked once", asked),
        ("queued with the door, with its commit", queued),
    ):
        print(f"{name:40} {statistics.median(figures):6.2f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
