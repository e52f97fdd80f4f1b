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
NUMBER_MARK, TITLE_MARK = "THE-NUMBER", "THE-TITLE"
"""What stands in it for the number and the title."""
BODY_END = "<w:sectPr "
"""What follows the letter's words in the body: size and margins of the paper."""
FOOTER_PART = "word/footer1.xml"
"""Where the number stands."""


@lru_cache(maxsize=1)
def base_parts() -> Mapping[str, bytes]:
    """The parts of the base document; ConfigError if the package is damaged."""
    try:
        return MappingProxyType(parts_of(BASE.read_bytes()))
    except (OSError, zipfile.BadZipFile) as broken:
        raise ConfigError(
            Text(
                "{name} of the package cannot be read: {broken}",
                name=BASE.name,
                broken=broken,
            ),
            hint="install the package again",
        ) from broken


def parts_of(package: bytes) -> dict[str, bytes]:
    """The parts of a DOCX by name, in its order."""
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}
