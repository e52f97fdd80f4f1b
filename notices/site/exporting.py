"""Evidence bundles of a site's notices, and their renewal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from notices.errors import ConfigError, InputError, NotProvable, RefusedError
from notices.evidence import (
    Ledger,
    RevocationSources,
    authority_evidence,
    members,
    renew,
    require_genuine,
    require_proven,
    seal,
    tokens_in,
    trial_token,
)
from notices.files import require_free, safe_write
from notices.inbox.reports import InboundReports
from notices.messages import Text
from notices.signing import sign_manifest
from notices.site.ledger.auditing import SiteLedger
from notices.site.ledger.showing import notices_of
from notices.site.recorded_history import history_of
from notices.site.signer.desk import SignerDesk
from notices.site.signer.signer import Signer
from notices.store import (
    Store,
    StoredApprovals,
    StoredNotice,
)

SUFFIX = ".asice"
LETTER = ("pdf", "docx", "txt")
"""The shapes in which a letter is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """An evidence bundle, not yet in a file."""

    file_name: str
    """Such as `R8-1-000123.asice`."""
    number: str
    """整理番号."""
    content: bytes
    """The container."""
    warnings: tuple[str, ...] = ()
    """What a verifier will have to be given besides."""
    doubt: str = ""
    """Why our own verifier does not prove it; empty if it does."""


@dataclass(frozen=True, kw_only=True)
class Exporter:
    """Puts notices into evidence bundles, and renews those."""

    store: Store
    """The outbox."""
    reports: InboundReports
    """The mails that came in as evidence."""
    approvals: StoredApprovals
    """What people signed."""
    desk: SignerDesk
    """Opens and judges the signer."""
    ledger: SiteLedger
    """Signs checkpoints."""
    mailbox: str
    """Who signs bundles."""
    timestamp_urls: tuple[str, ...]
    """Authorities for renewals."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def export(
        self,
        case_id: str,
        *,
        number: str = "",
        redact: bool = False,
        unproven: bool = False,
    ) -> list[Exported]:
        """One bundle for each notice of a case, each judged by our own verifier.

        number: of the one notice that is wanted; empty: all. InputError if the case
        has none with it.

        A checkpoint is issued first, so that every event is in it. Raises what signing
        raises: CertificateNotUsable, KeyUnavailable, RevocationUnavailable,
        TimestampUnavailable; NotProvable if a bundle is not proven by what is in it
        (unproven: then it is told in `doubt`). Nothing was exported then.
        """
        notices = self._wanted(case_id, number)
        if not redact:
            _require_there(self.store, notices)
        signer = self.desk.signer(self.clock())
        for stored in notices:
            self.store.exported(stored.number, redacted=redact, now=self.clock())
        tree = self.store.ledger.tree()
        ledger = Ledger(
            tree=tree,
            issued=self.ledger.cosigned(self.ledger.issue(tree)),
            key=self.ledger.log_key.public(),
            witnesses=[one.key for one in self.ledger.witnesses.witnesses],
        )
        made = [
            self._export(stored, ledger, signer, redact=redact) for stored in notices
        ]
        if not unproven:
            _require_proven(made)
        return made

    def numbers(self, case_id: str, number: str = "") -> list[str]:
        """Of the notices that `export` would write bundles for; it raises the same."""
        return [stored.number for stored in self._wanted(case_id, number)]

    def _wanted(self, case_id: str, number: str) -> list[StoredNotice]:
        notices = notices_of(self.store, case_id)
        wanted = [stored for stored in notices if number in ("", stored.number)]
        if not wanted:
            raise InputError(
                Text("{case} has no notice {number}", case=case_id, number=number),
                hint="`notices list` shows the numbers",
            )
        return _signed(wanted)

    def _export(
        self,
        stored: StoredNotice,
        ledger: Ledger,
        signer: Signer,
        *,
        redact: bool,
    ) -> Exported:
        history = history_of(self.store, self.reports, self.approvals, stored)
        documents = {
            f"documents/{name}": each for name, each in history.documents.items()
        }
        tokens = (
            *tokens_in(documents),
            *filter(None, [ledger.issued.time_stamp]),
            *trial_token(signer.timestamper),
        )
        stamps = authority_evidence(tokens, self._sources())
        content = members(
            history,
            ledger,
            certificates=(
                signer.key.certificate,
                *signer.key.chain,
                *stamps.certificates,
            ),
            answers=signer.answers | stamps.answers,
            redact=redact,
        )
        # authorities were asked since the signer was opened
        signing_time = self.clock().replace(microsecond=0)
        bundle = seal(
            content,
            lambda manifest: sign_manifest(
                manifest,
                signer.key,
                signing_time=signing_time,
                revocation=signer.answers,
                timestamper=signer.timestamper,
            ),
        )
        suffix = f".redacted{SUFFIX}" if redact else SUFFIX
        judge = replace(
            self.desk.judge_of_evidence,
            signers=(self.mailbox,),
            log_keys=(str(ledger.key),),
        )
        return Exported(
            file_name=f"{stored.number}{suffix}",
            number=stored.number,
            content=bundle,
            warnings=stamps.warnings,
            doubt=judge.doubt(bundle, self.clock()),
        )

    def letters(self, number: str, directory: Path) -> list[Path]:
        """Write the letter of a notice as PDF (signed), DOCX and text: new files."""
        written = [directory / f"{number}.{suffix}" for suffix in LETTER]
        for path in written:
            require_free(path)
        for path, suffix in zip(written, LETTER, strict=True):
            safe_write(path, self.store.artifact(number, f"letter.{suffix}"))
        return written

    def renew(self, bundle: bytes) -> tuple[bytes, tuple[str, ...]]:
        """A copy of a bundle with one more archive time stamp, and warnings.

        The authority is judged before, and the copy by our own verifier:
        TimestampUnavailable, RevocationUnavailable, NotProvable; RefusedError for a
        bundle that is false. Then the bundle is to be kept as it is.
        """
        urls = self.timestamp_urls
        if not urls:
            raise ConfigError(
                "a renewal needs a time-stamp authority",
                hint="name one in signing.timestamp_urls of notices.toml",
            )
        judge = self.desk.judge_of_evidence
        require_genuine(bundle, judge, self.clock())
        chain = self.desk.chain(self.clock())
        stampers = self.desk.authorities.stampers(chain, is_required=True)
        renewed, warnings = renew(bundle, stampers, self._sources())
        require_proven(renewed, replace(judge, may_lack_answers=False), self.clock())
        return renewed, warnings

    def _sources(self) -> RevocationSources:
        return RevocationSources(
            trust=self.desk.authorities.trust,
            trust_tsa=self.desk.authorities.trust_tsa,
            chain=self.desk.chain(self.clock()),
            answers=self.desk.authorities.answers,
            transport=self.desk.authorities.transport,
            clock=self.clock,
            tolerance=self.desk.authorities.tolerance,
        )


def _require_proven(made: list[Exported]) -> None:
    for bundle in made:
        if bundle.doubt:
            raise NotProvable(
                Text(
                    "the bundle of {number} would not be proven: {why}",
                    number=bundle.number,
                    why=bundle.doubt,
                ),
                hint="nothing was written; see `notices doctor`, or add --unproven",
            )


def _signed(notices: Sequence[StoredNotice]) -> list[StoredNotice]:
    """Those that have a message; RefusedError if there is none."""
    signed = [stored for stored in notices if stored.message_id]
    if not signed:
        raise RefusedError(
            Text("{number} is not signed yet", number=notices[0].number),
            hint="a bundle proves what was signed: approve it, then notices sign",
        )
    return signed


def _require_there(store: Store, notices: Sequence[StoredNotice]) -> None:
    """RefusedError where the texts of a notice are gone: they cannot be shown."""
    for stored in notices:
        if not store.judgment(stored.number):
            raise RefusedError(
                Text(
                    "the texts of {number} were disposed of: no bundle can show them",
                    number=stored.number,
                ),
                hint="type --redact: a redacted bundle proves the rest",
            )
