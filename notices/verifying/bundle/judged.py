"""The judgment in a bundle against `notice.json`, and within itself: B23."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from notices.judgment import JST
from notices.messages import Text, listed
from notices.verifying.bundle import members
from notices.verifying.bundle.reading import Bundle
from notices.verifying.checks import NotApplicable, malformed
from notices.verifying.content.notice_json import read_json
from notices.verifying.zip_reader import MAX_TOTAL

_REQUEST = "request"
_LOCATOR = ("board_name", "thread", "post_number", "poster_id")


def check(evidence: Bundle) -> str:
    """The judgment says what `notice.json` says. Refusal; NotApplicable."""
    if members.JUDGMENT not in evidence.members:
        raise NotApplicable("the judgment was left out")
    judgment = read_json(evidence.members[members.JUDGMENT], "judgment.json", MAX_TOTAL)
    notice = read_json(evidence.member(members.NOTICE), "notice.json", MAX_TOTAL)
    compared = []
    for what, judged, told in (*_named(judgment, notice), *_found(judgment, notice)):
        if judged != told:
            raise malformed(
                Text("{what} of the judgment is not that of notice.json", what=what)
            )
        compared.append(what)
    _check_recipient(judgment, notice)
    _check_persons(judgment, notice)
    _check_days(judgment, notice)
    return Text(
        "{case_id}, {count} URLs; {pairs}",
        case_id=judgment["case_id"],
        count=len(notice["urls"]),
        pairs=listed(compared, ", "),
    )


Pairs = Iterator[tuple[str, Any, Any]]


def _named(judgment: Mapping[str, Any], notice: Mapping[str, Any]) -> Pairs:
    """What every judgment has."""
    yield "case", judgment["case_id"], notice["case_id"]
    yield "URLs", judgment["target"]["urls"], notice["urls"]
    yield "category", judgment["category"], notice["category"]["slug"]
    yield Text("day of the finding"), judgment["found_on"], notice["found_on"]
    yield "content", judgment["content"], notice["content"]
    yield "reason", judgment["reason"], notice["reason"]
    for name in ("content_en", "reason_en"):
        if notice.get(name):
            yield name, judgment.get(name), notice[name]


def _found(judgment: Mapping[str, Any], notice: Mapping[str, Any]) -> Pairs:
    """Where it is, the law, the elements."""
    target, locator = judgment["target"], judgment["target"].get("locator") or {}
    told = notice["locator"]
    yield "facility", target["facility"], notice["facility"]
    for name in _LOCATOR:
        yield f"locator.{name}", locator.get(name) or "", told.get(name, "")
    files = locator.get("file_names") or []
    yield "locator.file_names", files, told.get("file_names", [])
    name = "posted_at"
    yield f"locator.{name}", _moment(locator.get(name)), _moment(told.get(name))
    addresses = target.get("ip_addresses") or []
    yield "ip_addresses", addresses, notice["ip_addresses"]
    name = "ip_checked_at"
    yield name, _moment(target.get(name)), _moment(notice.get(name))
    # none: those that the catalogue has for that day
    if statutes := judgment.get("statutes"):
        yield "statutes", _provisions(statutes), _provisions(notice["statutes"])
    if "elements" in notice:
        met = [one["id"] for one in judgment.get("elements") or ()]
        yield "elements", sorted(met), sorted(one["id"] for one in notice["elements"])


def _provisions(statutes: Any) -> list[tuple[str, str]]:
    return [(row["law"], row["article"]) for row in statutes]


def _check_recipient(judgment: Mapping[str, Any], notice: Mapping[str, Any]) -> None:
    """Whom the first request went to stands in the judgment, by rung."""
    if notice.get("kind", _REQUEST) != _REQUEST:
        return  # it goes to whom the notice before went to
    recipient, is_test = notice["recipient"], notice.get("test", False)
    steps = [one for one in judgment["ladder"] if one["rung"] == recipient["rung"]]
    if not steps:
        raise malformed(
            Text("the judgment names no {rung}", rung=str(recipient["rung"]))
        )
    # a test goes to the centre itself; what is empty came from the directory
    names = ("name",) if is_test else ("name", "mailbox")
    for name in names:
        told = recipient[name]
        if not any((one.get(name) or told) == told for one in steps):
            raise malformed(
                Text(
                    "{what} of the judgment is not that of notice.json",
                    what=f"recipient.{name}",
                )
            )


def _check_persons(judgment: Mapping[str, Any], notice: Mapping[str, Any]) -> None:
    """Two persons judged (guideline 第3の2); in a test one may be both."""
    names = ("".join(judgment[who]["name"].split()) for who in ("assessor", "checker"))
    assessor, checker = names
    if assessor == checker and not notice.get("test", False):
        raise malformed("the judgment's assessor is its checker")


def _check_days(judgment: Mapping[str, Any], notice: Mapping[str, Any]) -> None:
    """Found, judged, checked, and only then a letter."""
    judged, checked = (_moment(judgment[name]) for name in ("judged_at", "checked_at"))
    found = date.fromisoformat(judgment["found_on"])
    letter = date.fromisoformat(notice["date"])
    if judged is None or checked is None:
        raise malformed("the judgment does not say when it was made")
    holds = judged <= checked and found <= judged.astimezone(JST).date()
    if not holds or checked.astimezone(JST).date() > letter:
        raise malformed(
            Text(
                "found on {found}, judged at {judged}, checked at {checked}, "
                "the letter is of {letter}: these are in no order",
                found=str(judgment["found_on"]),
                judged=str(judgment["judged_at"]),
                checked=str(judgment["checked_at"]),
                letter=str(notice["date"]),
            )
        )


def _moment(told: Any) -> datetime | None:
    if told is None:
        return None
    moment = datetime.fromisoformat(told)
    return moment if moment.tzinfo else moment.replace(tzinfo=JST)
