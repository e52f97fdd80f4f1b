"""経緯: why this recipient is asked, where a rung of the ladder was passed over."""

from datetime import date

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
    Rung.BOARD_ADMINISTRATOR: "the operator of the online service",
    Rung.WEBSITE_ADMINISTRATOR: "the operator of the website",
    Rung.SERVER_ADMINISTRATOR: "the operator of the server",
    Rung.IP_ALLOCATION_HOLDER: "the holder of the IP address allocation",
}


def history(notice: Notice, language: str) -> str:
    """Why this recipient is asked, where a rung above was passed over; else empty."""
    if not notice.passed_over:
        return ""
    idle = [step for step in notice.passed_over if step.no_action]
    unknown = [step.rung for step in notice.passed_over if not step.no_action]
    if language == "en":
        return _english_history(notice.recipient.rung, idle, unknown)
    return _japanese_history(notice.recipient.rung, idle, unknown)


def _japanese_history(asked: Rung, idle: list[PassedOver], unknown: list[Rung]) -> str:
    """Such as …を確認し、かつ、…を特定できなかったため、…であるあなたに依頼します."""
    reasons = [f"{_japanese_idle(step)}確認" for step in idle]
    if unknown:
        names = "及び".join(_JAPANESE_RUNG[rung] for rung in unknown)
        reasons.append(f"{names}を特定できなかった")
    else:
        reasons[-1] += "した"
    because = "し、かつ、".join(reasons)
    if asked is Rung.IP_ALLOCATION_HOLDER:
        you = "当該サーバに割り当てられているIPアドレスの割振りを受けているあなた"
    else:
        you = f"{_JAPANESE_RUNG[asked]}であるあなた"
    return f"{because}ため、{you}に依頼します。"


def _japanese_idle(step: PassedOver) -> str:
    day = _day(step)
    when = f"{japanese_date(day)}に" if day else ""
    return f"{_JAPANESE_RUNG[step.rung]}により対応が行われないことを{when}"


def _english_history(asked: Rung, idle: list[PassedOver], unknown: list[Rung]) -> str:
    """We are contacting you as … because neither … nor … could be identified."""
    reasons = [_english_idle(step) for step in idle]
    names = [_ENGLISH_RUNG[rung] for rung in unknown]
    if len(names) == 1:
        reasons.append(f"{names[0]} could not be identified")
    elif names:
        most = " nor ".join(names)
        reasons.append(f"neither {most} could be identified")
    because = ", and ".join(reasons)
    return f"We are contacting you as {_ENGLISH_RUNG[asked]} because {because}."


def _english_idle(step: PassedOver) -> str:
    day = _day(step)
    when = f"on {english_date(day)} " if day else ""
    return f"we confirmed {when}that {_ENGLISH_RUNG[step.rung]} had taken no action"


def _day(step: PassedOver) -> date | None:
    if step.rechecked_at is None:
        return None
    return step.rechecked_at.astimezone(JST).date()
