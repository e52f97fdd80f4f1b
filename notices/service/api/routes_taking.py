"""Routes by which something is handed in, sent or judged."""

from notices.access import TokenScope
from notices.judgment import Rung
from notices.service.api.acts import facts, judgments, verifying
from notices.service.api.asking import Parameter
from notices.service.api.parameters import HANDED_IN_HEADERS, JUDGMENT, NUMBER, RATE
from notices.service.api.routing import MEBIBYTE, AnswerShape, ApiRoute, BodyShape

TAKING = (
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
                headers=RATE,
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
                headers=("ETag", *RATE),
            ),
            200: AnswerShape(
                description="That was said before, or it was sent already.",
                schema="Notice",
                headers=("ETag", *RATE),
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
                headers=RATE,
            )
        },
        problems=("bad-input", "configuration", "refused"),
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
            200: AnswerShape(description="The report.", schema="Report", headers=RATE)
        },
        problems=("not-judgeable", "later-version", "configuration"),
    ),
)
"""The routes, in the order of the documentation."""
