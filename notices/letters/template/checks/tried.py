"""Which templates need no trial where they are used: they had it at the maker's."""

from hashlib import sha256

from notices.codec.package_data import load_tried_templates


def was_tried(name: str, text: str) -> bool:
    """Whether a file came with the program, and was tried when that was made.

    A verdict depends on name and octets alone: so what a site changed is tried where it
    is used, and what ships was tried once, with some 3,400 letters.
    """
    return line_of(name, text) in load_tried_templates()


def line_of(name: str, text: str) -> str:
    """Digest and name, as `sha256sum` writes them."""
    return f"{sha256(text.encode()).hexdigest()}  {name}"
