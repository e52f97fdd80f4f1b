"""Whether a DOCX shows all that it says: every element and value is as ours.

What word processors know and we do not use could hide words that other checks read,
or show others: fields, merged cells, columns, indents, fonts of signs, settings. So the
parts without words are octet by octet those of a release, and the parts with words are
read by a table of elements and their values (ECMA-376-1, 17).
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

from notices.messages import Text
from notices.verifying.checks import malformed

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
FIXED: Mapping[str, frozenset[str]] = {
    "docProps/app.xml": frozenset(
        {"be664981c3141cddfc59362beb287ebf20d0773660e2dd6faac5968a5930a081"}
    ),
    "word/fontTable.xml": frozenset(
        {
            "79385fb7f60247507ecaffc292e9ebd52ea0657b8634f629ba6fccc54011d6bb",
            "38a6dee9bc3e48f12bc3caf1f13646fbe022a90e274343270fd608fc7d970050",
        }
    ),
    "word/settings.xml": frozenset(
        {"51a0d348fe85965c66e4748a03c3c0d055d78455514f03cb121c334af7d73689"}
    ),
    "word/styles.xml": frozenset(
        {
            "4be0c0d4aa3376698235bae77d58a267e47b33e1eafc7e1fe6559039092caa0a",
            "fcadbd220e63d6e6375cf9fb4227c7f1b21e2dd8494ac0c50f3d45d4fdc06ca3",
            "1ad6f8d2200801b87a411d5b230a9a4adcd0a33adbbe3588fcf3603ad7ab5fbf",
            "f18d035c71e3c2b3e4e92dc8be7cf9abf153a6b10678bfaae4beb4c9fa20d2b1",
            "3904761e5fdb9532f8d6f966c53ccbfe62a2389432d73a6d1e7538d9feeb6072",
        }
    ),
    "word/theme/theme1.xml": frozenset(
        {"e3a8ab7db9ca7afca56f5f2820a56e8b660016c647773555b060b0a02ac76941"}
    ),
}
"""SHA-256 of each part without words, of every release since the first."""
_SHAPE = """
document body
hdr p
ftr p
body p tbl sectPr
p pPr r
pPr pStyle pageBreakBefore tabs spacing jc
tabs tab
r rPr t br tab fldChar instrText drawing
rPr rStyle sz
tbl tblPr tblGrid tr
tblPr tblStyle tblW tblInd tblLayout
tblGrid gridCol
tr trPr tc
trPr cantSplit
tc tcPr p
tcPr tcW vMerge shd
sectPr headerReference footerReference pgSz pgMar cols titlePg docGrid
"""
_INSIDE = {
    name: frozenset(kids) for name, *kids in map(str.split, _SHAPE.strip().split("\n"))
}
"""Element to those that may stand in it; what is no key here holds none."""
_VALUES = """
document Ignorable w14 wp14
hdr Ignorable w14 wp14
ftr Ignorable w14 wp14
t space preserve
instrText space preserve
pStyle val Notice[A-Za-z]{1,40}
rStyle val Notice(URL|Exact)
jc val center
spacing line 240
spacing lineRule auto
sz val 18
tab val right
tab pos 9030
fldChar fldCharType begin|separate|end
tblStyle val NoticeTable
tblW w 9030
tblW type dxa
tblInd w 105
tblInd type dxa
tblLayout type fixed
gridCol w 2100|6930
tcW w 2100|6930
tcW type dxa
vMerge val restart
shd val clear
shd color auto
shd fill F0F0F0
sectPr rsidR [0-9A-F]{8}
sectPr rsidRPr [0-9A-F]{8}
sectPr rsidSect [0-9A-F]{8}
headerReference type first|default
headerReference id rId[0-9]{1,2}
footerReference type first|default
footerReference id rId[0-9]{1,2}
pgSz w 11906
pgSz h 16838
pgMar top 1219
pgMar right 1438
pgMar bottom 1134
pgMar left 1438
pgMar header 720
pgMar footer 720
pgMar gutter 0
cols space 720
docGrid linePitch 360
"""
_ALLOWED = {
    tuple(words[:2]): re.compile(" ".join(words[2:]))
    for words in map(str.split, _VALUES.strip().split("\n"))
}
"""Element and attribute to the values that it may have."""
_SPACES = {
    ("t", "space"): _XML,
    ("instrText", "space"): _XML,
    ("headerReference", "id"): _R,
    ("footerReference", "id"): _R,
    ("document", "Ignorable"): _MC,
    ("hdr", "Ignorable"): _MC,
    ("ftr", "Ignorable"): _MC,
}
"""Attributes of another namespace than w."""
_DRAWING = f"{_W}drawing"
_OF_WORDS = frozenset({f"{_W}t", f"{_W}instrText"})
_CELLS = 2
_FIELD = re.compile("(?:[^BISE]|BIS[0-9]{1,5}E)*")
"""Begin, instruction, separator, number, end: nothing else stands within a field."""


def check_fixed(parts: Mapping[str, bytes]) -> None:
    """The parts without words are those of a release; Refusal."""
    for name, known in FIXED.items():
        if name in parts and hashlib.sha256(parts[name]).hexdigest() not in known:
            raise malformed(Text("{name} of the DOCX is not as ours", name=name))


def check_shape(name: str, tree: ET.Element) -> None:
    """A part with words, from its root; Refusal for what ours never have."""
    for odd in _oddities(tree):
        raise malformed(Text("{name} has {odd}, ours never have", name=name, odd=odd))


def _oddities(root: ET.Element) -> Iterator[str]:
    if root.tag not in {f"{_W}document", f"{_W}hdr", f"{_W}ftr"}:
        yield _local(root.tag)
    for element in _without_drawings(root):
        yield from _odd_values(element)
        allowed = _INSIDE.get(_local(element.tag), frozenset())
        for kid in element:
            if not kid.tag.startswith(_W) or _local(kid.tag) not in allowed:
                inner, outer = _local(kid.tag), _local(element.tag)
                yield Text("{inner} in {outer}", inner=inner, outer=outer)
    yield from _odd_cells(root)
    yield from _odd_fields(root)
    sections = [kid.tag for kid in root.findall(f"{_W}body/*")]
    if sections[:-1].count(f"{_W}sectPr"):
        yield Text("{inner} in {outer}", inner="sectPr", outer="body")


def _without_drawings(element: ET.Element) -> Iterator[ET.Element]:
    """All elements; what is in a drawing is judged by itself."""
    yield element
    for kid in element:
        if kid.tag != _DRAWING:
            yield from _without_drawings(kid)


def _odd_values(element: ET.Element) -> Iterator[str]:
    """Attributes, and words where none belong."""
    tag = _local(element.tag)
    for name, value in element.attrib.items():
        key = _local(name)
        allowed = _ALLOWED.get((tag, key))
        is_known = name == f"{_SPACES.get((tag, key), _W)}{key}"
        if not (is_known and allowed and allowed.fullmatch(value)):
            yield Text(
                "{tag} with {name} {value!r}", tag=tag, name=key, value=value[:40]
            )
    loose = [kid.tail for kid in element]
    if element.tag not in _OF_WORDS:
        loose.append(element.text)
    if any(words and words.strip() for words in loose):
        yield Text("words in {tag}", tag=tag)


def _odd_cells(root: ET.Element) -> Iterator[str]:
    """Of a merged cell only the first is shown; a row has two cells."""
    for row in root.iter(f"{_W}tr"):
        if len(row.findall(f"{_W}tc")) != _CELLS:
            yield Text("a row of another number of cells")
    for cell in root.iter(f"{_W}tc"):
        merged = cell.find(f"{_W}tcPr/{_W}vMerge")
        goes_on = merged is not None and not merged.get(f"{_W}val")
        if goes_on and "".join(cell.itertext()).strip():
            yield Text("words in a cell that is not shown")


def _odd_fields(root: ET.Element) -> Iterator[str]:
    """Programs put their own words in the place of a field: a page's number."""
    if root.find(f"{_W}body//{_W}r/{_W}tab") is not None:
        yield Text("{inner} in {outer}", inner="tab", outer="r")
    signs = "".join(map(_sign, root.iter()))
    if not _FIELD.fullmatch(signs) or ("B" in signs and root.tag == f"{_W}document"):
        yield Text("a field around words")


def _sign(element: ET.Element) -> str:
    """What an element is to a field; of other words the digits alone."""
    tag = _local(element.tag)
    if tag == "fldChar":
        kind = element.get(f"{_W}fldCharType", "")
        return {"begin": "B", "separate": "S", "end": "E"}.get(kind, "B")
    if tag == "instrText":
        return "I"
    words = element.text or ""
    is_number = words.isascii() and words.isdigit()
    return (words if is_number else "w") if tag == "t" else ""


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
