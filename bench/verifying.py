"""Verifications per second: mails with PDF and time stamp, ours beside others.

    python bench/verifying.py [COUNT]

The mails come from the tests' throw-away PKI. The others check less: openssl and
gpgsm the signature of the mail, plain pyHanko mail, PDF and time stamps without our
rules. Aims: 300 whole mails a second on two cores, 18,033 notices under 2 minutes.
"""

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from shutil import which

sys.path.insert(0, str(Path(__file__).parents[1]))

from asn1crypto import cms as asn1_cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import (
    KeyUsageConstraints,
    async_validate_detached_cms,
    async_validate_pdf_signature,
)
from pyhanko_certvalidator import ValidationContext

from notices.mail import split
from notices.report import Verdict
from notices.running import complete
from notices.verifying import Item, Question, verify, verify_many
from tests.verifying.genuine import (
    RECIPIENT,
    TEXT,
    URLS,
    Mail,
    blank_pdf,
    load,
    notice_json,
    sign_pdf,
    stamp_with,
)
from tests.verifying.pki import JUDGED_AT, SIGNED_AT, world

YEAR = 18_033


def mails(count: int, crls: tuple[bytes, ...] | None = None) -> list[bytes]:
    """Each stamped at a time of its own, as the mails of an archive are.

    `crls` are the lists that all carry, as the mails of one day do; else each carries
    lists of its own, as if an authority answered each mail anew.
    """
    stamps = [
        stamp_with(world().tsa, SIGNED_AT + timedelta(seconds=index))
        for index in range(count)
    ]
    return [
        Mail(
            world(),
            crls=crls,
            cms=lambda made, stamp=stamp: replace(made, stamp=stamp),
        ).build()
        for stamp in stamps
    ]


def mails_of_letters(count: int, crls: tuple[bytes, ...]) -> list[bytes]:
    """Each with a number and a letter of its own, as the mails of an archive have.

    Those of `mails` share one letter: what is kept by its words would look for nothing.
    """
    return [
        Mail(
            world(),
            subject=f"送信防止措置依頼書 {number}",
            notice=notice,
            text=TEXT.format(number=number, urls="\n".join(URLS)),
            letter=sign_pdf(blank_pdf(notice, identifier=number), world()),
            crls=crls,
        ).build()
        for number, notice in map(numbered, range(count))
    ]


def numbered(index: int) -> tuple[str, bytes]:
    number = f"2026-{index:06d}"
    center = {"name": RECIPIENT, "name_en": "Hotline", "mailbox": number}
    return number, notice_json(number=number, center=center)


def rate(name: str, count: int, work: Callable[[], object]) -> float:
    start, used = time.perf_counter(), processor_time()
    work()
    seconds, used = time.perf_counter() - start, processor_time() - used
    print(
        f"{name:<46} {count / seconds:9.1f} /s   {1000 * seconds / count:8.2f} ms"
        f"   {1000 * used / count:8.2f} ms of a processor"
    )
    return count / seconds


def processor_time() -> float:
    """Of this process and of its children that have ended."""
    return sum(os.times()[:4])


def ours(data: bytes) -> None:
    report = verify(data, trust=[world().root.pem], at=JUDGED_AT)
    assert report.verdict is Verdict.TOTAL_PASSED, report


def ours_in_processes(files: list[bytes], processes: int) -> None:
    items = (
        Item(name=str(index), load=partial(bytes, one))
        for index, one in enumerate(files)
    )
    question = Question(trust=[world().root.pem], at=JUDGED_AT)
    for outcome in verify_many(items, question, processes=processes):
        assert outcome.report
        assert outcome.report.verdict is Verdict.TOTAL_PASSED


def plain_pyhanko(data: bytes) -> None:
    """Mail and PDF with a new context each, as its documentation shows."""
    parts = split(data)
    signed = asn1_cms.ContentInfo.load(parts.signature)["content"]

    def context() -> ValidationContext:
        return ValidationContext(
            trust_roots=[load(world().root)],
            crls=world().crls,
            revocation_mode="require",
            moment=JUDGED_AT,
            allow_fetching=False,
        )

    usage = KeyUsageConstraints(
        key_usage={"digital_signature"}, extd_key_usage={"email_protection"}
    )
    status = complete(
        async_validate_detached_cms(
            parts.entity, signed, context(), context(), key_usage_settings=usage
        )
    )
    assert status.bottom_line
    letter = next(leaf for leaf in parts.parts if leaf.media_type == "application/pdf")
    embedded = PdfFileReader(io.BytesIO(letter.content)).embedded_signatures[0]
    assert complete(
        async_validate_pdf_signature(
            embedded, context(), context(), key_usage_settings=usage
        )
    ).bottom_line


def by_program(command: list[str], files: list[bytes], folder: Path) -> None:
    for index, data in enumerate(files):
        path = folder / f"{index}.eml"
        path.write_bytes(data)
        subprocess.run([*command, str(path)], check=True, capture_output=True)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    files = mails(count, tuple(world().crls))
    cores = os.cpu_count() or 1
    print(f"{count} mails of {len(files[0])} bytes, {cores} cores")
    ours(files[0])
    rate("notices, in this process", count, lambda: [ours(one) for one in files])
    apart = mails(count)
    rate("the same, each with lists of its own", count, lambda: [*map(ours, apart)])
    lettered = mails_of_letters(count, tuple(world().crls))
    ours(lettered[0])
    rate("each with a letter of its own", count, lambda: [*map(ours, lettered)])
    rate("a limited process begins", 1, lambda: ours_in_processes(files[:1], 1))
    many = files * max(1, 2_000 // count)  # starting takes a second
    ours_in_processes(many[:4], cores)
    whole = rate(
        f"notices verify, {cores} limited processes",
        len(many),
        lambda: ours_in_processes(many, cores),
    )
    print(f"{'':<46} a year of {YEAR}: {YEAR / whole:.0f} s (aim: 120 s)")
    plain_pyhanko(files[0])
    rate(
        "plain pyHanko, mail and PDF",
        count,
        lambda: [plain_pyhanko(one) for one in files],
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "root.pem").write_bytes(world().root.pem)
        if openssl := which("openssl"):
            command = [openssl, "cms", "-verify", "-CAfile", str(folder / "root.pem")]
            command += ["-attime", str(int(JUDGED_AT.timestamp()))]
            command += ["-purpose", "smimesign", "-out", "/dev/null", "-in"]
            rate(
                "openssl cms, mail only, a process each",
                count,
                lambda: by_program(command, files, folder),
            )


if __name__ == "__main__":
    main()
