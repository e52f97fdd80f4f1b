"""What approvals add to a notice: `python bench/approvals.py [N]`. Medians of N notices.

The same way is gone twice, from the draft to the claim of its first attempt: where
nobody must approve, and where the checker must. What a draft rests on is read from the
files of a whole site each time, as a worker does.

Processor time of this process: a commit waits for the disk, and other programs for us.
"""

import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from notices.approval import APPROVE, Role, read_draft
from notices.approval.statements import Approval, Approver
from notices.site import Site
from notices.site.starting import start_site
from notices.store import StoredApprovals, StoredDrafts, StoredPeople
from notices.store.attempt_steps import Claim
from notices.store.store import Store
from notices.verifying.approval.signatures import SignatureKind, SignedStatement
from tests.site.approval.people import APPROVAL_PREFIX, Card
from tests.store.approvals import LOG, RULE, drafted_for, enrol, signed_for
from tests.store.conftest import NOW

SETTLED = 3.5
"""Seconds until the files of a new site are as those of one that is in use."""
STEPS = ("taken", "before signing", "queued", "claimed")


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


def steps_of(url, rule, card, count):
    """Milliseconds of each step, for each notice."""
    with Store.open(url, approval=rule) as store:
        drafts, approvals = StoredDrafts(store.engine), StoredApprovals(store.engine)
        people = StoredPeople(store.engine)
        enrol(people, card)
        known = people.known()[card.person].enrolled
        found = []
        for serial in range(count):
            made = drafted_for(store, f"HL-{serial:05}")
            number = drafts.add(made, now=NOW).number
            times = [0.0]
            if rule.required == "checker":
                octets = statement(made, known)
                signed = SignedStatement(
                    prefix=APPROVAL_PREFIX,
                    octets=octets,
                    kind=SignatureKind.CMS,
                    signature=card.sign(octets, at=NOW),
                )
                times = [timed(lambda s=signed: approvals.take(s, now=NOW))]
            stored = store.get(number)
            times.append(timed(lambda s=stored: approvals.why_shut(s, now=NOW)))
            drafts.sign(signed_for(number), now=NOW)
            times.append(timed(lambda n=number: store.queue(n, now=NOW)))
            claim = Claim(number=number, now=NOW)
            times.append(timed(lambda c=claim: store.make(c)))
            found.append(times)
    return found


def main(count: int) -> None:
    card = Card.made("reiji-t", "Reiji Taro", Role.ADMINISTRATOR, Role.CHECKER)
    with tempfile.TemporaryDirectory() as folder:
        start_site(Path(folder) / "site")
        with Site.open(Path(folder) / "site") as site:
            time.sleep(SETTLED)
            grounds = site.parts.grounds
            before = grounds.of("HL-1", "")
            wanting = replace(RULE, changed=lambda *_: grounds.changed("HL-1", before))
            rows = {
                rule.required: steps_of(f"sqlite:///{folder}/{rule.required}.db", rule, card, count)
                for rule in (replace(RULE, required="none"), wanting)
            }  # fmt: skip
    print(f"{count} notices, one approver ({card.kind}); medians in ms")
    print(f"{'':16} {'none':>8} {'checker':>8}")
    for step, name in enumerate(STEPS):
        middle = [statistics.median(row[step] for row in rows[each]) for each in rows]
        print(f"{name:16} {middle[0]:8.2f} {middle[1]:8.2f}")
    total = [statistics.median(map(sum, rows[each])) for each in rows]
    print(f"{'together':16} {total[0]:8.2f} {total[1]:8.2f}")
    # other programs on the same processor only add: they empty its caches
    quick = [statistics.quantiles(map(sum, rows[each]), n=10)[0] for each in rows]
    print(f"{'fastest tenth':16} {quick[0]:8.2f} {quick[1]:8.2f}")
    print(f"an approval and its checks add {total[1] - total[0]:.2f} ms to a notice")
    print(f"  and {quick[1] - quick[0]:.2f} ms in the fastest tenth")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
