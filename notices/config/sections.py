"""What `notices.toml` may say: a class per section, a field per key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from notices.config.approval import ApprovalSection
from notices.config.casework import (
    CalendarSection,
    CaseworkSection,
    StatisticsSection,
)
from notices.config.judgment_sections import (
    AbroadSection,
    CasesSection,
    JudgmentSection,
    RecipientsSection,
)
from notices.config.mail_sections import (
    ArchiveSection,
    InboxSection,
    SmtpSection,
    WorkerSection,
)
from notices.config.retention import RetentionSection
from notices.config.service import ServiceSection
from notices.config.signing_sections import SigningSection
from notices.rules import Attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class CenterSection:
    """`[center]`: who asks, as letters and mails name it."""

    name: str
    """Official Japanese name."""
    name_en: str
    """English name."""
    address: str
    """住所."""
    address_en: str
    """The address in English."""
    phone: str
    """連絡先（電話番号）."""
    phone_international: str
    """The number with the country code."""
    mailbox: str
    """The address that sends; the certificate must name it."""
    verification_page: str
    """https address that tells how to check a mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberingSection:
    """`[numbering]`: how 整理番号 are written."""

    pattern: str = "{era}{era_year}-{form}-{serial:06d}"
    """See `number_text`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormsSection:
    """`[forms]`: wording and look of letters."""

    templates: str = ""
    """Folder with the site's own templates; empty: none."""
    fonts: tuple[str, ...] = ()
    """More TrueType files for rare characters."""
    url_style: Literal["exact", "defanged"] = "exact"
    """How the mail's own sentences write addresses."""
    attachments: tuple[Attachment, ...] = ()
    """What goes along besides PDF and notice.json: `docx`, `xarf`."""
    voluntary_note: bool = True
    """True: the note stands below the letter, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSection:
    """`[outbox]`: where notices and their history are kept."""

    url: str = "sqlite:///outbox.sqlite"
    """`sqlite:///FILE`."""
    high_water_mark: str = "outbox.mark"
    """File that tells what the database had reached; empty: none is kept."""
    disposals: str = "disposals.jsonl"
    """File that tells what was disposed of, for a restored database; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessEntry:
    """One of `[ledger] witnesses`: who cosigns checkpoints (C2SP tlog-witness)."""

    key: str
    """Verifier key, `NAME+HASH+BASE64`, of cosignature/v1."""
    url: str
    """Submission prefix: `/add-checkpoint` is added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSection:
    """`[ledger]`: how checkpoints of the ledger are signed."""

    origin: str = ""
    """Name of the log; empty: the domain of `center.mailbox` and `/notices`."""
    signing_key: str = "ledger.key"
    """File of the Ed25519 key, mode 0600; made at the first checkpoint."""
    checkpoint: str = "ledger.checkpoint"
    """File that gets each checkpoint; a database that is older than it is on hold."""
    witnesses: tuple[WitnessEntry, ...] = ()
    """Who is asked to cosign checkpoints."""
    quorum: int = 0
    """How many of them make a checkpoint a cosigned one; 0: all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeSection:
    """`[test]`: everything goes to one address of our own."""

    address: str = ""
    """Where; empty: no test mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A whole `notices.toml`."""

    path: Path
    """The file; its folder is the site's."""
    center: CenterSection
    """Who asks."""
    numbering: NumberingSection = field(default_factory=NumberingSection)
    """How numbers are written."""
    forms: FormsSection = field(default_factory=FormsSection)
    """Wording and look."""
    signing: SigningSection
    """Key and demands."""
    smtp: SmtpSection
    """The relay."""
    archive: ArchiveSection = field(default_factory=ArchiveSection)
    """Our own copy."""
    inbox: InboxSection = field(default_factory=InboxSection)
    """Reports and replies."""
    outbox: OutboxSection = field(default_factory=OutboxSection)
    """The store."""
    ledger: LedgerSection = field(default_factory=LedgerSection)
    """The ledger's name and key."""
    cases: CasesSection = field(default_factory=CasesSection)
    """The judgments."""
    judgment: JudgmentSection = field(default_factory=JudgmentSection)
    """What a judgment must say."""
    recipients: RecipientsSection = field(default_factory=RecipientsSection)
    """The directory."""
    abroad: AbroadSection = field(default_factory=AbroadSection)
    """Reasons for form 1 abroad."""
    worker: WorkerSection = field(default_factory=WorkerSection)
    """The worker."""
    test: ModeSection = field(default_factory=ModeSection)
    """Test mode."""
    casework: CaseworkSection = field(default_factory=CaseworkSection)
    """What must be so before anybody is asked."""
    service: ServiceSection = field(default_factory=ServiceSection)
    """What is served over HTTP allows."""
    approval: ApprovalSection = field(default_factory=ApprovalSection)
    """Who must approve before the centre signs."""
    statistics: StatisticsSection = field(default_factory=StatisticsSection)
    """How the yearly tables are counted."""
    retention: RetentionSection = field(default_factory=RetentionSection)
    """How long the texts of cases are kept."""
    calendar: CalendarSection = field(default_factory=CalendarSection)
    """Years that the program does not know yet."""

    @property
    def directory(self) -> Path:
        """The site's folder."""
        return self.path.parent

    def resolve(self, name: str) -> Path:
        """A path of the file, relative to its folder."""
        return self.directory / name


SECTIONS: Mapping[str, type] = {
    "center": CenterSection,
    "numbering": NumberingSection,
    "forms": FormsSection,
    "signing": SigningSection,
    "smtp": SmtpSection,
    "archive": ArchiveSection,
    "inbox": InboxSection,
    "outbox": OutboxSection,
    "ledger": LedgerSection,
    "cases": CasesSection,
    "judgment": JudgmentSection,
    "recipients": RecipientsSection,
    "abroad": AbroadSection,
    "worker": WorkerSection,
    "test": ModeSection,
    "casework": CaseworkSection,
    "approval": ApprovalSection,
    "service": ServiceSection,
    "statistics": StatisticsSection,
    "retention": RetentionSection,
    "calendar": CalendarSection,
}
