"""Every route of the API: what the dispatcher and the OpenAPI document go by."""

from notices.access import TokenScope
from notices.delivery import State
from notices.grammar import CASE_ID_PATTERN
from notices.judgment import Rung
from notices.service.api.acts import facts, judgments, looking, verifying
from notices.service.api.acts.document import OPENAPI, health, openapi, ready
from notices.service.api.asking import Parameter
from notices.service.api.routing import (
    MEBIBYTE,
    AnswerShape,
    ApiRoute,
    BodyShape,
    Routes,
)

DAY = r"\d{4}-\d{2}-\d{2}"
_RATE = ("RateLimit", "RateLimit-Policy")


def _limit(most: int, default: int) -> Parameter:
    return Parameter(
        name="limit",
        place="query",
        kind="integer",
        least=1,
        most=most,
        default=default,
        description="At most so many in one answer.",
    )


NUMBER = Parameter(
    name="number",
    place="path",
    most=100,
    description="整理番号 of the notice, such as `R8-1-000001`.",
)
CASE_ID = Parameter(
    name="case_id",
    place="path",
    pattern=CASE_ID_PATTERN,
    most=64,
    description="The case system's id of the case.",
)
CURSOR = Parameter(
    name="cursor",
    place="query",
    most=400,
    description="`next_cursor` of the page before.",
)
SIZE = Parameter(
    name="size",
    place="query",
    kind="integer",
    description="The ledger's first so many entries; left out: all that there are.",
)
JUDGMENT = BodyShape(media_types=("application/json",), schema="Judgment")
NOTICE = AnswerShape(
    description="The notice.", schema="Notice", headers=("ETag", *_RATE)
)
HANDED_IN_HEADERS = ("ETag", "Location", "Idempotent-Replayed", *_RATE)

ROUTES = Routes(
    (
        ApiRoute(
            name="checkJudgment",
            method="POST",
            path="/v1/judgments",
            act=judgments.check_judgment,
            summary="Say all that is wrong with a judgment; nothing is kept.",
            description="What is called in order here can be handed in: the same "
            "functions judge there. A judgment with faults is answered with 200 and "
            "`valid: false`, every fault with a JSON Pointer.",
            scope=TokenScope.PREPARE,
            body=JUDGMENT,
            answers={
                200: AnswerShape(
                    description="What was found.",
                    schema="CheckResult",
                    headers=_RATE,
                )
            },
            problems=("bad-input", "configuration"),
        ),
        ApiRoute(
            name="prepareNotice",
            method="POST",
            path="/v1/notices",
            act=judgments.prepare_notice,
            summary="Make the notice of a judgment: numbered and written, not sent.",
            description="The body is the judgment. The same judgment again gives the "
            "same notice (200). A changed judgment of a case that has a notice is "
            "refused, unless `again` says why a second one is to be made. Nothing is "
            "signed here: the notice is `drafted` until `notices sign` has signed it.",
            scope=TokenScope.PREPARE,
            body=JUDGMENT,
            parameters=(
                Parameter(
                    name="again",
                    place="query",
                    most=300,
                    description="Why a new notice is made although there is one. It "
                    "needs an Idempotency-Key.",
                ),
                Parameter(
                    name="rung",
                    place="query",
                    choices=tuple(rung.value for rung in Rung),
                    description="Another rung of the checked ladder than the first.",
                ),
                Parameter(
                    name="rung_reason",
                    place="query",
                    most=300,
                    description="Why another rung; it goes on record.",
                ),
            ),
            answers={
                201: AnswerShape(
                    description="A new notice.",
                    schema="HandedInNotice",
                    headers=HANDED_IN_HEADERS,
                ),
                200: AnswerShape(
                    description="The notice that was made before, as it stands now.",
                    schema="HandedInNotice",
                    headers=HANDED_IN_HEADERS,
                ),
            },
            problems=(
                "key-missing",
                "bad-input",
                "invalid-judgment",
                "refused",
                "on-hold",
                "set-back",
                "configuration",
                "key-unavailable",
            ),
            takes_key=True,
        ),
        ApiRoute(
            name="listNotices",
            method="GET",
            path="/v1/notices",
            act=looking.list_notices,
            summary="List the notices of your cases, the oldest first.",
            scope=TokenScope.READ,
            parameters=(
                Parameter(
                    name="state",
                    place="query",
                    choices=tuple(state.value for state in State),
                    description="Only those in this state.",
                ),
                Parameter(
                    name="case_id",
                    place="query",
                    most=64,
                    description="Only those of this case.",
                ),
                CURSOR,
                _limit(200, 50),
            ),
            answers={
                200: AnswerShape(
                    description="A page.", schema="NoticePage", headers=("Link", *_RATE)
                )
            },
        ),
        ApiRoute(
            name="getNotice",
            method="GET",
            path="/v1/notices/{number}",
            act=looking.show_notice,
            summary="How a notice stands, and where its documents are.",
            scope=TokenScope.READ,
            parameters=(NUMBER,),
            answers={200: NOTICE},
            is_tagged=True,
        ),
        ApiRoute(
            name="getDocument",
            method="GET",
            path="/v1/notices/{number}/documents/{name}",
            act=looking.get_document,
            summary="The octets of a document, as they were signed or stored.",
            scope=TokenScope.READ,
            parameters=(
                NUMBER,
                Parameter(
                    name="name",
                    place="path",
                    most=100,
                    description="As the notice lists it, such as `letter.pdf`.",
                ),
            ),
            answers={
                200: AnswerShape(
                    description="The document.",
                    media_types=(*looking.DOCUMENT_TYPES, looking.OCTETS),
                    headers=("ETag", "Content-Disposition", *_RATE),
                )
            },
            is_tagged=True,
        ),
        ApiRoute(
            name="sendNotice",
            method="POST",
            path="/v1/notices/{number}/send",
            act=judgments.send_notice,
            summary="Say that a notice is to go out.",
            description="The notice is sent once it is approved, where that is asked "
            "for, and signed: `notices sign` and `notices work` do it. With If-Match "
            "only the version that you saw is sent. No body is read.",
            scope=TokenScope.SEND,
            parameters=(NUMBER,),
            body=BodyShape(
                media_types=("application/json",), octets=1024, takes_any_type=True
            ),
            answers={
                202: AnswerShape(
                    description="It is going to be sent.",
                    schema="Notice",
                    headers=("ETag", *_RATE),
                ),
                200: AnswerShape(
                    description="That was said before, or it was sent already.",
                    schema="Notice",
                    headers=("ETag", *_RATE),
                ),
            },
            problems=(
                "bad-input",
                "refused",
                "on-hold",
                "set-back",
                "configuration",
            ),
            takes_key=True,
            takes_if_match=True,
        ),
        ApiRoute(
            name="recordFacts",
            method="POST",
            path="/v1/facts",
            act=facts.record_facts,
            summary="Hand in up to 1,000 facts of cases; each is told its result.",
            description="What is in order is taken, at once; the others are told what "
            "is wrong with them. The same fact again changes nothing. The order tells "
            "nothing: a request is judged as a set, with what is on record.",
            scope=TokenScope.PREPARE,
            body=BodyShape(
                media_types=("application/json", facts.JSON_LINES),
                schema="Facts",
                octets=4 * MEBIBYTE,
            ),
            answers={
                200: AnswerShape(
                    description="The result of each.",
                    schema="FactResults",
                    headers=_RATE,
                )
            },
            problems=("bad-input", "configuration", "refused"),
        ),
        ApiRoute(
            name="getCase",
            method="GET",
            path="/v1/cases/{case_id}",
            act=looking.show_case,
            summary="The whole story of a case of yours.",
            scope=TokenScope.READ,
            parameters=(CASE_ID,),
            answers={
                200: AnswerShape(
                    description="The case.", schema="Case", headers=("ETag", *_RATE)
                )
            },
            is_tagged=True,
            problems=("configuration",),
        ),
        ApiRoute(
            name="listDue",
            method="GET",
            path="/v1/due",
            act=looking.list_due,
            summary="What is to be done for your cases by the close of a day.",
            scope=TokenScope.READ,
            parameters=(
                Parameter(
                    name="on",
                    place="query",
                    pattern=DAY,
                    description="The day in Japan; left out: today. Only what was "
                    "known on that day counts.",
                ),
                _limit(1000, 200),
            ),
            answers={
                200: AnswerShape(
                    description="The oldest first.", schema="DueList", headers=_RATE
                )
            },
            problems=("configuration",),
        ),
        ApiRoute(
            name="getStatistics",
            method="GET",
            path="/v1/statistics/{year}",
            act=looking.count_year,
            summary="The tables of a year, of the whole centre.",
            description="As of a day, and at a size of the ledger: the pair leads to "
            "the same figures for ever.",
            scope=TokenScope.READ,
            parameters=(
                Parameter(
                    name="year",
                    place="path",
                    kind="integer",
                    least=2000,
                    most=2999,
                    description="The year in Japan.",
                ),
                Parameter(
                    name="as_of",
                    place="query",
                    pattern=DAY,
                    description="The day at whose close it is counted; left out: "
                    "yesterday.",
                ),
                SIZE,
            ),
            answers={
                200: AnswerShape(
                    description="The tables.",
                    schema="Statistics",
                    headers=("ETag", *_RATE),
                )
            },
            is_tagged=True,
            problems=("bad-input", "configuration"),
        ),
        ApiRoute(
            name="verifyFile",
            method="POST",
            path="/v1/verify",
            act=verifying.verify_file,
            summary="Judge a mail, a PDF, a bundle or a notice.json.",
            description="The body is the file; nothing of it is kept. It is judged by "
            "the roots of the centre; a bad signature is a report, too.",
            scope=TokenScope.READ,
            body=BodyShape(
                media_types=("application/octet-stream",),
                octets=64 * MEBIBYTE,
                seconds=120.0,
                takes_any_type=True,
            ),
            parameters=(
                Parameter(
                    name="name",
                    place="query",
                    most=200,
                    description="What the report calls the file.",
                ),
            ),
            answers={
                200: AnswerShape(
                    description="The report.", schema="Report", headers=_RATE
                )
            },
            problems=("not-judgeable", "later-version", "configuration"),
        ),
        ApiRoute(
            name="listEvents",
            method="GET",
            path="/v1/events",
            act=looking.list_events,
            summary="The ledger's entries of your cases, each with its proof.",
            description="A change feed that can be proven: `inclusion_proof` (RFC "
            "9162, 2.1.3) leads from the entry to `tree.root`, `consistency_proof` "
            "(2.1.4) from there to the newest signed checkpoint, or the reverse. Ask "
            "again with `after` set to `next_after`.",
            scope=TokenScope.READ,
            parameters=(
                Parameter(
                    name="after",
                    place="query",
                    kind="integer",
                    least=-1,
                    default=-1,
                    description="Only entries behind this place; left out: all.",
                ),
                SIZE,
                _limit(1000, 100),
            ),
            answers={
                200: AnswerShape(
                    description="A page.", schema="EventPage", headers=_RATE
                )
            },
            problems=("bad-input",),
        ),
        ApiRoute(
            name="listApprovals",
            method="GET",
            path="/v1/approvals",
            act=looking.list_approvals,
            summary="What was decided about notices of yours, and what they wait for.",
            description="Notices that began as drafts and are not sent yet. A token "
            "cannot approve: a person does, with a key of their own.",
            scope=TokenScope.READ,
            parameters=(CURSOR, _limit(200, 50)),
            answers={
                200: AnswerShape(
                    description="The oldest first.",
                    schema="ApprovalPage",
                    headers=("Link", *_RATE),
                )
            },
            problems=("configuration",),
        ),
        ApiRoute(
            name="getOpenApi",
            method="GET",
            path=OPENAPI,
            act=openapi,
            summary="This document.",
            scope=None,
            answers={
                200: AnswerShape(
                    description="OpenAPI 3.1.",
                    media_types=("application/json",),
                    headers=("ETag", *_RATE),
                )
            },
            is_tagged=True,
        ),
        ApiRoute(
            name="health",
            method="GET",
            path="/healthz",
            act=health,
            summary="Whether the process answers.",
            scope=None,
            answers={200: AnswerShape(description="It does.", schema="Health")},
        ),
        ApiRoute(
            name="ready",
            method="GET",
            path="/readyz",
            act=ready,
            summary="Whether the database answers.",
            scope=None,
            answers={200: AnswerShape(description="It does.", schema="Health")},
            problems=("store-unavailable", "try-later", "configuration"),
        ),
    )
)
"""The routes, in the order of the documentation."""
