"""Mails as servers and people write them: what each claims and what it proves.

Each vector is an .eml file and an .expect file: a comment that says why it is there,
then `name = value`; `-` stands for nothing. Names beyond kind, number, proves and
reason are facts on record.
"""

from pathlib import Path

import pytest

from notices.inbox.classifying import read_mail
from notices.inbox.matching import match
from notices.inbox.reading.received import with_crlf
from tests.inbox.sample import ALL

VECTORS = sorted(
    Path(__file__).with_name("vectors").glob("*.eml"),
    key=lambda path: int(path.stem.split("-", 1)[0]),
)


def expected(path):
    lines = path.with_suffix(".expect").read_text("utf-8").splitlines()
    assert lines[0].startswith("# "), "the first line says why the vector is there"
    return dict(line.split(" = ", 1) for line in lines[1:])


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_each_mail_is_what_the_vector_says(path):
    octets = with_crlf(path.read_bytes())
    found = match(read_mail(octets), octets, ALL, from_archive=False)
    told = {
        **{key: str(value) for key, value in found.facts.items() if value},
        "kind": str(found.kind),
        "number": found.number or "-",
        "proves": str(found.proves or "-"),
        "reason": found.reason,
    }
    want = expected(path)
    assert {key: told.get(key, "-") for key in want} == want, found.reason


def test_the_vectors_are_numbered_without_gaps_and_none_lacks_its_partner():
    names = [path.stem.split("-", 1)[0] for path in VECTORS]
    assert [int(name) for name in names] == list(range(1, len(VECTORS) + 1))
    stems = {path.stem for path in VECTORS}
    folder = VECTORS[0].parent
    assert {path.stem for path in folder.glob("*.expect")} == stems
