"""A file judged: in the process with limits, by the roots of the site."""

from notices.service.api.answering import ApiAnswer, answer
from notices.service.api.asking import ApiRequest
from notices.service.api.room import ApiRoom
from notices.service.verify_page.configured import page_of
from notices.verifying import to_json, verify_isolated


def verify_file(room: ApiRoom, asked: ApiRequest) -> ApiAnswer:
    """Judge the body as `notices verify` does; a bad signature is a report, too."""
    page = page_of(room.site.config, now=asked.now)
    with room.shared.judging:
        report = verify_isolated(
            asked.body,
            trust=page.trust,
            at=asked.now,
            signers=page.signers,
            evidence=(),
            log_keys=page.log_keys,
        )
    return answer(to_json(report, asked.query["name"] or "body"))
