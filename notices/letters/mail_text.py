"""Subject and body of the mail that carries the letter."""

from dataclasses import dataclass

from notices.judgment import Rung
from notices.letters.dates import english_date, japanese_date
from notices.letters.directives import read_mail
from notices.letters.faces import faces
from notices.letters.filling import fill
from notices.letters.hygiene import Cleaner
from notices.letters.letter import LetterSettings
from notices.letters.sources import Templates, mail_name
from notices.letters.variables import NAMES, both, letter_values
from notices.notice import JST, Notice, PassedOver

_RULE = "-" * 72
_JAPANESE_RUNG = {
    Rung.BOARD_ADMINISTRATOR: "電子掲示板の管理者",
    Rung.WEBSITE_ADMINISTRATOR: "ウェブサイトの管理者",
    Rung.SERVER_ADMINISTRATOR: "サーバの管理者",
    Rung.IP_ALLOCATION_HOLDER: "IPアドレスを割り振られている者",
}
_ENGLISH_RUNG = {
    Rung.BOARD_ADMINISTRATOR: "the administrator of the bulletin board",
    Rung.WEBSITE_ADMINISTRATOR: "the administrator of the website",
    Rung.SERVER_ADMINISTRATOR: "the administrator of the server",
    Rung.IP_ALLOCATION_HOLDER: "the holder of the IP address allocation",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailText:
    """The words of a mail."""

    subject: str
    """One line, the number first."""
    body: str
    """Plain text, lines end with LF."""


def write_mail(
    notice: Notice,
    *,
    templates: Templates,
    settings: LetterSettings = LetterSettings(),  # noqa: B008 - frozen
) -> MailText:
    """Write the mail of a notice; abroad English comes first, Japanese below a line.

    InvalidTemplate if the template must not be used.
    """
    parts = {
        language: _in_language(notice, language, templates, settings)
        for language in _languages(notice)
    }
    first = next(iter(parts.values()))
    body = f"\n{_RULE}\n\n".join(part.body for part in parts.values())
    return MailText(subject=first.subject, body=body)


def _languages(notice: Notice) -> tuple[str, ...]:
    if not notice.is_bilingual:
        return ("ja",)
    return ("en", "ja") if notice.recipient.is_abroad else ("ja", "en")


def _in_language(
    notice: Notice, language: str, templates: Templates, settings: LetterSettings
) -> MailText:
    clean = Cleaner(faces(settings.fonts).drawable)
    values = letter_values(
        notice,
        language,
        clean,
        url_style=settings.url_style,
        voluntary_note=True,
    )
    values |= both(
        {
            "url_count": len(notice.judgment.target.urls),
            "history": history(notice, language),
        },
        NAMES,
    )
    filled = fill(templates.source(mail_name(notice.form, language)), values)
    subject, body = read_mail(filled)
    if notice.is_draft:
        subject = f"【見本】{subject}" if language == "ja" else f"[DRAFT] {subject}"
    return MailText(subject=subject, body=body)


def history(notice: Notice, language: str) -> str:
    """Why this recipient is asked, where a rung above was passed over; else empty."""
    if not notice.passed_over:
        return ""
    if language == "en":
        return _english_history(notice)
    return _japanese_history(notice)


def _day(step: PassedOver, language: str) -> str:
    if step.rechecked_at is None:
        return ""
    day = step.rechecked_at.astimezone(JST).date()
    return english_date(day) if language == "en" else japanese_date(day)


def _japanese_history(notice: Notice) -> str:
    clauses = []
    for step in notice.passed_over:
        if step.no_action:
            day = _day(step, "ja")
            when = f"{day}に" if day else ""
            clauses.append(
                f"{_JAPANESE_RUNG[step.rung]}により対応が行われないことを{when}確認した"
            )
    unknown = [
        _JAPANESE_RUNG[step.rung] for step in notice.passed_over if not step.no_action
    ]
    if unknown:
        clauses.append(f"{'及び'.join(unknown)}を特定できなかった")
    you = "貴殿" if notice.recipient.is_person else "貴社"
    if notice.recipient.rung is Rung.IP_ALLOCATION_HOLDER:
        addressee = (
            f"当該サーバに割り当てられているIPアドレスの割り振りを受けている{you}"
        )
    else:
        addressee = f"{_JAPANESE_RUNG[notice.recipient.rung]}である{you}"
    return f"{'こと及び'.join(clauses)}ため、{addressee}に依頼します。"


def _english_history(notice: Notice) -> str:
    clauses = []
    for step in notice.passed_over:
        who = _ENGLISH_RUNG[step.rung]
        if step.no_action:
            day = _day(step, "en")
            clauses.append(
                f"we found{f' on {day}' if day else ''} that {who} had taken no action"
            )
        else:
            clauses.append(f"{who} could not be identified")
    role = _ENGLISH_RUNG[notice.recipient.rung]
    return f"We turn to you as {role}, because {' and '.join(clauses)}."
