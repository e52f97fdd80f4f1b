"""Which templates need no trial where they are used: they had it at the maker's."""

from collections.abc import Collection
from hashlib import sha256

from notices.codec.package_data import load_tried_templates
from notices.letters.template.checks.word_table import TABLE_NAME, table_text


def was_tried(name: str, text: str) -> bool:
    """Whether a file came with the program, and was tried when that was made.

    A verdict depends on name, octets and the table of words alone: so what a site
    changed is tried where it is used, and what ships was tried once, with some 3,400
    letters. Where the table was changed, all are tried.
    """
    return is_listed(name, text, table_text(), load_tried_templates())


def is_listed(name: str, text: str, words: str, tried: Collection[str]) -> bool:
    """Whether a file and the text of the table of words are both among the tried."""
    return {line_of(name, text), line_of(TABLE_NAME, words)} <= set(tried)


def line_of(name: str, text: str) -> str:
    """Digest and name, as `sha256sum` writes them."""
    return f"{sha256(text.encode()).hexdigest()}  {name}"
