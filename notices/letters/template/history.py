"""経緯: which rung was passed over, and which notice came before this one."""

from datetime import date
from typing import Any

from notices.judgment import JST, Rung
from notices.letters.template.dates import english_date, japanese_date
from notices.letters.template.details import Exact
from notices.letters.template.hygiene import Cleaner
from notices.notice import CorrectedPart, Notice, PassedOver

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
_CORRECTED = {
    CorrectedPart.LOCATION: "掲載されている場所",
    CorrectedPart.CONTENT: "掲載されている情報",
    CorrectedPart.CLASSIFICATION: "分類又は根拠",
    CorrectedPart.GROUNDS: "判断した理由",
    CorrectedPart.MEASURE: "依頼の内容",
}
_CORRECTED_EN = {
    CorrectedPart.LOCATION: "the location",
    CorrectedPart.CONTENT: "the description of the information",
    CorrectedPart.CLASSIFICATION: "the classification or basis",
    CorrectedPart.GROUNDS: "the reasons",
    CorrectedPart.MEASURE: "what we request",
}
_BEFORE = ("earlier_number", "earlier_date", "earlier_sha256", "seen_on", "corrected")
"""Names of templates for the notice before; empty in a request."""


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


def before(notice: Notice, language: str, clean: Cleaner) -> dict[str, Any]:
    """What templates may name of the notice before."""
    told = notice.following
    if told is None:
        return dict.fromkeys(_BEFORE, "")
    dated = english_date if language == "en" else japanese_date
    return {
        "earlier_number": clean.line(told.follows.number),
        "earlier_date": dated(told.follows.date),
        "earlier_sha256": Exact(told.follows.notice_sha256),
        "seen_on": dated(told.seen_on) if told.seen_on else "",
        "corrected": corrected(notice, language),
    }


def corrected(notice: Notice, language: str) -> str:
    """The parts that a correction says otherwise, such as 掲載されている場所."""
    parts = notice.following.corrected if notice.following else ()
    if language == "ja":
        return "、".join(_CORRECTED[part] for part in parts)
    return ", ".join(_CORRECTED_EN[part] for part in parts)
