"""`notices doctor --rehearse`: everything as for real, and nothing is sent.

A mail and a letter are signed, every reader that is installed judges them, each place
that a certificate names is asked, and the relay is talked to up to AUTH.
"""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from cryptography import x509

from notices.errors import NoticesError
from notices.judgment import JST
from notices.letters import LetterSettings, Templates, sample_notice
from notices.mail import split
from notices.messages import Text, listed
from notices.notice import Center, Form, Notice
from notices.report import Report, Verdict
from notices.signing import PdfLevel, is_example, shown
from notices.signing.moment import Moment
from notices.signing.readers.programs import READERS, NotAsked, Signed, opinion
from notices.signing.revocation.fetching import answers_of_each_place
from notices.signing.revocation.judging import statuses
from notices.signing.revocation.status import Standing
from notices.signing.revocation.transport import TransportError
from notices.site.doctor.checkup import Checkup, fault, guard, warning
from notices.site.preparing.documents import (
    make_documents,
    make_headers,
    sign_documents,
    sign_message,
)
from notices.site.signer.desk import SignerDesk
from notices.site.signer.signer import Signer
from notices.smtp import Relay, reach
from notices.verifying import verify

REFUSED = 69
"""Exit code where a reader does not accept what we sign."""


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """Signs, is judged and knocks, as a notice would, and leaves no trace."""

    desk: SignerDesk
    """Opens and judges the signer."""
    center: Center
    """Who asks: here itself."""
    templates: Templates
    """Wording and layout."""
    letter_settings: LetterSettings
    """How letters look."""
    pdf_level: PdfLevel
    """Level of the letter's signature."""
    open_relay: Callable[[], Relay]
    """The relay with its password."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def examine(self) -> Iterator[Checkup]:
        """A line for each reader and each place."""
        try:
            signer = self.desk.signer(self.clock())
            signed = self._signed(signer)
        except NoticesError as error:
            yield fault("rehearsal: sign", error)
            # which place does not answer is what has to be known now
            with suppress(NoticesError):
                yield from self._asked(self.desk.path(self.clock()))
        else:
            detail = Text(
                "mail of {count}, letter of {count2} bytes",
                count=len(signed.message),
                count2=len(signed.pdf),
            )
            yield Checkup(name="rehearsal: sign", status="ok", detail=detail)
            yield from self._judged(signed)
            yield from self._asked(signer.path)
        yield guard("rehearsal: relay", self._reached)

    def _signed(self, signer: Signer) -> Signed:
        now = self.clock().replace(microsecond=0)
        notice = self._notice(now)
        documents = make_documents(
            notice, templates=self.templates, settings=self.letter_settings
        )
        headers = make_headers(notice, documents.mail, now)
        documents = sign_documents(
            documents,
            signer,
            now,
            level=self.pdf_level,
            clock=self.clock,
            tolerance=self.desk.authorities.tolerance,
        )
        octets = sign_message(headers, documents, notice, signer, now)
        self.desk.require_accepted(octets, signer, self.clock())
        parts = split(octets)
        return Signed(
            message=octets,
            entity=parts.entity,
            signature=parts.signature,
            pdf=documents.signed_pdf,
        )

    def _notice(self, now: datetime) -> Notice:
        """The sample of form 1, to ourselves and marked as a test."""
        sample = sample_notice(
            Form.FORM_1, templates=self.templates, center=self.center
        )
        to_us = replace(sample.recipient, mailbox=self.center.mailbox)
        day = now.astimezone(JST).date()
        return replace(sample, recipient=to_us, date=day, is_draft=False, is_test=True)

    def _judged(self, signed: Signed) -> Iterator[Checkup]:
        for what, data in (("mail", signed.message), ("letter", signed.pdf)):
            report = verify(
                data,
                trust=self.desk.authorities.trust_files,
                trust_tsa=self.desk.authorities.trust_tsa_files,
                at=self.clock(),
                clock_tolerance=self.desk.authorities.tolerance,
            )
            who = Text("our verifier, the {what}", what=what)
            if self.desk.is_left_open(report):
                yield warning(f"rehearsal: {who}", _why(report))
            else:
                yield _told(who, _why(report))
        for name, reader in READERS.items():
            with tempfile.TemporaryDirectory(prefix="notices-") as folder:
                roots = self.desk.authorities.trust
                try:
                    yield _told(name, opinion(reader, signed, roots, Path(folder)))
                except NotAsked as error:
                    yield warning(f"rehearsal: {name}", str(error))

    def _asked(self, path: tuple[x509.Certificate, ...]) -> Iterator[Checkup]:
        """Each place of each certificate, also those that nobody needed today."""
        authorities = self.desk.authorities
        if not path or is_example(path[0]):
            return  # it is of nobody's authority, and talks to this machine alone
        for index, (certificate, issuer) in enumerate(pairwise(path)):
            for url, answer in answers_of_each_place(
                certificate, issuer, authorities.transport
            ):
                name = f"rehearsal: {shown(url)}"
                if isinstance(answer, TransportError):
                    yield warning(name, str(answer), "the other places must answer")
                    continue
                moment = Moment(self.clock(), authorities.tolerance)
                policy = (
                    authorities.policy
                    if not index
                    else replace(authorities.policy, max_age=None)
                )
                [status] = statuses((certificate, issuer), answer, moment, policy)
                if status.standing is Standing.GOOD:
                    yield Checkup(name=name, status="ok", detail=status.detail)
                else:
                    yield warning(name, f"{status.standing}: {status.detail}")

    def _reached(self) -> str:
        relay = self.open_relay()
        tls = asyncio.run(reach(relay))
        told = f"{relay.remote}: {tls or 'in clear'}"
        return (
            Text("{told}, AUTH as {username}", told=told, username=relay.username)
            if relay.username
            else told
        )


def _why(report: Report) -> str:
    """The verdict and what it rests on; empty where all is well."""
    if report.verdict is Verdict.TOTAL_PASSED:
        return ""
    bad = [
        Text("{check}: {detail}", check=one.id, detail=one.detail)
        for one in report.findings
        if one.sub_indication
    ]
    verdict = report.verdict.value
    return Text("{verdict}, {bad}", verdict=verdict, bad=listed(bad))


def _told(who: str, why_not: str) -> Checkup:
    name = f"rehearsal: {who}"
    if not why_not:
        return Checkup(name=name, status="ok", detail="accepts it")
    return Checkup(
        name=name,
        status="fault",
        detail=Text("does not accept it: {why}", why=why_not),
        advice="look at key, chain and signing.trust; nothing was sent",
        exit_code=REFUSED,
    )
