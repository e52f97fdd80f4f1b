"""Facts of the record on the screen: `name=value`, in the language of this run.

The record keeps what the program noted as English sentences. They are told on reading,
and stay what they are.
"""

from notices.cli.screen.language import shown
from notices.signs import plain
from notices.store.attempt_notes import recalled

_NOTE = "note"
"""What the program itself wrote down of an attempt."""


def told_fact(name: str, value: object) -> str:
    """One fact on one line; ids, hashes and words of others as they stand."""
    said = str(value)
    return f"{name}={shown(recalled(said)) if name == _NOTE else plain(said)}"
