"""経緯: why this recipient is asked, where a rung of the ladder was passed over."""

from notices.judgment import JST, Rung
from notices.letters.template.dates import english_date, japanese_date
from notices.notice import Notice, PassedOver

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
