"""What form 1 asks for, in the words of the letter; and the annex of provisions."""

from collections.abc import Iterable

from notices.errors import Fault, InvalidTemplate
from notices.judgment import Measure
from notices.letters.template.hygiene import Cleaner
from notices.letters.template.sources import TemplateSource
from notices.messages import Text
from notices.notice import Form, Notice, RequestKind

_MEASURE = {
    (Measure.STOP_TRANSMISSION, "ja"): "当該情報の送信を防止する措置",
    (Measure.STOP_TRANSMISSION, "en"): (
        "measures to stop its transmission, for example by removing it or making it "
        "inaccessible"
    ),
    (Measure.BLOCK_ACCESS_FROM_JAPAN, "ja"): (
        "日本国内から当該情報を閲覧することができないようにする措置"
    ),
    (Measure.BLOCK_ACCESS_FROM_JAPAN, "en"): (
        "measures to make it inaccessible from Japan"
    ),
}


def measure(notice: Notice, language: str) -> str:
    """What is asked of the recipient."""
    return _MEASURE[notice.judgment.measure, language]


def requested(notice: Notice, language: str) -> str:
    """What is asked, as a phrase for either form."""
    if notice.form is Form.FORM_1:
        return measure(notice, language)
    if language == "en":
        return "action under your terms of service or other agreements with your users"
    return f"利用者との間の契約や利用に関する{agreements(notice)}等に基づく対応"


def agreements(notice: Notice) -> str:
    """The form of 2006 writes 取り決め, the guideline's later editions 取決め."""
    return "取り決め" if notice.form is Form.FORM_2_2006 else "取決め"


def require_measure(
    texts: Iterable[str], notice: Notice, language: str, source: TemplateSource
) -> None:
    """InvalidTemplate if a template always asks to stop the transmission.

    Those of earlier versions do; they stay in use for what they say.
    """
    is_usual = notice.judgment.measure is Measure.STOP_TRANSMISSION
    if is_usual or notice.kind is RequestKind.WITHDRAWAL:
        return
    words = measure(notice, language)
    if any(words in text for text in texts):
        return
    raise InvalidTemplate(
        Text("the template {name} does not say what is asked", name=source.name),
        faults=[
            Fault(
                source.path,
                Text("write {name} where it says what is asked", name="{{ 措置 }}"),
            )
        ],
        hint="the template that came with the program has it",
    )


def tell_lost_annex(texts: Iterable[str], notice: Notice, clean: Cleaner) -> None:
    """Remark that a template leaves out what the recipient wants to read."""
    if notice.annex and not any(notice.annex[0].text[:20] in text for text in texts):
        clean.at("provision_texts").warn("the template has no 参考条文: no annex")
