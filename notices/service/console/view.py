"""From values to a page of HTML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from notices.codec.languages import load_texts
from notices.errors import NoticesError
from notices.judgment import JST
from notices.messages import told
from notices.service.console.asking import ConsolePage
from notices.service.console.gate import Visit
from notices.service.console.settings import ConsoleSettings
from notices.service.console.words import LABELS, WORDS
from notices.service.console.words_of_cases import CASE_WORDS
from notices.service.console.words_of_evidence import EVIDENCE_WORDS
from notices.service.console.words_of_mail import MAIL_LABELS, MAIL_WORDS
from notices.service.console.words_of_templates import TEMPLATE_WORDS
from notices.service.guard.back import login_from
from notices.service.guard.origin import own_path
from notices.store.attempt_notes import recalled

_WORDS = {**WORDS, **CASE_WORDS, **EVIDENCE_WORDS, **MAIL_WORDS, **TEMPLATE_WORDS}
_LABELS = {**LABELS, **MAIL_LABELS}
_WITH_TIME = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True)
class ShownMoment:
    """A moment as it stands on a page: for people, and in full for programs."""

    shown: str
    """Such as `2026-11-27 18:05`, in Japan."""
    full: str
    """ISO 8601."""

    def __str__(self) -> str:
        return self.shown

    def __html__(self) -> str:
        """The element; digits and signs of dates need no escaping."""
        return '<time datetime="' + self.full + '">' + self.shown + "</time>"


def render(settings: ConsoleSettings, visit: Visit, page: ConsolePage) -> str:
    """The whole page, in the visitor's language."""
    language = visit.language
    texts = load_texts(language)
    template = _environment().get_template(page.template)
    return template.render(
        **page.values,
        language=language,
        other="en" if language == "ja" else "ja",
        center=settings.center if language == "ja" else settings.center_en,
        say=partial(_say, texts),
        label=partial(_label, texts),
        tell=(tell := _teller(texts)),
        recall=lambda note: tell(recalled(note)),
        moment=_moment,
        person=visit.person,
        held=visit.held,
        here=visit.path,
        login=login_from(visit.again or visit.path, visit.query),
        switch=_switched(visit, "en" if language == "ja" else "ja"),
    )


def _switched(visit: Visit, other: str) -> str:
    """The same page in the other language, with what was asked of it."""
    if visit.path.startswith("/link/"):
        return f"?lang={other}"  # a secret stands in no link
    asked = {name: value for name, value in visit.query.items() if name != "lang"}
    return (
        f"{own_path(visit.again or visit.path)}?{urlencode({**asked, 'lang': other})}"
    )


def _say(texts: Mapping[str, str], key: str) -> str:
    return told(_WORDS[key], texts)


def _label(texts: Mapping[str, str], word: object) -> str:
    """A word of the program as people read it; itself where there is none."""
    return told(_LABELS.get(str(word), str(word)), texts)


def _teller(texts: Mapping[str, str]) -> Callable[[object], str]:
    def tell(text: object) -> str:
        said = text.message if isinstance(text, NoticesError) else str(text)
        return told(said, texts)

    return tell


def _moment(value: datetime | date | str | None) -> ShownMoment | str:
    """A moment in Japan, a day as it is, on one line."""
    if value is None:
        return ""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    shown = value.isoformat()
    if isinstance(value, datetime):
        shown = value.astimezone(JST).strftime(_WITH_TIME)
    return ShownMoment(shown=shown, full=value.isoformat())


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("notices.service.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
