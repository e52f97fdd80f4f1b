"""When two spellings are one."""

import unicodedata


def key(text: str) -> str:
    """Make spellings equal: NFKC, no white space; full-width brackets become half."""
    return "".join(unicodedata.normalize("NFKC", text).split())
