"""Octets to text: the charsets that mails name, and those of Japan without a name.

A label is believed unless the octets say otherwise: ISO-2022-JP has its escape sequence
whatever the label is, and mail from Japanese servers often has none. NEC's row 13 and
the rows of IBM (such as ①, ㈱, 髙) are in no codec of the three standards but in
Windows-31J, so the other two are read as that.
"""

import re

_CHARSETS = {
    "us-ascii": "ascii",
    "ascii": "ascii",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "cswindows31j": "cp932",
    "ms932": "cp932",
    "cp932": "cp932",
    "iso-8859-1": "cp1252",
    "iso-8859-2": "iso8859-2",
    "iso-8859-15": "iso8859-15",
    "windows-1251": "cp1251",
    "windows-1252": "cp1252",
    "koi8-r": "koi8-r",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "euc-kr": "euc_kr",
    "ks_c_5601-1987": "cp949",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "utf-7": "utf-7",
}
"""What mails name and Python's codec for it; others are guessed."""
_EUC = {"euc-jp", "euc_jp", "eucjp", "x-euc-jp", "x-euc", "ujis", "eucjp-ms"}
_ESCAPE = re.compile(rb"\x1b(\$[@B]|\$\([DOP]|\([BJHI])")
_EUC_PAIR = re.compile(rb"[\xa1-\xfe]{2}")
# from JIS X 0208 to Shift_JIS: two rows share a first octet
_LOW_ROWS, _HIGH_ROW, _HIGH_ROWS = 0x70, 0x5F, 0xB0
_LOW_CELLS, _EVEN_ROW, _DELETE = 0x1F, 0x7E, 0x7F


def decode(octets: bytes, charset: str) -> str:
    """Decode bytes; what does not fit becomes U+FFFD."""
    name = charset.strip().strip("\"'").lower()
    if _ESCAPE.search(octets):
        return _from_jis(octets)
    is_known = name in _CHARSETS or name in _EUC
    if name == "utf-8" or not is_known or _is_mislabelled(octets, name):
        return _guessed(octets)
    if name in _EUC:
        return _from_euc(octets)
    return octets.decode(_CHARSETS[name], "replace")


def _is_mislabelled(octets: bytes, name: str) -> bool:
    """Octets that have no meaning under the label, or a plain one under another."""
    if octets.isascii() or name.startswith("utf-"):
        return False
    if _CHARSETS.get(name) == "ascii" or _is(octets, "utf-8"):
        return True
    # old programs of Japan wrote EUC under the label that their library had
    is_latin = _CHARSETS.get(name) in ("cp1252", "iso8859-15")
    return is_latin and _is(octets, "euc_jp") and b"\xa4" in octets


def _is(octets: bytes, codec: str) -> bool:
    try:
        octets.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _guessed(octets: bytes) -> str:
    """UTF-8 if it is that, else one of Japan's, else UTF-8 with what does not fit."""
    for codec in ("utf-8", "euc_jp", "cp932"):
        if _is(octets, codec):
            return _from_euc(octets) if codec == "euc_jp" else octets.decode(codec)
    return octets.decode("utf-8", "replace")


def _from_jis(octets: bytes) -> str:
    """ISO-2022-JP with the rows of NEC and IBM, in seven or eight bits."""
    text, mode, end = "", b"(B", 0
    for match in _ESCAPE.finditer(octets):
        text += _jis_run(octets[end : match.start()], mode)
        mode, end = match[1], match.end()
    return text + _jis_run(octets[end:], mode)


def _jis_run(run: bytes, mode: bytes) -> str:
    if mode in (b"$@", b"$B"):
        # a line ends in ASCII (RFC 1468), also where the escape before it was lost
        line, newline, rest = run.partition(b"\n")
        return _pairs(line) + (newline + rest).decode("ascii", "replace")
    if mode.startswith(b"$("):
        return (b"\x1b" + mode + run + b"\x1b(B").decode("iso2022_jp_ext", "replace")
    if mode == b"(I":
        return bytes(each | 0x80 for each in run).decode("cp932", "replace")
    return run.decode("ascii" if run.isascii() else "cp932", "replace")


def _pairs(run: bytes) -> str:
    """JIS X 0208 with vendors' rows, by the arithmetic of Shift_JIS."""
    octets = bytearray()
    for at in range(0, len(run) - 1, 2):
        row, cell = run[at] & 0x7F, run[at + 1] & 0x7F
        octets.append(((row + 1) >> 1) + (_LOW_ROWS if row < _HIGH_ROW else _HIGH_ROWS))
        # 0x7F is no second octet of Shift_JIS
        odd = _LOW_CELLS if cell < _DELETE - _LOW_CELLS else _LOW_CELLS + 1
        octets.append(cell + (odd if row % 2 else _EVEN_ROW))
    return octets.decode("cp932", "replace")


def _from_euc(octets: bytes) -> str:
    try:
        return octets.decode("euc_jp")
    except UnicodeDecodeError:
        # a row of NEC or IBM: pair by pair, what stands between as it is
        text, end = "", 0
        for match in _EUC_PAIR.finditer(octets):
            text += octets[end : match.start()].decode("euc_jp", "replace")
            text += _pairs(match[0])
            end = match.end()
        return text + octets[end:].decode("euc_jp", "replace")
