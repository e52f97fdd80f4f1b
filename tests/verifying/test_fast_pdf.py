"""The quick reader of plain letters never accepts what the general one refuses."""

import random
from collections.abc import Iterator
from datetime import datetime

import pytest

from notices.report import Finding
from notices.verifying.checks import run
from notices.verifying.pdf import checks, fast_layout
from notices.verifying.pdf.document import Document
from notices.verifying.policy import read_policy
from tests.verifying.forge import letters
from tests.verifying.forgery import Forgery
from tests.verifying.genuine import genuine_letter, notice_json
from tests.verifying.mutants import mutants
from tests.verifying.pki import JUDGED_AT, world

LETTERS = list(letters())


class GenerallyRead(Document):
    """A letter that pyHanko reads, whether it is plain or not."""

    @property
    def plain(self) -> None:  # type: ignore[override]
        """Never."""


def judge(kind: type[Document], data: bytes, at: datetime) -> tuple[Finding, ...]:
    policy = read_policy(trust=[world().root.pem], at=at)
    return run(checks.CHECKS, kind(data, policy))


def passed(findings: tuple[Finding, ...]) -> set[str]:
    return {one.id for one in findings if one.status == "passed"}


def check_agreement(data: bytes, at: datetime = JUDGED_AT) -> bool:
    """Whether the quick reader took the letter; both readers must say the same."""
    taken = Document(data, read_policy(trust=[world().root.pem], at=at)).fast
    quickly, generally = judge(Document, data, at), judge(GenerallyRead, data, at)
    if any(one.id == "P02" and one.status != "passed" for one in generally):
        # pyHanko looks into the signature early; the quick reader leaves it to P05
        assert any(one.sub_indication for one in quickly)
    else:
        assert [(one.id, one.status, one.detail) for one in quickly] == [
            (one.id, one.status, one.detail) for one in generally
        ]
    return taken is not None


@pytest.mark.parametrize(("level", "taken"), [("B-B", True), ("B-T", True)])
def test_a_letter_as_it_is_sent_is_read_quickly(level: str, taken: bool) -> None:
    letter = genuine_letter(world(), world().signer, notice_json(), level)
    assert check_agreement(letter) is taken


@pytest.mark.parametrize("level", ["B-LT", "B-LTA"])
def test_what_was_added_later_is_left_to_the_general_reader(level: str) -> None:
    letter = genuine_letter(world(), world().signer, notice_json(), level)
    assert not check_agreement(letter)


@pytest.mark.filterwarnings("ignore::pikepdf.PageCopyWarning")
@pytest.mark.parametrize("forgery", LETTERS, ids=lambda one: one.name)
def test_both_readers_say_the_same_of_a_forged_letter(forgery: Forgery) -> None:
    check_agreement(forgery.build(world()), forgery.at)


def edited(seed: int, count: int) -> Iterator[bytes]:
    """Letters with an octet changed where it decides on the structure."""
    letter = genuine_letter(world(), world().signer, notice_json())
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    gap = letter.rindex(b"/Contents <") + 20
    for _ in range(count):
        at = chance.choice(
            [chance.randrange(gap), chance.randrange(len(letter) - 900, len(letter))]
        )
        new = chance.choice(b"0123456789 /<>[]()\n%RnfxS#")
        yield letter[:at] + bytes([new]) + letter[at + 1 :]


def test_both_readers_say_the_same_of_mutants() -> None:
    letter = genuine_letter(world(), world().signer, notice_json())
    taken = [check_agreement(one) for one in (*mutants(letter, 1, 20), *edited(1, 60))]
    assert 10 < sum(taken) < len(taken)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(2, 50))
def test_both_readers_say_the_same_of_many_mutants(seed: int) -> None:
    letter = genuine_letter(world(), world().signer, notice_json())
    for one in (*mutants(letter, seed, 12), *edited(seed, 50)):
        check_agreement(one)


LAID_OUT = genuine_letter(world(), world().signer, notice_json())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\n0000000000 65535 f \n", b"\n0000000001 65535 f \n"),
        (b" 00000 n \n", b" 00001 n \n"),
        (b" 00000 n \n", b" 00000 n\r\n"),
        (b"0 obj\n", b"1 obj\n"),
        (b"\nendobj\n", b"\nendobj "),
        (b"/Size ", b"/Size 0"),
        (b"%%EOF\n", b"%%EOF\r"),
        (b"\nxref\n", b"\nxref "),
        (b"/Prev ", b"/Perv "),
        (b"/Root 1 0 R", b"/Root 1 1 R"),
        (b"%PDF-1", b"%PDF-3"),
    ],
)
def test_any_other_layout_is_left_to_the_general_reader(old: bytes, new: bytes) -> None:
    assert old in LAID_OUT
    at = LAID_OUT.rindex(old)
    changed = LAID_OUT[:at] + new + LAID_OUT[at + len(old) :]
    assert fast_layout.count_revisions(LAID_OUT) == 2
    assert fast_layout.count_revisions(changed) is None
