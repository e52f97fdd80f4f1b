"""Real bounces with our ids put in: how many settle a delivery, and is one settled wrongly?

    apt-get install libclass-accessor-lite-perl libjson-perl      # of the judge, in Perl
    python bench/bounces.py --sets FOLDER [--list] [MORE ...]

Into FOLDER six public sets and the judge are fetched, where they are not there yet. They
belong to their makers and are never part of this repository. MORE are other folders of
mails. A second reader of bounces, Sisimai, says of each mail which recipient failed, was
delayed or was delivered to. The Message-ID of what was returned becomes one of ours, that recipient becomes ours, and
our reader says what the mail proves.

- `settled`: a final failure is `bounced`. `on record`: it is our notice, and nothing changes.
  `unrelated`: it holds our id, and is not found to be ours. `no id`: nothing of what was sent
  is in the mail, so nobody could tell.
- `wrong action`: bounced, where the judge says delayed, delivered, or no failure at all. The
  judge calls every time-out `delayed`, given up or not; there the report's own field Action
  (RFC 3464) is the word, and where it has none, `given up?` counts what was settled.
- `wrong recipient`: the same mail with our id, our address only in the header of what was
  returned, and another address in the report: whatever it settles is wrong.

`--list` names the mails that are not settled, with the reason. No time is measured.
"""

import argparse
import email
import email.policy
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from notices.delivery import State
from notices.inbox.classifying import read_mail
from notices.inbox.known import Known, Match
from notices.inbox.matching import match
from notices.inbox.reading.received import with_crlf

TO = "abuse@provider.example"
NUMBER = "R8-1-000123"
MESSAGE_ID = f"<{NUMBER}.00112233445566778899aabb@hotline.example>"
OURS = Known(
    number=NUMBER,
    message_id=MESSAGE_ID,
    message_sha256=sha256(b"").hexdigest(),
    message_size=0,
    envid=f"{NUMBER}.5f3a9c01",
    forward_path=TO,
    archive_path="",
    attempts=1,
)
FROM = "https://github.com"
JUDGE_REPOSITORY = "sisimai/p5-sisimai"
SETS = {
    "sisimai/set-of-emails": "maildir/bsd",
    "crazy-max/CwsMailBounceHandler": "tests/emls",
    "rapofran/bounce_email": "test/bounces",
    "rjbs/Mail-DeliveryStatus-BounceParser": "t/corpus",
    "wRAR/flufl.bounce": "flufl/bounce/tests/data",
    "cfortune/PHP-Bounce-Handler": "eml",
}
"""Repositories, and where in them the mails lie."""
JUDGE = """
use strict; use Sisimai; use JSON;
while(my $file = <STDIN>) { chomp $file;
  my $found = eval { Sisimai->rise($file, delivered => 1, vacation => 1) } || [];
  my @told = map { my $d = $_->damn; +{ map { ($_ => $d->{$_}) } qw(recipient action reason) } } @$found;
  print encode_json({file => $file, found => \\@told}), "\\n";
}
"""
_ID_LINE = re.compile(
    rb"^[> \t]*(?:X-[A-Za-z-]*)?Message-ID:[ \t]*(?:\r?\n[ \t]+)?<?([^\s<>]+@[^\s<>]+)>?",
    re.IGNORECASE | re.MULTILINE,
)
_BASE64 = re.compile(rb"(transfer-encoding:)[ \t]*base64", re.IGNORECASE)
FAILED = {b"failed", b"failure", b"error"}
"""The word of RFC 3464, 2.3.3, and what some servers write for it."""
_ACTION = re.compile(rb"(?im)^Action:[ \t]*([a-z]+)")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One mail of a set, and what the judge says of the recipient that became ours."""

    path: Path
    right: bytes | None
    """With our id and our recipient; None: it returns no Message-ID."""
    wrong: bytes | None
    """With our id, and our recipient only where what was returned says To."""
    is_failure: bool | None
    """None: a time-out of which the judge does not say whether it was the last."""
    reason: str
    """Sisimai's word for why."""


def main() -> int:
    args = _arguments()
    judge = _fetched(args, JUDGE_REPOSITORY) / "lib"
    sets = [_fetched(args, name) / place for name, place in SETS.items()]
    for folder in (*sets, *args.folders):
        cases = list(_cases(folder, judge))
        print(f"{folder}: {len(cases)} mails")
        _tell(cases, is_listing=args.list)
    return 0


def _fetched(args: argparse.Namespace, name: str) -> Path:
    """A repository in the folder of the sets; cloned the first time."""
    folder: Path = args.sets / name.replace("/", "+")
    if not folder.exists():
        words = ["git", "clone", "--quiet", "--depth", "1", f"{args.source}/{name}"]
        subprocess.run([*words, str(folder)], check=True)
    return folder


def _tell(cases: list[Case], *, is_listing: bool) -> None:
    failures, others, open_ = Counter[str](), Counter[str](), Counter[str]()
    counts = {True: failures, False: others, None: open_}
    why = Counter[str]()
    wrong_action = wrong_recipient = 0
    for case in cases:
        count = counts[case.is_failure]
        if case.right is None:
            count["no id"] += 1
            continue
        found = _matched(case.right)
        word = _word(found)
        count[word] += 1
        is_wrong = found.proves is not None and (
            case.is_failure is False or found.proves is not State.BOUNCED
        )
        is_stray = case.wrong is not None and _matched(case.wrong).proves is not None
        wrong_action += is_wrong
        wrong_recipient += is_stray
        if word == "settled":
            why[f"{case.reason} -> {found.facts.get('cause', '-')}"] += 1
        if is_listing and (is_stray or (word == "settled") is not case.is_failure):
            mark = "WRONG ACTION " * is_wrong + "WRONG RECIPIENT " * is_stray
            told = {True: "failed", False: "no failure", None: "given up?"}[
                case.is_failure
            ]
            print(
                f"  {case.path.name}: {mark}{word} ({told}: {case.reason}): {found.kind} {found.reason}"
            )
    held = sum(failures.values()) - failures["no id"]
    print(f"  final failures with our id: {held}; of these", end=" ")
    for word in ("settled", "on record", "unrelated"):
        print(
            f"{word} {failures[word]} ({failures[word] / max(held, 1):.1%})", end="; "
        )
    print(f"without any id: {failures['no id']}")
    print(f"  no final failure: {dict(others)}; given up?: {dict(open_)}")
    print(f"  wrong action {wrong_action}, wrong recipient {wrong_recipient}")
    if is_listing:
        for line, times in why.most_common():
            print(f"    {times:4} {line}")


def _word(found: Match) -> str:
    if found.proves is State.BOUNCED:
        return "settled"
    return "unrelated" if found.number is None else "on record"


def _matched(octets: bytes) -> Match:
    return match(read_mail(octets), octets, [OURS], from_archive=False)


def _cases(folder: Path, judge: Path) -> Iterator[Case]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = subprocess.run(
        ["perl", f"-I{judge}", "-e", JUDGE],
        input="\n".join(map(str, files)) + "\n",
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    for line in told.splitlines():
        answer = json.loads(line)
        yield _case(Path(answer["file"]), answer["found"])


def _case(path: Path, found: list[dict[str, str]]) -> Case:
    octets = with_crlf(_readable(path.read_bytes()))
    failed = [each for each in found if each["action"] == "failed"]
    chosen = (failed or found or [{}])[0]
    is_failure: bool | None = bool(failed)
    actions = {each.lower() for each in _ACTION.findall(octets)}
    if len(actions) == 1:
        is_failure = actions <= FAILED
    elif chosen.get("reason") == "expired":
        is_failure = None
    recipient = chosen.get("recipient", "")
    right = _with_id(octets)
    return Case(
        path=path,
        right=right and _replaced(right, recipient),
        wrong=right and _replaced(right, recipient, is_header_only=True),
        is_failure=is_failure,
        reason=chosen.get("reason", "-"),
    )


def _readable(octets: bytes) -> bytes:
    """Base64 parts in clear, so that an id can be put into them."""
    if b"base64" not in octets.lower():
        return octets
    mail = email.message_from_bytes(octets, policy=email.policy.compat32)
    for part in mail.walk():
        encoding = str(part.get("content-transfer-encoding", "")).lower()
        if not part.is_multipart() and encoding == "base64":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and b"essage-" in content:
                octets = octets.replace(
                    str(part.get_payload()).encode("ascii", "replace"), content
                )
                octets = _BASE64.sub(rb"\1 8bit", octets)
    return octets


def _with_id(octets: bytes) -> bytes | None:
    """Every place of the last Message-ID below the header names ours."""
    body = re.search(rb"\r?\n\r?\n", octets)
    found = _ID_LINE.findall(octets, body.end()) if body else []
    if not found or body is None:
        return None
    head, rest = octets[: body.end()], octets[body.end() :]
    return head + rest.replace(found[-1], MESSAGE_ID.strip("<>").encode())


def _replaced(octets: bytes, recipient: str, *, is_header_only: bool = False) -> bytes:
    if not recipient:
        return octets
    name = re.escape(recipient.encode())
    before = (
        rb"(?im)^([> \t]*To:[^\r\n]*?)" if is_header_only else rb"(?i)()(?<![\w.+-])"
    )
    return re.sub(before + name + rb"(?![\w-])", rb"\g<1>" + TO.encode(), octets)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, help="more folders of mails")
    parser.add_argument("--sets", type=Path, required=True, help="where sets are kept")
    parser.add_argument("--from", dest="source", default=FROM, help="whence they come")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
