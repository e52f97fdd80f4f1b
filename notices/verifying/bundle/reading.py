"""An evidence bundle, and what can be read from it; each on demand and once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from asn1crypto import pem, x509

from notices.asn1_values import CertificateAsRead
from notices.ledger import Checkpoint, Cosignature, VerifierKey
from notices.messages import Text
from notices.verifying.approval.shown import ShownApproval
from notices.verifying.bundle import archive_timestamps, members, record
from notices.verifying.bundle.archive_timestamps import Layer
from notices.verifying.bundle.history import History
from notices.verifying.bundle.manifest import Manifest
from notices.verifying.bundle.members import EVIDENCE
from notices.verifying.bundle.parsing import parse_json
from notices.verifying.bundle.record import Record
from notices.verifying.checks import NotApplicable, Refusal, malformed
from notices.verifying.cms import der, timestamp
from notices.verifying.cms.path import Material, material_of
from notices.verifying.content import NoticeJson, read_notice_json
from notices.verifying.mail.message import Message
from notices.verifying.policy import Policy
from notices.verifying.revocation.answers import (
    NO_ANSWERS,
    Revocation,
    read_crl,
    read_ocsp,
)
from notices.verifying.signed_content import SignedContent
from notices.verifying.zip_reader import (
    MANIFEST,
    SIGNATURE,
    MalformedContainer,
    read_container,
)


class Bundle:
    """A bundle and what can be read from it."""

    def __init__(self, data: bytes, policy: Policy) -> None:
        self.data = data
        self.policy = policy

    @cached_property
    def members(self) -> Mapping[str, bytes]:
        """Every member; Refusal if the container is not as ours are."""
        try:
            return read_container(self.data)
        except MalformedContainer as error:
            raise malformed(str(error)) from error

    def member(self, name: str) -> bytes:
        """One that must be there."""
        if name not in self.members:
            raise malformed(Text("{name} is missing", name=name))
        return self.members[name]

    @cached_property
    def manifest(self) -> Manifest:
        """What the signature covers."""
        return archive_timestamps.parsed(self.member(MANIFEST), MANIFEST)

    @cached_property
    def layers(self) -> Sequence[Layer]:
        """The renewals, the oldest first."""
        return archive_timestamps.layers(self.members)

    @cached_property
    def answers(self) -> Revocation:
        """Revocation answers that the bundle carries."""
        return self._carried[0]

    @cached_property
    def _carried(self) -> tuple[Revocation, tuple[x509.Certificate, ...]]:
        """Answers and certificates; Refusal for what is none, by its name."""
        answers, certificates = NO_ANSWERS, list[x509.Certificate]()
        for name, content in self.members.items():
            if not name.startswith(EVIDENCE):
                continue
            try:
                if name.endswith(".crl"):
                    answers += read_crl(content)
                elif name.endswith(".ocsp"):
                    answers += read_ocsp(content)
                elif name.endswith(".pem"):
                    certificates += _certificates(content)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise malformed(Text("{name} cannot be read", name=name)) from error
        return answers, tuple(certificates)

    @cached_property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """Certificates that the bundle carries."""
        return self._carried[1]

    @cached_property
    def material(self) -> Material:
        """For time stamps: roots, intermediates and all revocation answers."""
        return material_of(
            self.policy, certificates=self.certificates, revocation=self.answers
        )

    @cached_property
    def archived(self) -> list[datetime]:
        """The times of the renewals, the oldest first."""
        return archive_timestamps.prove(
            self.members, self.layers, self.material, self.policy.at
        )

    @property
    def signed(self) -> SignedContent:
        """The manifest and its signature."""
        return self._signed

    @cached_property
    def _signed(self) -> SignedContent:
        return SignedContent(
            der=self.member(SIGNATURE),
            content=self.member(MANIFEST),
            policy=self.policy,
            revocation=self.answers,
            before=self._before,
        )

    @property
    def _before(self) -> datetime | None:
        """What the oldest renewal proves; B09 tells if one of them does not hold."""
        try:
            return self.archived[0] if self.archived else None
        except Refusal:
            return None

    @cached_property
    def record(self) -> Record:
        """The record of the notice."""
        return record.read_record(self.member(members.RECORD))

    @cached_property
    def history(self) -> History:
        """Its events, each proven to be in the log."""
        return record.prove_history(self.record, self.checkpoint)

    @cached_property
    def log_key(self) -> VerifierKey:
        """The log's key; the bundle's signature vouches for it."""
        self.member(members.LOG_KEY)
        return record.read_log_key(self.members)

    @cached_property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint, signed by the log."""
        self.member(members.CHECKPOINT)
        return record.read_checkpoint(self.members, self.log_key)

    @cached_property
    def cosignatures(self) -> tuple[Cosignature, ...]:
        """Those of the witnesses that the auditor trusts, each verified."""
        witnesses = self.policy.witnesses.witnesses
        return record.read_cosignatures(self.members, witnesses)

    @cached_property
    def stamped_checkpoint(self) -> datetime | None:
        """The time that the checkpoint's time stamp proves; None without one."""
        token = self.members.get(members.CHECKPOINT_STAMP)
        if token is None:
            return None
        return timestamp.prove(
            timestamp.read_token(token),
            record.stamped_note(self.members, self.log_key),
            self.material,
            self.inner_policy.at,
        )

    @cached_property
    def inner_policy(self) -> Policy:
        """For what lies inside: the proven time is the clock."""
        return replace(
            self.policy,
            at=self.signed.proven or self.policy.at,
            revocation=self.answers + self.policy.revocation,
        )

    @cached_property
    def mail(self) -> Message | None:
        """The mail as it was sent; None in a redacted bundle."""
        data = self.members.get(members.MESSAGE)
        return None if data is None else Message(data, self.inner_policy)

    @property
    def approval(self) -> ShownApproval:
        """The approval that it was queued with, as far as the bundle shows it."""
        return self._approval

    @cached_property
    def _approval(self) -> ShownApproval:
        history = self.history
        return ShownApproval(
            members=self.members,
            events=history.events,
            others=history.others,
            log=self.checkpoint.origin,
            is_left_out=self.mail is None,
            parties=self.policy.relying_parties,
            tolerance=self.policy.clock_tolerance,
            judgment=lambda: parse_json(self.member(members.JUDGMENT)),
            mail_says=self._mail_says,
            mail_parts=self._mail_parts,
            is_opened=self.record.is_opened,
        )

    def _mail_says(self) -> dict[str, str]:
        mail, statement = self._sent_mail, self.notice.statement
        return {
            "number": statement.number,
            "case_id": statement.case_id,
            "form": statement.form,
            "recipient": statement.recipient,
            "mailbox": mail.addressee,
            "subject": mail.subject,
        }

    def _mail_parts(self) -> list[bytes]:
        return [leaf.content for leaf in self._sent_mail.split.parts]

    @property
    def _sent_mail(self) -> Message:
        if self.mail is None:
            raise NotApplicable("the mail was left out")
        return self.mail

    @cached_property
    def notice(self) -> NoticeJson:
        """`notice.json`."""
        return read_notice_json(self.member(members.NOTICE))


def _certificates(content: bytes) -> list[x509.Certificate]:
    """Those of a PEM file, each read to its end; ValueError for what is none."""
    found = [octets for _, _, octets in pem.unarmor(content, multiple=True)]
    certificates = []
    for octets in found:
        der.check(octets)
        certificate = CertificateAsRead.load(octets, strict=True)
        _ = certificate.native
        certificates.append(certificate)
    return certificates
