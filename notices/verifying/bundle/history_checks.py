"""Judging the history and the documents of a bundle: B17 to B28, B31, B32.

Each gives what it compared, or raises Refusal or NotApplicable.
"""

import hashlib
import re
from collections.abc import Iterator

from notices.judgment import JST
from notices.ledger import EventKind, RecordedEvent
from notices.media_types import JSON, PDF
from notices.messages import Text, listed
from notices.report import SubIndication
from notices.verifying.before_bundle import made_by
from notices.verifying.bundle import entries, members
from notices.verifying.bundle.history import History, check_times, final_state
from notices.verifying.bundle.reading import Bundle
from notices.verifying.checks import NotApplicable, Refusal, malformed, readable
from notices.verifying.content import check_text
from notices.verifying.mail import docx
from notices.verifying.signed_content import expected_signer, normal_mailbox


def inclusion(evidence: Bundle) -> str:
    """Every event is in the tree of the checkpoint."""
    count, size = len(evidence.history.events), evidence.checkpoint.size
    return Text("{count} events in a log of {size}", count=count, size=size)


def account(evidence: Bundle) -> str:
    """What is told of the notice is what the log says."""
    return evidence.record.check_account(evidence.history)


def commitments(evidence: Bundle) -> str:
    """The documents are those that the log committed to."""
    return evidence.record.check_documents(evidence.history, evidence.members)


def delivery(evidence: Bundle) -> str:
    """What is told of the attempts is what the log says."""
    return evidence.record.check_delivery(evidence.history, evidence.members)


def received(evidence: Bundle) -> str:
    """The mails that came in are those of the log."""
    return evidence.record.check_received(evidence.history, evidence.members)


def moves(evidence: Bundle) -> str:
    """Every event is a step that a delivery can make."""
    state = final_state(evidence.history)
    return Text(
        "{count} events lead to {state}",
        count=len(evidence.history.events),
        state=state or "no delivery",
    )


def times(evidence: Bundle) -> str:
    """Times do not run backwards along the chain."""
    return check_times(
        evidence.history,
        until=readable(lambda: evidence.stamped_checkpoint),
        sealed=readable(lambda: evidence.signed.signature.signing_time),
        tolerance=evidence.policy.clock_tolerance,
    )


def complete(evidence: Bundle) -> str:
    """Nothing was left out (`docs/formats.md`, 9)."""
    if missing := list(evidence.record.missing(evidence.history)):
        raise Refusal(
            SubIndication.SIGNED_DATA_NOT_FOUND,
            Text("not complete; missing: {what}", what=listed(missing, ", ")),
        )
    last = evidence.history.events[-1]
    day = last.at.astimezone(JST).date()
    return Text(
        "complete up to entry {seq} of the ledger, {day}", seq=last.seq, day=day
    )


def sealed(evidence: Bundle) -> str:
    """The bundle's signer is the mail's, or one whom the auditor named.

    The log's key is vouched for by this signer; so a stranger with any certificate of
    a trusted root could otherwise tell another history of a genuine mail.
    """
    policy, sealer = evidence.policy, evidence.signed
    if policy.mailboxes or policy.certificates:
        return Text(
            "{expected_signer}, who was expected",
            expected_signer=expected_signer(evidence),
        )
    fingerprint = sealer.signature.certificate.sha256.hex()
    prepared = evidence.history.one(EventKind.PREPARED)
    if fingerprint == prepared.facts["signer_certificate_sha256"]:
        return Text(
            "the signer of the notice, SHA-256 {fingerprint}", fingerprint=fingerprint
        )
    own = {normal_mailbox(one) for one in sealer.mailboxes}
    if evidence.mail is None:
        raise NotApplicable(
            "the mail was left out, and the notice was signed with another certificate"
        )
    theirs = {normal_mailbox(one) for one in evidence.mail.signed.mailboxes}
    if own & theirs:
        return Text(
            "the same mailbox as the mail's signer: {names}",
            names=", ".join(sorted(own)),
        )
    raise malformed(
        Text(
            "sealed by {own}, the mail was signed by {theirs}",
            own=", ".join(sorted(own)) or "no mailbox",
            theirs=", ".join(sorted(theirs)) or "no mailbox",
        )
    )


def one_notice(evidence: Bundle) -> str:
    """Mail, letter and record are of one notice."""
    mail = evidence.mail
    if mail is None:
        # nothing would be compared with it: the writer shows both, or neither
        if members.LETTER in evidence.members:
            raise malformed("the letter is shown without the mail that it went with")
        raise NotApplicable("the mail was left out")
    for media_type, name in (
        (PDF, members.LETTER),
        (JSON, members.NOTICE),
    ):
        if mail.attachment(media_type).content != evidence.member(name):
            raise malformed(Text("{name} is not what the mail has", name=name))
    digest = hashlib.sha256(mail.data).hexdigest()
    wanted = evidence.record.told(evidence.history)
    statement = evidence.notice.statement
    in_mail = {
        "message_sha256": digest,
        "message_id": mail.split.protected("Message-ID"),
        "number": statement.number,
        "case_id": statement.case_id,
        "recipient": statement.recipient,
        "mailbox": evidence.notice.mailbox,
        "form": statement.form,
        "date": statement.date.isoformat(),
    }
    for what, told in wanted.items():
        if in_mail[what] != told:
            raise malformed(
                Text(
                    "{what}: the record has {wanted}, the mail {told}",
                    what=what,
                    wanted=told,
                    told=in_mail[what],
                )
            )
    return Text(
        "{number}, message sha256 {digest}",
        number=evidence.record.number,
        digest=digest,
    )


def agreeing(evidence: Bundle) -> str:
    """What the entries tell can all be so."""
    return entries.check(
        evidence.history,
        redacted=bool(evidence.record.redacted),
        tolerance=evidence.policy.clock_tolerance,
    )


def other_shapes(evidence: Bundle) -> str:
    """The letter as DOCX and as text, which nobody signed on their own."""
    shapes = []
    if (content := evidence.members.get(members.LETTER_DOCX)) is not None:
        statement = evidence.notice.statement
        name = f"{statement.form}-{statement.number}.docx"
        shapes.append(docx.check(content, name, evidence.notice))
        _check_words(evidence, "letter.docx", docx.text(content))
    if (content := evidence.members.get(members.LETTER_TEXT)) is not None:
        text = content.decode("utf-8")
        shapes.append(check_text(text, evidence.notice))
        _check_words(evidence, "letter.txt", _RULE.sub("", text))
    if not shapes:
        raise NotApplicable("neither DOCX nor text of the letter is shown")
    return listed(shapes)


def _check_words(evidence: Bundle, name: str, text: str) -> None:
    """They say what the pages of the letter say, where those could be read."""
    mail = evidence.mail
    shown = mail and readable(lambda: mail.letter.shown)
    if shown and "".join(text.split()) != "".join(shown.text.split()):
        raise malformed(
            Text("{name} does not say what the pages of the letter say", name=name)
        )


def _check_place(history: History, seq: object, leaf: str) -> None:
    """What it follows was made before, is another notice, and has a leaf."""
    own = history.one(EventKind.PREPARED).seq
    is_before = type(seq) is int and 0 <= seq < own
    if not is_before or any(event.seq == seq for event in history.events):
        raise malformed(
            Text(
                "it follows entry {seq} of the ledger, and is of entry {own} itself",
                seq=seq,
                own=own,
            )
        )
    if not _LEAF.fullmatch(leaf):
        raise malformed(Text("follows_leaf {leaf} is no leaf hash", leaf=leaf))


_RULE = re.compile(r"^-{40,}$", re.MULTILINE)
"""Between the two languages of a text; on pages it is a line."""
_LEAF = re.compile(r"[0-9a-f]{64}")
_REQUESTS = ("notice", "test")
"""Kinds of keys of what follows nothing."""
_OF_TESTS = "test-"
"""Before the kind of what follows a test."""


def before(evidence: Bundle) -> str:
    """The event that made it, and `notice.json`, follow a notice alike, or none."""
    facts = evidence.history.one(EventKind.PREPARED).facts
    kind, seq = str(facts.get("kind", "")), facts.get("follows_seq")
    is_request = kind in _REQUESTS
    if is_request != (seq is None):
        raise malformed(
            Text(
                "the log has a {kind}: only what is no request follows another",
                kind=kind,
            )
        )
    if kind.startswith(_OF_TESTS) and facts.get("test") is not True:
        raise malformed(Text("the log has a {kind} that is no test", kind=kind))
    kind = kind.removeprefix(_OF_TESTS)
    if members.NOTICE in evidence.members:
        told = evidence.notice.kind
        if told != ("request" if is_request else kind):
            raise malformed(
                Text("the log has a {kind}, notice.json a {told}", kind=kind, told=told)
            )
    if is_request:
        raise NotApplicable("it is a request, and follows no other notice")
    leaf = str(facts.get("follows_leaf", ""))
    _check_place(evidence.history, seq, leaf)
    words = Text("{kind} after entry {seq} of the ledger", kind=kind, seq=seq)
    if not (known := list(_at_hand(evidence, seq))):
        return words
    for event in known:
        _check_same(event, seq, leaf)
    return Text("{words}, which was compared", words=words)


def _at_hand(evidence: Bundle, seq: object) -> Iterator[RecordedEvent]:
    """What made the notice before, from its bundle: by number, else by its place."""
    number = ""
    if members.NOTICE in evidence.members and (told := evidence.notice.follows):
        number = told.number
    for event in made_by(evidence.policy.notices):
        if event.number == number if number else event.seq == seq:
            yield event


def _check_same(event: RecordedEvent, seq: object, leaf: str) -> None:
    if (event.seq, event.hash.hex()) != (seq, leaf):
        raise malformed(
            Text(
                "it follows entry {seq}, {leaf}; {number} is entry {own}, {own_leaf}",
                seq=seq,
                leaf=leaf,
                number=event.number,
                own=event.seq,
                own_leaf=event.hash.hex(),
            )
        )
