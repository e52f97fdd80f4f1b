"""Leaves of version 2 that a reader refuses, each with the name of its reason."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from tests.vectors import specification as page

Leaf = dict[str, Any]
Edit = Callable[[Leaf], object]


def _put(**members: Any) -> Edit:
    return lambda leaf: leaf.update(members)


def _fact(name: str, value: Any) -> Edit:
    return lambda leaf: leaf["facts"].update({name: value})


def _link(**link: Any) -> Edit:
    return lambda leaf: leaf["previous"].update(case=link)


def _chains(*names: str) -> Edit:
    return lambda leaf: leaf["previous"].update(dict.fromkeys(names))


EDITS: list[tuple[str, str, Edit]] = [
    ("later-version", "a version that is not known yet", _put(v=3)),
    ("members", "version 1 had no such member", _put(v=1)),
    ("members", "a version is a number", _put(v="2")),
    ("members", "true is no number", _put(v=True)),
    ("members", "a member that the version does not have", _put(extra=1)),
    ("members", "no nonce: its hash could be guessed", lambda leaf: leaf.pop("nonce")),
    ("seq", "a place is no text", _put(seq="7")),
    ("seq", "true is no place", _put(seq=True)),
    ("seq", "before the first", _put(seq=-1)),
    ("at", "milliseconds only", _put(at="2026-11-24T02:01:00.000Z")),
    ("at", "an offset in place of Z", _put(at="2026-11-24T02:01:00.000000+00:00")),
    ("at", "no such day", _put(at="2026-02-30T02:01:00.000000Z")),
    ("at", "a leap second", _put(at="2026-12-31T23:59:60.000000Z")),
    ("at", "digits of another script", _put(at="2026-11-24T02:01:00.00000\u0660Z")),
    ("at", "the hour 24", _put(at="2026-11-23T24:00:00.000000Z")),
    ("event", "capital letters", _put(event="Looked")),
    ("case_id", "small letters", _put(case_id="ihc-2026")),
    ("number", "a blank", _put(number="R8 1")),
    ("nonce", "too short", _put(nonce="00")),
    ("nonce", "capital letters", _put(nonce="A" * 32)),
    ("by", "no kind", _put(by="tanaka")),
    ("by", "a mailbox", _put(by="user:tanaka@example.jp")),
    ("previous", "about a case, and no link of the case", _put(previous={})),
    (
        "previous",
        "a link of a notice, and about none",
        lambda leaf: leaf["previous"].update(notice=None),
    ),
    ("previous", "a link to itself", _link(seq=7, leaf="0" * 64)),
    ("previous", "a link without its hash", _link(seq=6)),
    ("previous", "no list", _put(previous=[])),
    ("previous", "a chain with capital letters", _chains("Person")),
    ("previous", "a chain with a hyphen", _chains("a-b")),
    ("previous", "a chain of 41 letters", _chains("a" * 41)),
    ("previous", "65 chains", _chains(*(f"c{n}" for n in range(64)))),
    ("facts", "a mailbox", _fact("x", "a@example.jp")),
    ("facts", "a URL", _fact("x", "http://example.jp")),
    ("facts", "free text", _fact("x", "削除済み")),
    ("facts", "an object", _fact("x", {})),
    ("facts", "a name with capital letters", _fact("X", 1)),
    ("facts", "too long", _fact("x", "a" * 256)),
    ("facts", "65 of them", _put(facts={f"x{n}": n for n in range(65)})),
    ("facts", "yesterday", _fact("at", "yesterday")),
    ("facts", "a day, not a moment", _fact("at", "2026-11-23")),
    (
        "facts",
        "happened a microsecond after",
        _fact("at", "2026-11-24T02:01:00.000001Z"),
    ),
    ("facts", "happens next year", _fact("at", "2027-01-01T00:00:00.000000Z")),
    ("facts", "a moment is no number", _fact("at", 20261123)),
    ("facts", "a blank in who did it", _fact("by", "x y")),
    ("facts", "nobody did it", _fact("by", "")),
    ("facts", "41 characters of who did it", _fact("by", "a" * 41)),
    ("facts", "who did it is no number", _fact("by", 1)),
    (
        "beside",
        "65 of them",
        _put(beside={f"x{n}": "0" * 64 for n in range(65)}),
    ),
    ("beside", "no SHA-256", _put(beside={"note": "00"})),
    ("beside", "a path", _put(beside={"document/../x": "0" * 64})),
    ("beside", "plain text", _put(beside={"note": "画面を確認"})),
    (
        "too-long",
        "more than 8192 octets",
        lambda leaf: leaf["facts"].update({f"x{n}": "a" * 255 for n in range(50)}),
    ),
]


def refused(leaves: list[bytes]) -> list[dict[str, str]]:
    """Reason, why, and the octets in Latin-1, so that each octet is a character."""
    genuine = leaves[7]
    made = []
    for reason, why, edit in EDITS:
        leaf = page.parse(genuine)
        edit(leaf)
        made.append(_row(reason, why, page.canonical(leaf)))
    return [*made, *_as_written(genuine)]


def _as_written(genuine: bytes) -> Iterator[dict[str, str]]:
    """The same values, written in another way."""
    text = json.dumps(json.loads(genuine)).encode()
    yield _row("not-canonical", "blanks", text)
    yield _row("not-canonical", "a line feed at the end", genuine + b"\n")
    yield _row(
        "not-canonical",
        "an escape without need",
        genuine.replace(b"JP", b"J\\u0050").replace(b"police", b"\\u0070olice", 1),
    )
    yield _row(
        "not-canonical", "a fraction", genuine.replace(b'"seq":7,"v"', b'"seq":7.0,"v"')
    )
    yield _row(
        "not-canonical",
        "an exponent",
        genuine.replace(b'"seq":7,"v"', b'"seq":7e0,"v"'),
    )
    yield _row(
        "not-canonical", "minus zero", genuine.replace(b'"seq":7,"v"', b'"seq":-0,"v"')
    )
    yield _row(
        "not-canonical",
        "another order",
        b'{"v":2,' + genuine[1:].replace(b',"v":2', b""),
    )
    yield _row("repeated-member", "a member twice", genuine[:-1] + b',"v":2}')
    yield _row(
        "not-canonical",
        "beyond 2^53 - 1",
        genuine.replace(b'"facts":{', b'"facts":{"a":9007199254740992,'),
    )
    for why, digits in (("of 5,000 digits", 5_000), ("of 4,000 digits", 4_000)):
        number = b'"facts":{"a":%s,' % (b"9" * digits)
        yield _row("not-canonical", why, genuine.replace(b'"facts":{', number))
    yield _row(
        "not-canonical",
        "below -(2^53 - 1)",
        genuine.replace(b'"facts":{', b'"facts":{"a":-9007199254740992,'),
    )
    yield _row(
        "not-canonical",
        "beyond 2^53 - 1 in a later version",
        genuine.replace(b'"v":2', b'"v":9007199254740992'),
    )
    yield _row("not-json", "NaN", genuine.replace(b'"seq":7,"v"', b'"seq":NaN,"v"'))
    yield _row("not-json", "cut", genuine[:-1])
    yield _row("not-json", "two values", genuine + genuine)
    yield _row("not-json", "a byte order mark", b"\xef\xbb\xbf" + genuine)
    yield _row("not-json", "no UTF-8", genuine.replace(b"token", b"tok\xffn"))
    yield _row("not-json", "UTF-16", genuine.decode().encode("utf-16-le"))
    yield _row("not-canonical", "half of a pair", genuine.replace(b"token", b"\\ud800"))
    yield _row("not-json", "nested too deep", b"[" * 8_000)
    yield _row("members", "a list", b"[]")


def _row(reason: str, why: str, octets: bytes) -> dict[str, str]:
    return {"reason": reason, "why": why, "octets": octets.decode("latin-1")}
