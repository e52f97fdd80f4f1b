"""Writing a container: ASiC-E (EN 319 162-1), the same bytes for the same members."""

import io
import zipfile
import zlib
from collections.abc import Mapping

from notices.verifying.container import MAX_RATIO, MEDIA_TYPE, MIMETYPE

# The oldest moment that ZIP can tell; when something happened stands inside.
_FIXED = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_PLAIN_FILE = 0o100644 << 16


def write_container(members: Mapping[str, bytes]) -> bytes:
    """The members after `mimetype`, in their order; names are ASCII paths."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        # EN 319 162-1, A.1: first and stored, so that it is read at a fixed place
        archive.writestr(_info(MIMETYPE, zipfile.ZIP_STORED), MEDIA_TYPE)
        for name, content in members.items():
            if name != MIMETYPE:
                archive.writestr(_info(name, _method(content)), content)
    return buffer.getvalue()


def _method(content: bytes) -> int:
    """Stored where it packs so well that a reader would take it for a bomb."""
    is_tight = len(content) > MAX_RATIO // 2 * len(zlib.compress(content))
    return zipfile.ZIP_STORED if is_tight else zipfile.ZIP_DEFLATED


def _info(name: str, method: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _FIXED)
    info.compress_type = method
    info.create_system = _UNIX
    info.external_attr = _PLAIN_FILE
    return info
