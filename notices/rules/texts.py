"""The fields that stand alone: ids, URLs, addresses, content and reasons."""

from collections.abc import Iterator

from notices import grammar
from notices.errors import Fault
from notices.judgment import Judgment, Source
from notices.messages import Text
from notices.signs import is_blank

MAX_URLS = 100
"""Most URLs in one request; one number stays one finding."""
MAX_STATUTES = 20
"""Most statutes; one or two is what letters have."""
MAX_ITEMS = 100
"""Most IP addresses and file names."""


def ids(judgment: Judgment) -> Iterator[Fault]:
    """Find ids and short texts that are not one plain line."""
    if wrong := grammar.case_id_fault(judgment.case_id):
        yield Fault("case_id", wrong)
    for name in ("category", "sub_type", "substance", "doubted", "source_id"):
        if wrong := grammar.line_fault(getattr(judgment, name)):
            yield Fault(name, wrong)


CSAM_CLASSIFICATIONS = ("baseline", "A1", "A2", "B1", "B2")
CSAM_DETECTION_METHODS = (
    "hash_match",
    "ai_detection",
    "manual_review",
    "user_report",
    "automated_scan",
)
"""Both as the XARF v4 schema content-csam has them."""


def csam_grading(judgment: Judgment) -> Iterator[Fault]:
    """Find a classification for XARF that is unknown, half or of another category."""
    given = {
        "csam_classification": CSAM_CLASSIFICATIONS,
        "csam_detection_method": CSAM_DETECTION_METHODS,
    }
    for name, known in given.items():
        value = getattr(judgment, name)
        other = next(key for key in given if key != name)
        if value and value not in known:
            yield Fault(name, Text("must be one of {known}", known=", ".join(known)))
        elif value and judgment.category != "csam-display":
            yield Fault(name, "belongs to the category csam-display only")
        elif not value and getattr(judgment, other):
            yield Fault(name, Text("is missing beside {other}", other=other))


def statutes(judgment: Judgment) -> Iterator[Fault]:
    """Find statutes that are not one line each, or too many."""
    named = judgment.statutes or ()
    if len(named) > MAX_STATUTES:
        yield Fault(
            "statutes",
            Text("has more than {max_statutes} statutes", max_statutes=MAX_STATUTES),
        )
    for index, statute in enumerate(named[:MAX_STATUTES]):
        for name in ("law", "article"):
            if wrong := grammar.line_fault(getattr(statute, name), longest=100):
                yield Fault(f"statutes[{index}].{name}", wrong)


def prose(judgment: Judgment) -> Iterator[Fault]:
    """Find content and reasons that are empty or cannot be written."""
    for name in ("content", "reason", "content_en", "reason_en"):
        text = getattr(judgment, name)
        if wrong := grammar.prose_fault(text):
            yield Fault(name, wrong)
        if name in {"content", "reason"} and is_blank(text):
            yield Fault(name, "is empty")
    if advice := judgment.consultation:
        if wrong := grammar.line_fault(advice.consulted):
            yield Fault("consultation.consulted", wrong)
        if wrong := grammar.prose_fault(advice.result):
            yield Fault("consultation.result", wrong)
        for name in ("consulted", "result"):
            if is_blank(getattr(advice, name)):
                yield Fault(f"consultation.{name}", "is empty")


def urls(judgment: Judgment) -> Iterator[Fault]:
    """Find URLs that are none, stand twice or are too many."""
    addresses = judgment.target.urls
    if not addresses:
        yield Fault("target.urls", "is empty; at least one URL is needed")
    if len(addresses) > MAX_URLS:
        yield Fault(
            "target.urls",
            Text("has more than {max_urls} URLs; split the case", max_urls=MAX_URLS),
        )
    for index, text in enumerate(addresses[:MAX_URLS]):
        path = f"target.urls[{index}]"
        if wrong := grammar.url_fault(text):
            yield Fault(path, wrong)
        elif text in addresses[:index]:
            yield Fault(path, "stands twice")


def locator(judgment: Judgment) -> Iterator[Fault]:
    """Find parts of the locator that are not one line."""
    place = judgment.target.locator
    for name in ("board_name", "thread", "post_number", "poster_id"):
        if wrong := grammar.line_fault(getattr(place, name)):
            yield Fault(f"target.locator.{name}", wrong)
    if len(place.file_names) > MAX_ITEMS:
        yield Fault(
            "target.locator.file_names",
            Text("has more than {max_items} names", max_items=MAX_ITEMS),
        )
    for index, text in enumerate(place.file_names[:MAX_ITEMS]):
        path = f"target.locator.file_names[{index}]"
        if wrong := grammar.name_fault(text):
            yield Fault(path, wrong)


def network(judgment: Judgment) -> Iterator[Fault]:
    """Find IP addresses and countries that are none."""
    target = judgment.target
    if len(target.ip_addresses) > MAX_ITEMS:
        yield Fault(
            "target.ip_addresses",
            Text("has more than {max_items} addresses", max_items=MAX_ITEMS),
        )
    for index, text in enumerate(target.ip_addresses[:MAX_ITEMS]):
        if wrong := grammar.ip_address_fault(text):
            yield Fault(f"target.ip_addresses[{index}]", wrong)
    for name in ("provider_location", "server_location"):
        place = getattr(target, name)
        if place is not None and (wrong := grammar.country_fault(place)):
            yield Fault(f"target.{name}", wrong)
    country = judgment.hotline_country
    if country is not None and (wrong := grammar.country_fault(country)):
        yield Fault("hotline_country", wrong)
    elif country is not None and judgment.source is not Source.FOREIGN_HOTLINE:
        yield Fault("hotline_country", "belongs to the source foreign_hotline only")


def looked_up(judgment: Judgment) -> Iterator[Fault]:
    """Find addresses without the time of the look-up (guideline 第3の4)."""
    if judgment.target.ip_addresses and judgment.target.ip_checked_at is None:
        yield Fault(
            "target.ip_checked_at", "is missing: when were the addresses looked up?"
        )
