"""The example log: two leaves of version 1, then everything of version 2 once."""

import hashlib
from typing import Any

from tests.vectors import example_v2 as given
from tests.vectors import specification as page
from tests.vectors.example_v2 import CASE, DAY, NUMBER, Log

NOTICE = {"number": NUMBER}
IN_CASE = {"case_id": CASE}
BOTH = {"number": NUMBER, "case_id": CASE}
USER, PROGRAM, CHECKER = "user:notices", "program:worker", f"person:{given.CHECKER}"


def facts_of(at: str, by: str, **more: Any) -> dict[str, Any]:
    """A fact of a case: when it happened and who did it, besides its own."""
    return {"at": at, "by": by, **more}


def build() -> Log:
    """The example log."""
    log = Log()
    log.old("queued", f"{DAY}00:59:00.000000Z")
    log.old("withdrawn", f"{DAY}01:00:00.000000Z", reason="判断を改めた")
    log.add(
        "version_began", f"{DAY}01:30:00.000000Z", USER, version=2, origin=given.ORIGIN
    )
    _people(log)
    _case(log)
    _notice(log)
    _afterwards(log)
    return log


def _people(log: Log) -> None:
    for minute, person, roles, approver in (
        (31, given.ADMINISTRATOR, "administrator", None),
        (32, given.CHECKER, "checker operator", given.ADMINISTRATOR),
    ):
        log.add(
            "person_enrolled",
            f"{DAY}01:{minute}:00.000000Z",
            USER,
            beside={
                "name": "木村 明".encode() if not approver else "佐藤 花子".encode()
            },
            person=person,
            roles=roles,
            key_kind="passkey",
            key_sha256=given.key_sha256(person),
            enrolled_by=approver,
            statement_sha256=hashlib.sha256(
                f"enrolment of {person}".encode()
            ).hexdigest(),
        )
    log.add(
        "policy_changed",
        f"{DAY}01:33:00.000000Z",
        USER,
        section="approval",
        required="checker",
        valid_business_days=5,
    )


def _case(log: Log) -> None:
    log.add(
        "analysed",
        f"{DAY}02:00:00.000000Z",
        USER,
        about=IN_CASE,
        **facts_of(f"{DAY}01:55:00.000000Z", "tanaka-i"),
        category="bank-account-transfer-solicitation",
        group="illegal",
        edition="2025-09-25",
        found_on="2026-11-20",
        provider_location="JP",
        server_location=None,
        source="cyber_patrol_center",
        hotline_country=None,
        urls=2,
    )
    log.add(
        "police_reported",
        f"{DAY}02:01:00.000000Z",
        "token:casework",
        about=IN_CASE,
        beside={"reference": "生安 第123号".encode()},
        **facts_of("2026-11-23T06:00:00.000000Z", "tanaka-i"),
    )


def _notice(log: Log) -> None:
    log.add(
        "numbered",
        f"{DAY}02:05:00.000000Z",
        USER,
        about=BOTH,
        kind="request",
        rung="board_administrator",
        ordinal=1,
        series="",
        year=2026,
        serial=8,
    )
    log.add(
        "drafted",
        f"{DAY}02:05:01.000000Z",
        USER,
        about=BOTH,
        refers=("policy",),
        beside={
            "mailbox": b"abuse@board.example.jp",
            "document/draft.json": page.canonical(given.draft()),
        }
        | {f"document/{name}": octets for name, octets in given.DOCUMENTS.items()},
        form="form1",
        language="ja",
        channel="smtp",
        test=False,
        templates="2026-10-01",
        catalogue="2025-09-25",
    )
    statement = given.approval(log.heads["person", given.CHECKER])
    log.add(
        "approved",
        f"{DAY}02:10:02.000000Z",
        CHECKER,
        about=BOTH,
        refers=("policy", "person"),
        **facts_of(f"{DAY}02:10:00.000000Z", given.CHECKER),
        approver=given.CHECKER,
        statement_sha256=page.approval_hash(statement).hex(),
    )
    _sent(log)


def _sent(log: Log) -> None:
    log.add(
        "prepared",
        f"{DAY}02:10:03.000000Z",
        PROGRAM,
        about=BOTH,
        beside={
            "document/letter.pdf": given.SIGNED_PDF,
            "document/message.eml": given.MESSAGE,
        },
        message_id="<R8-1-000008.00112233445566778899aabb@hotline.example.jp>",
        signer_certificate_sha256=hashlib.sha256(b"certificate").hexdigest(),
        form="form1",
        kind="request",
        rung="board_administrator",
        ordinal=1,
        channel="smtp",
        test=False,
        timestamped=False,
        warnings=0,
    )
    log.add(
        "queued",
        f"{DAY}02:10:04.000000Z",
        USER,
        about=NOTICE,
        refers=("policy", "person"),
        approver=given.CHECKER,
    )
    log.add(
        "attempted",
        f"{DAY}02:10:05.000000Z",
        PROGRAM,
        about=NOTICE,
        refers=("person",),
        attempt=1,
        approver=given.CHECKER,
    )
    log.add(
        "armed",
        f"{DAY}02:10:06.000000Z",
        PROGRAM,
        about=NOTICE,
        attempt=1,
        message_sha256=hashlib.sha256(given.MESSAGE).hexdigest(),
    )
    log.add(
        "outcome",
        f"{DAY}02:10:07.000000Z",
        PROGRAM,
        about=NOTICE,
        beside={"reply": "queued as 4711 「受理」".encode()},
        attempt=1,
        state="sent",
        stage="end_of_data",
        remote="relay.example:587",
        tls="TLSv1.3",
        reply_code=250,
        reply_enhanced="2.0.0",
        started_at=f"{DAY}02:10:05.000000Z",
        ended_at=f"{DAY}02:10:07.000000Z",
    )
    log.add(
        "requested",
        f"{DAY}02:10:07.000000Z",
        PROGRAM,
        about=BOTH,
        **facts_of(f"{DAY}02:10:07.000000Z", "notices"),
        kind="request",
        rung="board_administrator",
        form="form1",
        provider="mihon-board",
        country="JP",
        channel="smtp",
        imported=False,
    )


def _afterwards(log: Log) -> None:
    log.add("exported", f"{DAY}02:20:00.000000Z", USER, about=NOTICE, redacted=False)
    for hour, outcome in ((1, "still_there"), (2, "removed")):
        log.add(
            "looked",
            f"2026-12-02T0{hour}:00:00.000000Z",
            "token:casework",
            about=IN_CASE,
            beside={"note": "画面を確認".encode()},
            **facts_of(f"2026-12-01T0{hour}:00:00.000000Z", "tanaka-i"),
            outcome=outcome,
            how="person",
            **{"from": "JP"},
        )
    wrong = log.heads["case", CASE]
    log.add(
        "intake",
        "2026-12-02T03:00:00.000000Z",
        "token:casework",
        **facts_of("2026-12-01T00:00:00.000000Z", "tanaka-i"),
        month="2026-11",
        received=45210,
        out_of_scope=12,
        source=None,
        hotline_country=None,
    )
    log.add(
        "retracted",
        "2026-12-02T03:01:00.000000Z",
        "token:casework",
        about=IN_CASE,
        beside={"reason": "別の事案の確認".encode()},
        **facts_of("2026-12-02T03:00:30.000000Z", "tanaka-i"),
        of_seq=wrong["seq"],
        of_leaf=wrong["leaf"],
    )
