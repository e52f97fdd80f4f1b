"""Time each step of a notice's way: judgment to letter, signature, store, wire, verdict.

    python bench/way.py [COUNT]

Runs on a fresh site with the example PKI and the demo's mail server on loopback.
Prints milliseconds per notice (median) and each step's share. Quote the shares:
absolute times are this machine's.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from notices.cli.demo_server import receiving
from notices.codec import notice_json, read_judgment, write_judgment
from notices.config import load_config
from notices.judgment import JST
from notices.letters import write_letter, write_mail
from notices.mail import entity, message
from notices.notice import compose
from notices.queue import deliver_one
from notices.signing import sign_entity, sign_pdf
from notices.site import Site, configured
from notices.site.preparing import documents as making
from notices.site.starting import start_site
from notices.store import CaseKey
from notices.verifying import verify

CASE = "IHC-2026-004219"


class Steps:
    """Durations by step, in the order of the way."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    @contextmanager
    def step(self, name: str):
        start = time.perf_counter()
        yield
        self.seconds.setdefault(name, []).append(time.perf_counter() - start)

    def table(self) -> str:
        medians = {name: statistics.median(all_) for name, all_ in self.seconds.items()}
        total = sum(medians.values())
        lines = [f"{'step':28}{'ms':>9}{'share':>8}"]
        lines += [
            f"{name:28}{1000 * value:9.2f}{value / total:8.1%}"
            for name, value in medians.items()
        ]
        lines.append(f"{'whole way':28}{1000 * total:9.2f}{1:8.1%}")
        return "\n".join(lines)


def one(site: Site, text: str, serial: int, steps: Steps) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    with steps.step("read and check judgment"):
        judgment = read_judgment(text, site.parts.catalogue)
    with steps.step("compose notice"):
        notice = compose(
            judgment,
            center=site.parts.center,
            number=f"B-{serial}",
            date=now.astimezone(JST).date(),
            directory=site.parts.directory,
        )
    with steps.step("judge key and certificate"):
        signer = site.parts.desk.signer(now)
    with steps.step("letter: text, PDF/A, DOCX"):
        machine = notice_json(notice)
        letter = write_letter(
            notice,
            templates=site.parts.templates,
            settings=configured.letter_settings(site.config),
            notice_json_sha256=sha256(machine).hexdigest(),
        )
        mail = write_mail(
            notice,
            templates=site.parts.templates,
            settings=configured.letter_settings(site.config),
        )
    with steps.step("sign PDF"):
        pdf = sign_pdf(
            letter.pdf, signer.key, signing_time=now, revocation=signer.answers
        )
    documents = making.Documents(
        letter=letter, mail=mail, signed_pdf=pdf, notice_json=machine
    )
    with steps.step("build and sign mail"):
        headers = making.make_headers(notice, mail, now)
        part = entity(
            headers,
            mail.body,
            making.attachments(documents, notice),
            boundary="=_p_0123456789abcdef",
        )
        signature = sign_entity(
            part, signer.key, signing_time=now, revocation=signer.answers
        )
        octets = message(headers, part, signature, boundary="=_s_0123456789abcdef")
    with steps.step("verify (ours)"):
        report = verify(octets, trust=site.parts.desk.trust_files, at=now)
    assert report.verdict == "TOTAL-PASSED", report
    with steps.step("verify (ours and second)"):
        site.parts.desk.require_accepted(octets, signer, now)
    with steps.step("store: number, notice"):
        key = CaseKey(case_id=f"BENCH-{serial}", rung=notice.recipient.rung.value)
        number = site.parts.store.reserve_number(
            key, year=now.year, make_number=lambda count: f"B-{count}", now=now
        )
        prepared = site.rooms.preparer.signed_notice(
            notice, key, signer, documents, octets, headers
        )
        site.parts.store.add(
            replace(prepared, number=number, judgment=write_judgment(judgment)), now=now
        )
        site.parts.store.queue(number, now=now)
    with steps.step("send (STARTTLS, loopback)"):
        attempt = asyncio.run(deliver_one(site.rooms.sender.setup(), number))
    assert attempt.state == "sent", attempt


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "site"
        start_site(home)
        pki = home / "certs" / "example"
        received = Path(folder) / "received"
        received.mkdir()
        text = (home / "cases" / f"{CASE}.json").read_text("utf-8")
        config = load_config(home)
        with receiving(received, pki / "tls-cert.pem", pki / "tls-key.pem") as port:
            config = replace(config, smtp=replace(config.smtp, port=port))
            site = Site(config)
            site.parts.high_water.keep()
            one(site, text, 0, Steps())
            steps = Steps()
            for serial in range(1, count + 1):
                one(site, text, serial, steps)
            site.parts.store.close()
    print(f"{count} notices after a warm-up; form 2, bilingual, RSA or EC as shipped")
    print(steps.table())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
