"""Reading the leaves that this program writes in one pass: most of a ledger.

What matches is a leaf of version 2 in its one form, by the same rules as `leaf`; what
does not match is read there, slowly, and refused by name. So nothing is taken here that
is refused there: a test reads altered leaves both ways.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from operator import lt
from typing import NamedTuple

from notices.ledger.event import FactValue

_NAME = r'"[a-z][a-z0-9_]{0,39}"'
_HASH = r'"[0-9a-f]{64}"'
# no quotation mark, no reverse solidus, no @; `://` is looked for apart
_WORD = r'"[\x20\x21\x23-\x3f\x41-\x5b\x5d-\x7e]{0,255}"'
_PLACE = r"(?:0|[1-9][0-9]{0,14})"
_VALUE = rf"(?:{_WORD}|{_PLACE}|-[1-9][0-9]{{0,14}}|true|false|null)"
_MOMENT = (
    r'"20[0-9]{2}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"'
)
_LINK = rf'(?:null|\{{"leaf":{_HASH},"seq":{_PLACE}\}})'


def _map(name: str, value: str) -> str:
    one = f"{name}:{value}"
    return rf"\{{(?:{one}(?:,{one}){{0,63}})?\}}"


_LEAF = re.compile(
    rf'\{{"at":(?P<at>{_MOMENT}),"beside":(?P<beside>{_map(_NAME, _HASH)}),'
    r'"by":"(?P<by>(?:program|user|token|person):[A-Za-z0-9][A-Za-z0-9._-]{0,39})",'
    r'(?:"case_id":"(?P<case_id>[A-Z0-9][A-Z0-9-]{2,31})",)?'
    rf'"event":"(?P<event>[a-z][a-z0-9_]{{0,39}})",'
    rf'"facts":(?P<facts>{_map(_NAME, _VALUE)}),'
    r'"nonce":"(?P<nonce>[0-9a-f]{32})",'
    r'(?:"number":"(?P<number>[A-Za-z0-9][A-Za-z0-9._-]{0,39})",)?'
    rf'"previous":(?P<previous>{_map(_NAME, _LINK)}),"seq":(?P<seq>{_PLACE}),"v":2\}}',
    re.ASCII,
)
_NAMED_HASH = re.compile(r'"([a-z0-9_]+)":"([0-9a-f]{64})"')
_NAMED_LINK = re.compile(
    r'"([a-z0-9_]+)":(?:null|\{"leaf":"([0-9a-f]{64})","seq":([0-9]+)\})'
)
_TOLD_AT = re.compile(_MOMENT[1:-1], re.ASCII)
_TELLER = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)
_BEGINS_WITH_AT = re.compile(rf'\{{"at":{_MOMENT}[,}}]', re.ASCII)
_MOMENT_AT, _REST_AT = slice(7, 34), slice(35, None)
_FIRST_OF_CASE, _AFTER_ANOTHER, _ONE_LINK = '{"case":null}', '{"case":{"leaf":"', 2
_LONGEST = 8192
_read = json.JSONDecoder().decode


class QuickLeaf(NamedTuple):
    """The members of a leaf."""

    at: datetime
    """When it was written down."""
    beside: dict[str, str]
    """Name to commitment."""
    by: str
    """Who wrote it down."""
    case_id: str | None
    """The case."""
    event: str
    """What happened."""
    facts: dict[str, FactValue]
    """The particulars."""
    nonce: str
    """Random."""
    number: str | None
    """整理番号."""
    previous: dict[str, tuple[int, str] | None]
    """Chain to place and hash."""
    seq: int
    """Place in the ledger."""
    told_at: datetime | None
    """When it happened, as told; None: that is not told."""
    particulars: str = ""
    """The facts but for the moment, as they are written; empty: in another form."""


def quick_leaf(octets: bytes) -> QuickLeaf | None:
    """Read a leaf; None: read it slowly, which takes it or says why not."""
    try:
        text = octets.decode("ascii")
    except UnicodeDecodeError:
        return None
    if len(text) > _LONGEST or "://" in text:
        return None
    if (matched := _LEAF.fullmatch(text)) is None:
        return None
    written_at, beside, by, case_id, event, told, nonce, number, links, place = (
        matched.groups()
    )
    written_at, seq = written_at[1:-1], int(place)
    hashes = _NAMED_HASH.findall(beside)
    previous = _previous(links, seq)
    read = _facts(told)
    if not (
        previous is not None
        and read is not None
        and (len(hashes) <= 1 or _is_in_order([name for name, _ in hashes]))
        and (number is not None) == ("notice" in previous)
        and (case_id is not None) == ("case" in previous)
        and (read[1] or "") <= written_at
    ):
        return None
    facts, told_at, particulars = read
    try:
        at = datetime.fromisoformat(written_at)
        happened = datetime.fromisoformat(told_at) if told_at else None
    except ValueError:
        return None  # such as 30 February
    return QuickLeaf(  # in the order of its fields
        at,
        dict(hashes),
        by,
        case_id,
        event,
        facts,
        nonce,
        number,
        previous,
        seq,
        happened,
        particulars,
    )


def _previous(links: str, seq: int) -> dict[str, tuple[int, str] | None] | None:
    """Chain to the event before; None: in another order than ours, or not before."""
    if links == _FIRST_OF_CASE:
        return {"case": None}
    is_alone = links.endswith("}}") and links.count("{") == _ONE_LINK
    if is_alone and links.startswith(_AFTER_ANOTHER):
        place = int(links[89:-2])
        return {"case": (place, links[17:81])} if place < seq else None
    chains = _NAMED_LINK.findall(links)
    is_before = all(int(at) < seq for _, leaf, at in chains if leaf)
    if not is_before or not _is_in_order([name for name, *_ in chains]):
        return None
    return {name: (int(at), leaf) if leaf else None for name, leaf, at in chains}


def _facts(told: str) -> tuple[dict[str, FactValue], str | None, str] | None:
    """The particulars, the moment among them, and the rest as it is written.

    None: not in our form. Many events tell the same but for the moment, which is the
    first of almost all.
    """
    moment, rest = told[_MOMENT_AT], told[_REST_AT]
    if _BEGINS_WITH_AT.match(told):
        others = _particulars(rest)
        return others and ({"at": moment, **others[0]}, moment, rest)
    facts: dict[str, FactValue] = _read(told)
    at = facts.get("at")
    if not _is_one_form(facts, told) or not _is_teller(facts.get("by")):
        return None
    if at is not None and not (isinstance(at, str) and _TOLD_AT.fullmatch(at)):
        return None
    return facts, at if isinstance(at, str) else None, ""


@lru_cache(maxsize=1 << 15)
def _particulars(rest: str) -> tuple[dict[str, FactValue]] | None:
    """What follows the moment: `,"by":"a"}`; None: not in our form."""
    facts: dict[str, FactValue] = _read("{" + rest.removeprefix(","))
    named = {"at": "", **facts}
    is_good = (
        "at" not in facts
        and _is_one_form(named, '"at":' + rest)
        and _is_teller(facts.get("by"))
    )
    return (facts,) if is_good else None


def _is_one_form(facts: Mapping[str, FactValue], told: str) -> bool:
    """Sorted, each name once.

    One that came twice is in `facts` once; no value holds a quotation mark.
    """
    return _is_in_order(list(facts)) and told.count('":') == len(facts)


def _is_in_order(names: list[str]) -> bool:
    """Sorted, each once: so there is one way to write them."""
    return all(map(lt, names, names[1:]))


def _is_teller(by: FactValue) -> bool:
    """Who did it, as told."""
    return by is None or (isinstance(by, str) and bool(_TELLER.fullmatch(by)))
