"""What `notice.json` says of the form: for whom, of what class, what is asked."""

from dataclasses import dataclass
from typing import Any

from notices.verifying.checks import malformed


@dataclass(frozen=True, slots=True, kw_only=True)
class FormValues:
    """The fields that a form puts into words of its own; empty where there is none."""

    is_test: bool = False
    """True: made as a test, and no request."""
    rung: str = ""
    """The recipient's place in the ladder."""
    facility: str = ""
    """Where the information stands."""
    managed: str = ""
    """What the recipient manages."""
    category: str = ""
    """The category's Japanese name."""
    category_en: str = ""
    """Its English name, where the letter is in English, too."""
    group: str = ""
    """Key of the category's group: the class of form 2 since 2023."""
    group_name: str = ""
    """The group's Japanese name."""
    class_2006: str = ""
    """1, 2 or 3: the class of 2006."""
    asked: str = ""
    """What is asked."""
    asked_en: str = ""
    """The same in English."""
    ordinal: int = 1
    """1 for the first of its kind to this rung."""
    statutes: int = 0
    """How many provisions are cited."""
    alternatives: tuple[str, ...] = ()
    """What each picture shows, in words."""


_CLASSES_2006 = "2006-po-"
"""How slugs of the categories of 2006 begin; the class follows."""


def read_form_values(document: dict[str, Any]) -> FormValues:
    """Of a document that may be of another shape: that is told where it is judged."""
    recipient, category = _part(document, "recipient"), _part(document, "category")
    slug = _words(category, "slug")
    is_of_2006 = slug.startswith(_CLASSES_2006)
    bilingual = document.get("language") != "ja"
    ordinal = document.get("ordinal", 1)
    if type(ordinal) is not int:
        raise malformed("ordinal is no number")
    return FormValues(
        is_test=document.get("test") is True,
        rung=_words(recipient, "rung"),
        facility=_words(document, "facility"),
        managed=_words(document, "managed"),
        category=_words(category, "name"),
        category_en=_words(category, "name_en") if bilingual else "",
        group=_words(category, "group"),
        group_name=_words(category, "group_name"),
        class_2006=slug.removeprefix(_CLASSES_2006)[:1] if is_of_2006 else "",
        asked=_words(document, "requested_action"),
        asked_en=_words(document, "requested_action_en"),
        ordinal=ordinal,
        statutes=len(document.get("statutes") or ()),
        alternatives=tuple(_words(one, "alt") for one in document.get("images") or ()),
    )


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    part = document.get(name)
    return part if isinstance(part, dict) else {}


def _words(part: Any, name: str) -> str:
    value = part.get(name) if isinstance(part, dict) else None
    return value if isinstance(value, str) else ""
