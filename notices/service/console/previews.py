"""What would go out, as pages show it: its pictures, and a hash of all that is seen."""

from hashlib import sha256

from notices.codec import write_judgment
from notices.errors import InvalidJudgment
from notices.judgment import Judgment
from notices.rules import Channel
from notices.service.console.acts.pictures import drawn_pages, name_of
from notices.service.console.asking import ConsolePage
from notices.site.preparing.previewer import Preview

UNPROCESSABLE = 422


def shown_values(made: Preview | None) -> dict[str, object]:
    """Pages of the letter, and whether it goes by mail; None: nothing would go out."""
    return {
        "made": made,
        "pages": drawn_pages(made.letter.pdf) if made else (),
        "letter_sha256": name_of(made.letter.pdf) if made else "",
        "goes_by_mail": made is not None and goes_by_mail(made),
    }


def goes_by_mail(made: Preview) -> bool:
    """Whether somebody may say of it that it is to be sent."""
    return made.notice.recipient.channel is Channel.SMTP


def what_is_seen(judgment: Judgment, made: Preview) -> tuple[object, ...]:
    """All that somebody saw who says that it is right."""
    return (
        write_judgment(judgment),
        made.notice.recipient,
        made.letter.text,
        made.mail,
        [str(warning) for warning in made.warnings],
    )


def hash_of(seen: object) -> str:
    """Hash that a page holds, and a form brings back."""
    return sha256(repr(seen).encode()).hexdigest()[:32]


def faults_page(case_id: str, error: InvalidJudgment) -> ConsolePage:
    """All that is wrong with a judgment, in place of the preview."""
    values = {"case_id": case_id, "error": error}
    return ConsolePage(template="faults.html", values=values, status=UNPROCESSABLE)
