"""Parameters and shapes that several routes of the API have."""

from notices.grammar import CASE_ID_PATTERN
from notices.service.api.asking import Parameter
from notices.service.api.routing import AnswerShape, BodyShape

DAY = r"\d{4}-\d{2}-\d{2}"
RATE = ("RateLimit", "RateLimit-Policy")


def limit_of(most: int, default: int) -> Parameter:
    """How many an answer holds."""
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
    description="The notice.", schema="Notice", headers=("ETag", *RATE)
)
HANDED_IN_HEADERS = ("ETag", "Location", "Idempotent-Replayed", *RATE)
