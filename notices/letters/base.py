"""The DOCX that every letter begins from; `tests/letters/making_base.py` makes it."""

import io
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from notices.errors import ConfigError
from notices.messages import Text

BASE = Path(__file__).with_name("base.docx")
"""An A4 document with the letter's styles and footer, without text."""
NUMBER_MARK, TITLE_MARK, AUTHOR_MARK = "THE-NUMBER", "THE-TITLE", "THE-AUTHOR"
"""What stands in it for the number, the title and the centre."""
HEAD_MARK, FIRST_HEAD_MARK = "THE-HEAD", "THE-FIRST-HEAD"
"""What stands at the head of a page, and of the first page."""
CREATED_MARK = "1980-01-01T00:00:00Z"
"""Its dates."""
BODY_END = "<w:sectPr "
"""What follows the letter's words in the body: size and margins of the paper."""
FOOTER_PARTS = ("word/footer1.xml", "word/footer2.xml")
"""Where the number stands: on the first page and on all others."""
HEADER_PARTS = ("word/header1.xml", "word/header2.xml")
"""Where the marks of the head stand."""
PROPERTIES_PART = "docProps/core.xml"
"""Title, author and dates."""


@lru_cache(maxsize=1)
def base_parts() -> Mapping[str, bytes]:
    """The parts of the base document; ConfigError if the package is damaged."""
    try:
        return MappingProxyType(parts_of(BASE.read_bytes()))
    except (OSError, zipfile.BadZipFile) as broken:
        raise ConfigError(
            Text("{name} of the package cannot be read", name=BASE.name),
            hint="install the package again",
        ) from broken


def parts_of(package: bytes) -> dict[str, bytes]:
    """The parts of a DOCX by name, in its order."""
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}
