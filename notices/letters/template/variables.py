"""What a template may say: the notice's values, by Japanese and English names.

Every value is cleaned here, once, before any template sees it.
"""

from dataclasses import replace
from typing import Any

from notices.judgment import Judgment, Person, Rung
from notices.letters.settings import UrlStyle
from notices.letters.template.addresses import Address, for_print
from notices.letters.template.citing import chosen_key, class_rows, printed_article
from notices.letters.template.dates import english_date, japanese_date
from notices.letters.template.details import Exact
from notices.letters.template.history import before
from notices.letters.template.hygiene import Cleaner
from notices.letters.template.layout_file import FixedTexts
from notices.letters.template.locator import ENGLISH, JAPANESE, locator_details
from notices.letters.template.names import ITEM_NAMES, NAMES, both
from notices.letters.template.wanted import agreements, measure, requested
from notices.notice import Center, Citation, Managed, Notice, Recipient
from notices.printed import printed_url

MANAGED_EN = {
    Managed.BULLETIN_BOARD: "online service",
    Managed.WEBSITE: "website",
    Managed.SERVER: "server",
    Managed.IP_ALLOCATION: "server",
}
"""What the addressee manages, in English."""


def letter_values(
    notice: Notice,
    language: str,
    clean: Cleaner,
    *,
    url_style: UrlStyle,
    voluntary_note: bool,
    fixed: FixedTexts,
) -> dict[str, Any]:
    """Everything that a letter template of this language may name."""
    tongue = _english if language == "en" else _japanese
    values = {
        "number": clean.line(notice.number),
        "recipient": clean.at(recipient_path(notice)).line(notice.recipient.name),
        "honorific": _honorific(notice, clean),
        "center_mail": clean.line(notice.center.mailbox),
        "verification_page": printed_url(notice.center.verification_page).address,
        "is_ip_holder": notice.recipient.rung is Rung.IP_ALLOCATION_HOLDER,
        "urls": _urls(notice, clean, url_style, language),
        "agreements": agreements(notice),
        "measure": measure(notice, language),
        "citations": _citations(notice, clean.at("statutes"), language),
        "annex": _annex(notice, clean.at("provision_texts")),
        "classes": _classes(notice, clean.at("category"), language),
        "is_bilingual": notice.is_bilingual,
        "voluntary_note": voluntary_note,
        **tongue(notice, clean),
        "requested": requested(notice, language),
        **before(notice, language, clean),
        "locator": locator_details(
            notice.judgment.target,
            clean,
            ENGLISH if language == "en" else JAPANESE,
            fixed,
        ),
    }
    return both(values, NAMES)


def _japanese(notice: Notice, clean: Cleaner) -> dict[str, Any]:
    judgment, center = notice.judgment, notice.center
    return {
        "date": japanese_date(notice.date),
        "center_name": clean.at("center.name").line(center.name),
        "center_address": clean.at("center.address").line(center.address),
        "center_phone": clean.at("center.phone").line(center.phone),
        "assessor": clean.at("assessor.name").line(judgment.assessor.name),
        "checker": clean.at("checker.name").line(judgment.checker.name),
        "managed": notice.managed.value,
        "ip_addresses": Exact("、".join(map(clean.line, judgment.target.ip_addresses))),
        "content": clean.at("content").prose(judgment.content),
        "reason": clean.at("reason").prose(judgment.reason),
        "type_name": _type_name(notice, clean, notice.classification.name),
        "type_name_ja": _type_name(notice, clean, notice.classification.name),
    }


def _english(notice: Notice, clean: Cleaner) -> dict[str, Any]:
    judgment, center = notice.judgment, notice.center
    return {
        **_name_en(notice, clean),
        "date": english_date(notice.date),
        "center_name": _first(clean, center, "center", "name_en", "name"),
        "center_address": _first(clean, center, "center", "address_en", "address"),
        "center_phone": _first(clean, center, "center", "phone_international", "phone"),
        "assessor": _first(clean, judgment.assessor, "assessor", "name_en", "name"),
        "checker": _first(clean, judgment.checker, "checker", "name_en", "name"),
        "managed": MANAGED_EN[notice.managed],
        "ip_addresses": Exact(", ".join(map(clean.line, judgment.target.ip_addresses))),
        "content": _prose_en(clean, judgment, "content"),
        "reason": _prose_en(clean, judgment, "reason"),
        "type_name": _type_name(notice, clean, notice.classification.name_en),
        "type_name_ja": _type_name(notice, clean, notice.classification.name),
    }


_HONORIFICS = ("御中", "様", "殿", "各位")


def honorific(recipient: Recipient) -> str:
    """御中 or 様; none where the name that was judged ends in one itself."""
    if recipient.name.rstrip().endswith(_HONORIFICS):
        return ""
    return "様" if recipient.is_person else "御中"


def _honorific(notice: Notice, clean: Cleaner) -> str:
    said = honorific(notice.recipient)
    if not said:
        clean.warn("it ends in 御中, 様, 殿 or 各位: no further one is printed")
    return said


def _first(
    clean: Cleaner, holder: Person | Center, path: str, name: str, other: str
) -> str:
    """The English value if there is one, else the Japanese."""
    chosen = name if getattr(holder, name) else other
    return clean.at(f"{path}.{chosen}").line(getattr(holder, chosen))


def _prose_en(clean: Cleaner, judgment: Judgment, name: str) -> str:
    chosen = f"{name}_en" if getattr(judgment, f"{name}_en") else name
    return clean.at(chosen).prose(getattr(judgment, chosen))


def recipient_path(notice: Notice, field: str = "name") -> str:
    """Where the recipient's name comes from: the judgment, or an entry of its own."""
    for index, step in enumerate(notice.judgment.ladder):
        if step.rung is notice.recipient.rung:
            return f"ladder[{index}].{field if getattr(step, field) else 'recipient'}"
    return "ladder"


def _type_name(notice: Notice, clean: Cleaner, name: str) -> str:
    """The type below the groups of 2023; the classes of 2006 have none."""
    return "" if notice.classification.class_2006 else clean.line(name)


def _urls(
    notice: Notice, clean: Cleaner, style: UrlStyle, language: str
) -> tuple[dict[str, Any], ...]:
    urls = notice.judgment.target.urls
    numbered = "({})" if language == "en" else "（{}）"
    return tuple(
        both(
            {
                # One 整理番号 is one finding; the form has room for one URL.
                "ordinal": numbered.format(position) if len(urls) > 1 else "",
                "address": _address(
                    url, clean.at(f"target.urls[{position - 1}]"), style, language
                ),
            },
            ITEM_NAMES,
        )
        for position, url in enumerate(urls, 1)
    )


def _address(url: str, clean: Cleaner, style: UrlStyle, language: str) -> Address:
    address = for_print(url, clean, style=style)
    return Address(address, address.note_en if language == "en" else address.note)


def _name_en(notice: Notice, clean: Cleaner) -> dict[str, str]:
    """The recipient's English name, where there is one."""
    name = notice.recipient.name_en
    if not name:
        return {}
    path = recipient_path(notice, "name_en")
    return {"recipient": clean.at(path).line(name)}


def _annex(notice: Notice, clean: Cleaner) -> tuple[dict[str, Any], ...]:
    """What the cited articles say, under the title of their law on that day."""
    titles = {citation.law: citation.official for citation in notice.citations}
    return tuple(
        both(
            {
                "official": clean.line(titles[each.law]),
                "words": clean.prose(each.text),
            },
            ITEM_NAMES,
        )
        for each in notice.annex
    )


def _citations(
    notice: Notice, clean: Cleaner, language: str
) -> tuple[dict[str, Any], ...]:
    return tuple(
        both(
            {
                "text": clean.line(provision(citation, language)),
                "official": clean.line(citation.official),
                "short": clean.line(citation.short),
                "article": clean.line(printed_article(citation.article)),
            },
            ITEM_NAMES,
        )
        for citation in notice.citations
    )


def provision(citation: Citation, language: str = "ja") -> str:
    """Law and article as a letter names them."""
    if language == "en" and citation.english:
        return citation.english
    return str(replace(citation, article=printed_article(citation.article)))


def _classes(
    notice: Notice, clean: Cleaner, language: str
) -> tuple[dict[str, Any], ...]:
    chosen = chosen_key(notice.classification, notice.form)
    return tuple(
        both(
            {
                "box": "■" if row.key == chosen else "□",
                "wording": clean.line(row.name_en if language == "en" else row.name),
                "wording_ja": clean.line(row.name),
            },
            ITEM_NAMES,
        )
        for row in class_rows(notice)
    )
