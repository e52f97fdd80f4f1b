"""Tables on narrow terminals: words whole, lines within the width."""

import sys

import pytest

from notices.cli.screen import tables
from notices.cli.screen.language import speaking
from notices.cli.screen.width import columns
from notices.messages import Text

HEADS = ("case", "category", "why")
ROWS = [
    ("IHC-2026-004217", "bank-account-transfer-solicitation", "犯罪収益移転防止法"),
    ("IHC-2026-004218", "phishing", "a reason in words that may be broken anywhere"),
]


@pytest.mark.parametrize("width", [48, 60, 72, 80, 100, 120, 200])
def test_no_line_is_wider_and_no_word_is_cut(width, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    tables.print_table(HEADS, ROWS, prose=("category", "why"))
    told = capsys.readouterr().out
    assert max(map(columns, told.splitlines())) <= width
    words = [word for row in ROWS for word in " ".join(row[:2]).split()]
    assert all(word in told for word in words)
    assert "".join(ROWS[0][2]) in told.replace("\n", "").replace(" ", "")


def test_a_name_stays_a_name(capsys):
    """A case called `Request` stood as 依頼 in Japanese: it is nobody's word but theirs."""
    with speaking("ja"):
        tables.print_table(
            (Text("case"), Text("state")), [("Request", Text("revoked"))]
        )
    head, _, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["案件", "状態"]
    assert row.split() == ["Request", "取消済み"]
