"""Routes by which something is looked at."""

from notices.access import TokenScope
from notices.delivery import State
from notices.service.api.acts import looking
from notices.service.api.acts.document import OPENAPI, health, openapi, ready
from notices.service.api.asking import Parameter
from notices.service.api.parameters import (
    CASE_ID,
    CURSOR,
    DAY,
    NOTICE,
    NUMBER,
    RATE,
    SIZE,
    limit_of,
)
from notices.service.api.routing import AnswerShape, ApiRoute

GIVING = (
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
            limit_of(200, 50),
        ),
        answers={
            200: AnswerShape(
                description="A page.", schema="NoticePage", headers=("Link", *RATE)
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
                headers=("ETag", "Content-Disposition", *RATE),
            )
        },
        is_tagged=True,
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
                description="The case.", schema="Case", headers=("ETag", *RATE)
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
            limit_of(1000, 200),
        ),
        answers={
            200: AnswerShape(
                description="The oldest first.", schema="DueList", headers=RATE
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
                headers=("ETag", *RATE),
            )
        },
        is_tagged=True,
        problems=("bad-input", "configuration"),
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
            limit_of(1000, 100),
        ),
        answers={
            200: AnswerShape(description="A page.", schema="EventPage", headers=RATE)
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
        parameters=(CURSOR, limit_of(200, 50)),
        answers={
            200: AnswerShape(
                description="The oldest first.",
                schema="ApprovalPage",
                headers=("Link", *RATE),
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
                headers=("ETag", *RATE),
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
"""The routes, in the order of the documentation."""
