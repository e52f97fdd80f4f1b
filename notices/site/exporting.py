"""Evidence bundles of a site's notices, and their renewal."""

from dataclasses import dataclass
from datetime import datetime

from notices.errors import ConfigError, InputError
from notices.evidence import (
    History,
    Ledger,
    Sources,
    authority_evidence,
    members,
    renew,
    seal,
    tokens_in,
    trial_token,
)
from notices.ledger import Tree
from notices.outbox import JUDGMENT, Store, Stored
from notices.signing import HttpTransport, sign_manifest
from notices.site.auditing import found_notices, issue
from notices.site.keys import Signer
from notices.site.log_key import public_key
from notices.site.parts import Parts

SUFFIX = ".asice"


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


def export(parts: Parts, case_id: str, *, redact: bool = False) -> list[Exported]:
    """One bundle for each notice of a case.

    A checkpoint is issued first, so that every event is in it. Raises what signing
    raises: CertificateNotUsable, KeyUnavailable, RevocationUnavailable,
    TimestampUnavailable; then nothing was exported.
    """
    found = found_notices(parts, case_id)
    now = parts.clock()
    signer = parts.desk.signer(now)
    tree = Tree(parts.store.leaves())
    ledger = Ledger(tree=tree, issued=issue(parts, tree), key=public_key(parts))
    return [
        _export(parts, stored, ledger, signer, now, redact=redact) for stored in found
    ]


def _export(
    parts: Parts,
    stored: Stored,
    ledger: Ledger,
    signer: Signer,
    now: datetime,
    *,
    redact: bool,
) -> Exported:
    history = _history(parts.store, stored)
    documents = {f"documents/{name}": each for name, each in history.documents.items()}
    tokens = (
        *tokens_in(documents),
        *filter(None, [ledger.issued.time_stamp]),
        *trial_token(signer.timestamper),
    )
    stamps = authority_evidence(tokens, _sources(parts))
    content = members(
        history,
        ledger,
        certificates=(signer.key.certificate, *signer.key.chain, *stamps.certificates),
        answers=signer.answers | stamps.answers,
        redact=redact,
    )
    bundle = seal(
        content,
        lambda manifest: sign_manifest(
            manifest,
            signer.key,
            signing_time=now.replace(microsecond=0),
            revocation=signer.answers,
            timestamper=signer.timestamper,
        ),
    )
    suffix = f".redacted{SUFFIX}" if redact else SUFFIX
    return Exported(
        file_name=f"{stored.number}{suffix}",
        number=stored.number,
        content=bundle,
        warnings=stamps.warnings,
    )


def _history(store: Store, stored: Stored) -> History:
    number = stored.number
    documents = {
        name: store.artifact(number, name) for name in store.artifact_names(number)
    }
    documents[JUDGMENT] = store.judgment(number).encode()
    return History(
        stored=stored,
        documents=documents,
        attempts=store.attempts(number),
        events=store.events(number),
        secret=store.secret(number),
        received=_received(store, number),
    )


def _received(store: Store, number: str) -> dict[str, bytes]:
    """The mails that came in about a notice, as far as they were kept."""
    found = {}
    for report in store.reports.of(number):
        try:
            found[f"{report.sha256}.eml"] = store.reports.raw(report.sha256)
        except InputError:
            continue
    return found


def renew_bundle(parts: Parts, bundle: bytes) -> tuple[bytes, tuple[str, ...]]:
    """A copy of a bundle with one more archive time stamp, and warnings."""
    urls = parts.config.signing.timestamp_urls
    if not urls:
        raise ConfigError(
            "a renewal needs a time-stamp authority",
            hint="name one in signing.timestamp_urls of notices.toml",
        )
    return renew(bundle, parts.desk.stampers, _sources(parts))


def _sources(parts: Parts) -> Sources:
    return Sources(
        trust=parts.desk.trust,
        chain=parts.desk.key(parts.clock()).chain,
        answers=parts.desk.kept_answers,
        transport=HttpTransport(),
        clock=parts.clock,
        tolerance=parts.desk.tolerance,
    )
