"""Files of a form (RFC 7578): in memory, so many, never onto a disk."""

from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

MOST_BOUNDARY = 70
"""Characters of a boundary (RFC 2046, 5.1.1)."""


class BadForm(Exception):
    """It is not written as a form, or ends too early."""


class TooManyFiles(Exception):
    """More files than are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFile:
    """One file of a form."""

    field: str
    """Name of the field."""
    name: str
    """Name of the file, as whoever sends it says."""
    octets: bytes
    """Its content."""


class FormReader:
    """Takes a form piece by piece; what is no file is left out.

    BadForm for a Content-Type without a boundary.

        reader = FormReader(content_type, most_files=10)
        reader.feed(octets)
        files = reader.files()
    """

    def __init__(self, content_type: str, *, most_files: int) -> None:
        _, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if not 0 < len(boundary) <= MOST_BOUNDARY:
            raise BadForm
        self._opening = b"--" + boundary
        self._start = b""
        self._most_files = most_files
        self._files: list[FormFile] = []
        self._parts = 0
        self._is_whole = False
        self._begin()
        self._header = (bytearray(), bytearray())
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_header_field": self._name,
                "on_header_value": self._value,
                "on_header_end": self._header_end,
                "on_end": self._finish,
            },
        )

    def feed(self, octets: bytes) -> None:
        """Take the next piece; BadForm or TooManyFiles.

        Nothing stands before the first boundary: no browser writes it, and the library
        reads such a preamble or not by the pieces that it comes in.
        """
        if len(self._start) < len(self._opening):
            self._start += octets
            if len(self._start) < len(self._opening):
                return
            if not self._start.startswith(self._opening):
                raise BadForm
            octets = self._start
        try:
            self._parser.write(octets)
        except (FormParserError, ValueError):
            raise BadForm from None

    def files(self) -> list[FormFile]:
        """All of them; BadForm if the end was not reached."""
        if not self._is_whole:
            raise BadForm
        return self._files

    def _begin(self) -> None:
        self._disposition = ""
        self._content = bytearray()

    def _name(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _header_end(self) -> None:
        name, value = (bytes(one) for one in self._header)
        if name.lower() == b"content-disposition":
            self._disposition = value.decode("latin-1")
        self._header = (bytearray(), bytearray())

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._content += data[start:end]

    def _end(self) -> None:
        self._parts += 1
        if self._parts > 2 * self._most_files:
            raise TooManyFiles
        _, options = parse_options_header(self._disposition)
        if b"name" not in options:
            raise BadForm
        if b"filename" not in options:
            return
        if len(self._files) >= self._most_files:
            raise TooManyFiles
        field, name = (_decoded(options[key]) for key in (b"name", b"filename"))
        file = FormFile(field=field, name=name, octets=bytes(self._content))
        self._files.append(file)
        self._content = bytearray()

    def _finish(self) -> None:
        self._is_whole = True


def _decoded(octets: bytes) -> str:
    """As browsers write it (WHATWG HTML, 4.10.21.8): UTF-8, three signs as %XX."""
    text = octets.decode("utf-8", "replace")
    for written, sign in (("%22", '"'), ("%0D", "\r"), ("%0A", "\n")):
        text = text.replace(written, sign)
    return text
