"""The site: opens a `notices.toml` and wires the rooms.

The only place that knows all rooms, and with the command line the only one that
reads the clock. A room loads when it is first needed: `preview` signs nothing and
does without pyHanko, `verify` without the store.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from notices.codec import read_judgment
from notices.config import Config, load_config
from notices.errors import InputError
from notices.report import CLOCK_TOLERANCE
from notices.site.operations import Operations
from notices.site.parts import Parts
from notices.site.receipts import PreparedNotice, Receipt, prepared_notice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from notices.catalogue import CheckedJudgment
    from notices.judgment import Judgment, Rung
    from notices.report import Report

__all__ = ["PreparedNotice", "Receipt", "Site", "verify"]


def _now() -> datetime:
    return datetime.now(UTC)


class Site(Operations):
    """An open site.

    >>> from notices import Site
    >>> with Site.open("notices.toml") as site:
    ...     notice = site.prepare(site.read_case("IHC-2026-004217"))
    ...     receipt = site.send(notice)
    >>> notice.form, notice.state.value, receipt.state.value
    ('form1', 'held', 'sent')
    """

    def __init__(self, config: Config, *, clock: Callable[[], datetime] = _now) -> None:
        self._parts = Parts(config, clock)

    @classmethod
    def open(cls, path: str | Path, *, clock: Callable[[], datetime] = _now) -> Self:
        """Open the site of a `notices.toml`, or of the folder that holds one."""
        return cls(load_config(Path(path)), clock=clock)

    def close(self) -> None:
        """Close what was opened."""
        if "store" in self._parts.__dict__:
            self._parts.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read_case(self, case_id: str) -> CheckedJudgment:
        """Read the judgment `cases/CASE-ID.json` of the site.

        InputError for what is no case id or has no file, InvalidJudgment with
        every fault.
        """
        path = self._parts.case_path(case_id)
        judgment = self.read_judgment_file(path)
        if judgment.case_id != case_id:
            raise InputError(
                f"{path} holds the case {judgment.case_id}, not {case_id}",
                hint="name the file for the case that it holds",
            )
        return judgment

    def read_judgment_file(self, path: Path) -> CheckedJudgment:
        """Read and check the judgment in a file."""
        try:
            text = path.read_bytes()
        except OSError as error:
            raise InputError(
                f"{path} cannot be read: {error.strerror}",
                hint="check the case id, and cases.directory in notices.toml",
            ) from error
        return read_judgment(text, self._parts.catalogue)

    def prepare(
        self,
        judgment: Judgment,
        *,
        rung: Rung | None = None,
        rung_reason: str = "",
        again: str = "",
    ) -> PreparedNotice:
        """Number, render, sign and store the request of a judgment as `held`.

        rung: another rung of the checked ladder than the first that stands, with
        the reason. again: why a new notice is made although one exists; without it
        the existing one is returned. Nothing is sent.
        """
        from notices.site import preparing

        stored = preparing.prepare(
            self._parts, judgment, rung=rung, rung_reason=rung_reason, again=again
        )
        return prepared_notice(stored)

    def send(self, notice: PreparedNotice) -> Receipt:
        """Queue a prepared notice and make one attempt now."""
        from notices.site import sending

        return sending.send(self._parts, notice.number)

    def submitted(
        self,
        case_id: str,
        *,
        reference: str,
        at: datetime | None = None,
        number: str = "",
    ) -> Receipt:
        """Record that a request that does not go by mail was handed over.

        reference: what the form or the other system gave for it. at: when; None: now.
        """
        from notices.site import channels

        return channels.submitted(
            self._parts, case_id, reference=reference, at=at, number=number
        )

    def work(self, *, ignore_backoff: bool = False) -> list[Receipt]:
        """Attempt everything that is due, once."""
        from notices.site import sending

        return sending.work(self._parts, ignore_backoff=ignore_backoff)


def verify(
    data: bytes,
    *,
    trust: Sequence[bytes],
    at: datetime | None = None,
    signers: Sequence[str] = (),
    evidence: Sequence[bytes] = (),
    log_keys: Sequence[str] = (),
    clock_tolerance: timedelta = CLOCK_TOLERANCE,
) -> Report:
    """Judge a mail, PDF or evidence bundle with these roots (PEM or DER), offline.

    at: the clock to judge by; None: now. log_keys: ledgers' public keys that a
    bundle must lead to. clock_tolerance: how far other clocks may differ, such as a
    time-stamp authority's, ten minutes at most. Parsing happens in a process with
    limits.
    NotJudgeable for what is none of these; a bad signature is a report.

    >>> from pathlib import Path
    >>> from notices import verify
    >>> report = verify(
    ...     Path("mail.eml").read_bytes(), trust=[Path("root.pem").read_bytes()]
    ... )
    >>> report.verdict.value, report.notice.case_id
    ('TOTAL-PASSED', 'IHC-2026-004217')
    """
    from notices.verifying import verify_isolated

    return verify_isolated(
        data,
        trust=trust,
        at=at or _now(),
        signers=signers,
        evidence=evidence,
        log_keys=log_keys,
        clock_tolerance=clock_tolerance,
    )
