"""Forged shapes: who has the right key lets people see what nobody compares.

Each is a genuine mail but for one thing that word processors, readers of PDF or mail
programs show, read out or act on. The number is its name; behind it stands why.
"""

import io
import json
import re
import struct
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from notices.codec import notice_json
from tests.verifying.forged_besides import (
    NUMBER,
    URLS,
    notice,
    packed,
    word,
    word_file,
    written,
)
from tests.verifying.forgery import Forgery
from tests.verifying.genuine import Mail, json_file, pdf_file, sign_pdf
from tests.verifying.pki import World

BODY, CORE = "word/document.xml", "docProps/core.xml"
DAY = '<w:pPr><w:pStyle w:val="NoticeRight"/></w:pPr><w:r><w:t xml:space="preserve">令和8年6月15日</w:t></w:r>'
RUN = '<w:r><w:t xml:space="preserve">令和8年6月15日</w:t></w:r>'
BEGIN, SEPARATE, END = (
    f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'
    for kind in ("begin", "separate", "end")
)
PAGE = "<w:r><w:instrText> PAGE </w:instrText></w:r>"
HEAD = "R8-2-000123　見本ホスティング株式会社　御中"
Swap = tuple[str, str, str]


def in_day(new: str) -> Swap:
    """The paragraph with the date as another one."""
    return (BODY, DAY, new)


def looks(properties: str, run: str = "") -> Swap:
    return in_day(
        f'<w:pPr><w:pStyle w:val="NoticeLeft"/>{properties}</w:pPr>{run or RUN}'
    )


PAPER = '<w:pgSz w:w="11906" w:h="16838"/>'
MARGINS = 'w:top="1219" w:right="1438" w:bottom="1134" w:left="1438"'
STYLES, SETTINGS = "word/styles.xml", "word/settings.xml"
FONTS = 'w:ascii="BIZ UDMincho" w:hAnsi="BIZ UDMincho"'
TABLE = (
    '<w:style w:type="table" w:styleId="T"><w:name w:val="T"/>{}</w:style></w:styles>'
)
DOCX: dict[str, tuple[Swap, str]] = {
    "F001": ((BODY, PAPER, '<w:pgSz w:w="20" w:h="20"/>'), "no paper to be seen on"),
    "F002": ((BODY, MARGINS, 'w:top="30000" w:right="0" w:bottom="0" w:left="30000"'), "words below the paper"),
    "F003": ((BODY, MARGINS, 'w:top="1219" w:right="20000" w:bottom="1134" w:left="-20000"'), "words beside it"),
    "F004": ((BODY, '<w:cols w:space="720"/>', '<w:cols w:num="45" w:space="0"/>'), "columns of no width"),
    "F005": ((BODY, '<w:tblInd w:w="105"', '<w:tblInd w:w="-20000"'), "a table beside the paper"),
    "F006": ((BODY, '<w:tblInd w:w="105"', '<w:tblInd w:w="30000"'), "on the other side"),
    "F007": ((BODY, '<w:gridCol w:w="2100"/>', '<w:gridCol w:w="1"/>'), "a column of no width"),
    "F008": ((BODY, RUN, RUN.replace("<w:t ", "<w:tab/><w:t ")), "a tab may lead anywhere"),
    "F009": (looks('<w:tabs><w:tab w:val="left" w:pos="31000"/></w:tabs>'), "to a stop beyond the paper"),
    "F010": ((STYLES, FONTS, FONTS.replace("BIZ UDMincho", "Wingdings")), "letters that draw hands and crosses"),
    "F011": ((STYLES, FONTS, FONTS.replace("BIZ UDMincho", "Symbol")), "Latin letters that look Greek"),
    "F012": ((STYLES, FONTS, f'w:asciiTheme="majorHAnsi" {FONTS}'), "a theme's font goes before the one that is named"),
    "F013": (("word/fontTable.xml", "BIZ UD明朝 Medium", "Wingdings"), "what stands in for a font that is missing"),
    "F014": ((BODY, RUN, BEGIN + PAGE + SEPARATE + RUN + END), "programs put a page's number in the place of the date"),
    "F015": ((BODY, RUN, BEGIN + RUN + PAGE + END), "the words of an instruction are not shown"),
    "F016": ((BODY, RUN, BEGIN + RUN), "a field that never ends"),
    "F017": ((BODY, RUN, RUN[5:-6]), "words in no run are left out"),
    "F018": (looks("<w:rPr><w:t>x</w:t></w:rPr>"), "words among properties"),
    "F019": ((BODY, PAPER, f"<w:p>{DAY}</w:p>{PAPER}"), "words in a section's properties"),
    "F020": ((BODY, "<w:tblGrid>", f"<w:tblGrid><w:p>{DAY}</w:p>"), "words in a table's grid"),
    "F021": ((BODY, '<w:vMerge w:val="restart"/>', "<w:vMerge/>"), "a merged cell shows the words of the first alone"),
    "F022": (looks('<w:ind w:leftChars="30000"/>'), "a distance that is counted in signs"),
    "F023": (looks('<w:ind w:left="6000" w:right="6000"/>'), "from both sides nothing is left between"),
    "F024": (looks('<w:spacing w:line="200" w:lineRule="exact"/>', RUN.replace("<w:t ", '<w:rPr><w:sz w:val="300"/></w:rPr><w:t ')), "lines lower than their letters"),
    "F025": (looks('<w:shd w:val="clear" w:color="auto" w:fill="FFFFFF" w:themeFill="text1"/>'), "a theme's colour goes before the light one"),
    "F026": (("word/header2.xml", HEAD, f"{NUMBER}　この依頼は取り下げました"), "a head that takes the letter back"),
    "F027": (("word/header2.xml", HEAD, f"{NUMBER} https://evil.example/pay"), "a head with another URL"),
    "F028": (("word/header2.xml", HEAD, f"{NUMBER}　別の株式会社　御中"), "a head to somebody else"),
    "F029": (("word/footer1.xml", NUMBER, f"{NUMBER} 取下げ"), "a foot that takes it back"),
    "F030": (("word/footer1.xml", NUMBER, f"R8-2-000999 {NUMBER}"), "a foot with two numbers"),
    "F031": ((CORE, f"（{NUMBER}）", f"（R8-2-000999）{NUMBER}"), "a title with two numbers"),
    "F032": ((CORE, "通知書", "取下書"), "a title that is no line of the letter"),
    "F033": ((SETTINGS, "<w:compat>", "<w:printFormsData/><w:compat>"), "printed, all but forms is white"),
    "F034": ((STYLES, "</w:styles>", TABLE.format("<w:trPr><w:hidden/></w:trPr>")), "hidden rows of a table"),
    "F035": ((STYLES, "</w:styles>", TABLE.format('<w:tblPr><w:tblpPr w:tblpX="30000"/></w:tblPr>')), "tables that float"),
    "F036": ((SETTINGS, "<w:compat>", "<w:displayBackgroundShape/><w:compat>"), "a background"),
    "F037": ((SETTINGS, 'w:val="720"', 'w:val="31000"'), "tabs beyond the paper"),
    "F038": ((SETTINGS, "<w:compat>", '<w:saveThroughXslt r:id="rId1"/><w:compat>'), "another text when it is saved"),
    "F039": ((SETTINGS, "<w:compat>", '<w:docVars><w:docVar w:name="a" w:val="b"/></w:docVars><w:compat>'), "variables"),
    "F040": ((SETTINGS, "<w:compat>", "<w:evenAndOddHeaders/><w:compat>"), "even pages lose head and foot"),
    "F041": (("docProps/app.xml", "<HyperlinkBase/>", "<HyperlinkBase>https://evil.example/</HyperlinkBase>"), "where links lead"),
    "F042": (("docProps/app.xml", "Normal.dotm", "https://evil.example/a.dotm"), "a template of the network"),
    "F043": ((BODY, "6月15日", "6<?x y?>月15日"), "readers part words at an instruction, or do not"),
    "F044": ((BODY, "<w:body>", "<w:body>取り下げました"), "words beside all elements"),
    "F045": ((BODY, "<w:t xml", '<w:sym w:font="Wingdings" w:char="F0FC"/><w:t xml'), "signs by number"),
    "F046": ((CORE, "<dc:description></dc:description>", "<dc:description>取り下げ</dc:description>"), "what programs show of a file"),
    "F047": ((CORE, "<cp:category/>", "<cp:category/><cp:contentStatus>withdrawn</cp:contentStatus>"), "a status"),
    "F048": ((CORE, "2026-06-14T15", "2020-06-14T15"), "written years before"),
    "F049": ((CORE, "<dc:creator>見本センター", "<dc:creator>警察庁"), "by somebody else"),
    "F050": ((BODY, '<w:rStyle w:val="NoticeURL"/>', '<w:rStyle w:val="Hidden"/>'), "a style that ours do not have"),
}  # fmt: skip


def with_word(swap: Swap) -> Callable[[World], bytes]:
    def build(world: World) -> bytes:
        name, old, new = swap
        parts = dict(word())
        text = parts[name].decode()
        assert old in text, swap
        parts[name] = text.replace(old, new, 1).encode()
        return sent(world, besides=(word_file(packed(parts)),))

    return build


def sent(
    world: World,
    *,
    edit: Callable[[pikepdf.Pdf], Any] | None = None,
    letter: bytes | None = None,
    machine: bytes | None = None,
    text: str | None = None,
    names: tuple[str, str] = ("letter.pdf", "letter.docx"),
    besides: tuple[Any, ...] = (),
) -> bytes:
    """A genuine mail about phishing, but for what is given."""
    plain = letter or written(URLS[:1])
    letter = edited(plain, edit) if edit else plain
    files = (
        pdf_file(sign_pdf(letter, world), names[0]),
        json_file(machine or notice_json(notice())),
        *besides,
    )
    told = TEXT if text is None else text
    to = notice().recipient.mailbox
    return Mail(world, to=to, text=told, attachments=files).build()


TEXT = "\n".join((NUMBER, *URLS[:1]))


def edited(plain: bytes, edit: Callable[[pikepdf.Pdf], Any]) -> bytes:
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        edit(pdf)
        out = io.BytesIO()
        pdf.save(out, static_id=True)
    return out.getvalue()


Rows = dict[bytes, int]
"""Where the row of each table stands in a font program."""


def program(
    edit: Callable[[bytearray, Rows], bytes | None],
) -> Callable[[pikepdf.Pdf], None]:
    """Every font's program changed; /Length1 says how long it is."""

    def change(pdf: pikepdf.Pdf) -> None:
        for font in fonts(pdf):
            file = font.FontDescriptor.FontFile2
            data = bytearray(file.read_bytes())
            ends = 12 + 16 * data[5]
            rows = {bytes(data[at : at + 4]): at for at in range(12, ends, 16)}
            made = edit(data, rows) or bytes(data)
            file.write(made)
            file.Length1 = len(made)

    return change


def fonts(pdf: pikepdf.Pdf) -> list[Any]:
    found = {f.objgen: f for p in pdf.pages for f in p.obj.Resources.Font.values()}
    return list(found.values())


def without_table(tag: bytes) -> Callable[[pikepdf.Pdf], None]:
    def edit(data: bytearray, rows: Rows) -> bytes:
        at, count = rows[tag], data[5]
        ends = 12 + 16 * count
        left = data[12:at] + data[at + 16 : ends] + bytes(16)
        return bytes(data[:4] + bytes((0, count - 1)) + data[6:12] + left + data[ends:])

    return program(edit)


def poked(tag: bytes, offset: int, octets: bytes) -> Callable[[pikepdf.Pdf], None]:
    def edit(data: bytearray, rows: Rows) -> None:
        (place,) = struct.unpack_from(">L", data, rows[tag] + 8)
        data[place + offset : place + offset + len(octets)] = octets

    return program(edit)


def beyond(data: bytearray, rows: Rows) -> None:
    at = rows[b"post"] + 8
    data[at : at + 4] = b"\x7f\xff\xff\xff"


def every_font(
    key: str, value: Any, *, inside: bool = False
) -> Callable[[pikepdf.Pdf], None]:
    def edit(pdf: pikepdf.Pdf) -> None:
        for font in fonts(pdf):
            (font.FontDescriptor if inside else font)[key] = value

    return edit


def info(**told: str) -> Callable[[pikepdf.Pdf], None]:
    def edit(pdf: pikepdf.Pdf) -> None:
        for key, value in told.items():
            pdf.docinfo[f"/{key}"] = value

    return edit


def in_xmp(old: str, new: str) -> Callable[[pikepdf.Pdf], None]:
    def edit(pdf: pikepdf.Pdf) -> None:
        packet = pdf.Root.Metadata.read_bytes()
        assert old.encode() in packet
        pdf.Root.Metadata.write(packet.replace(old.encode(), new.encode(), 1))

    return edit


def of_root(key: str, value: Any) -> Callable[[pikepdf.Pdf], None]:
    return lambda pdf: pdf.Root.__setitem__(key, value)


def bookmark(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Outlines.First.Title = String("この依頼は取り下げました")


def deep_bookmark(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Outlines.First.First.Next.Title = String("取下げ")


def read_out(pdf: pikepdf.Pdf) -> None:
    one = next(
        one
        for one in pdf.objects
        if isinstance(one, Dictionary) and str(one.get("/S", "")) == "/P"
    )
    one.Alt = String("取り下げました")


def outside(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Contents.F = String("other.txt")


def in_margin(words: bytes) -> Callable[[pikepdf.Pdf], None]:
    """The page's first words, with another digit at the end, in the margin."""

    def edit(pdf: pikepdf.Pdf) -> None:
        contents = pdf.pages[0].obj.Contents
        more = b"\n/Artifact <</Type /Pagination>> BDC BT 1 0 0 1 71.90 %s Tm 0.000 Tc 0.000 Tw %s ET EMC"
        data = contents.read_bytes()
        runs = re.findall(rb"/F\d\+\d \d+\.\d+ Tf <[0-9a-f]+> Tj", data)
        digits = re.search(rb"<(..)> <0038>", fonts(pdf)[0].ToUnicode.read_bytes())
        assert digits
        other = re.sub(rb"..> Tj$", digits[1] + b"> Tj", runs[0])
        contents.write(data + more % (words, other))

    return edit


LETTERS: dict[str, tuple[str, Callable[[pikepdf.Pdf], Any], str]] = {
    "F060": ("P18", info(Title="R8-2-000999"), "the window's title names another number"),
    "F061": ("P18", info(Title=f"取り下げました（{NUMBER}）"), "or takes the letter back"),
    "F062": ("P18", in_xmp("通知書兼送信防止措置依頼書", "取下書"), "so does the title in XMP"),
    "F063": ("P18", info(Subject="取り下げ"), "a subject, which ours do not have"),
    "F064": ("P18", info(Keywords="withdrawn"), "words to be found by"),
    "F262": ("P18", info(CreationDate="D:20190101000000+09'00'"), "made years before"),
    "F263": ("P18", info(CreationDate="yesterday"), "made on no day"),
    "F265": ("P18", in_xmp(">2026-06-15T00:00:00+09:00</xmp:CreateDate", ">2019-01-01T00:00:00+09:00</xmp:CreateDate"), "in XMP"),
    "F065": ("M24", info(Author="警察庁"), "by somebody else"),
    "F066": ("M24", in_xmp('<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Seq><rdf:li>見本', '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Seq><rdf:li>偽'), "in XMP"),
    "F067": ("P18", bookmark, "a bookmark that takes it back"),
    "F068": ("P18", deep_bookmark, "deep in the tree"),
    "F069": ("P04", read_out, "read out, it says another thing"),
    "F070": ("P04", lambda pdf: pdf.Root.StructTreeRoot.__setitem__("/RoleMap", Dictionary({"/P": Name.Artifact})), "elements that readers leave out"),
    "F071": ("P04", of_root("/PageMode", Name.FullScreen), "opens without the program around it"),
    "F072": ("P04", of_root("/PageMode", Name.UseAttachments), "opens with its attachments"),
    "F073": ("P04", of_root("/PageMode", Name.UseOC), "or with its layers"),
    "F074": ("P04", outside, "marks that lie in another file"),
    "F080": ("P18", without_table(b"post"), "a font that programs refuse, for which they take another"),
    "F081": ("P18", without_table(b"maxp"), "without its limits"),
    "F082": ("P18", without_table(b"head"), "without its head"),
    "F083": ("P18", without_table(b"hmtx"), "without its widths"),
    "F084": ("P18", without_table(b"hhea"), "without their count"),
    "F085": ("P18", without_table(b"loca"), "without the places of its glyphs"),
    "F086": ("P18", poked(b"head", 12, bytes(4)), "a head of another kind"),
    "F087": ("P18", poked(b"maxp", 0, b"\0\0\x50\0"), "limits of a font without outlines"),
    "F088": ("P18", poked(b"maxp", 4, b"\xff\xff"), "more glyphs than it has"),
    "F089": ("P18", poked(b"head", 52, b"\0\x09"), "outlines of a later kind"),
    "F090": ("P18", poked(b"head", 50, b"\0\x02"), "places of a later kind"),
    "F091": ("P18", poked(b"head", 16, b"\xff\xff"), "flags that move every glyph"),
    "F092": ("P18", poked(b"hhea", 4, b"\x7f\xff\x80\x01"), "another height"),
    "F093": ("P18", poked(b"post", 0, b"\0\2\0\0"), "names of glyphs, which some programs go by"),
    "F094": ("P18", program(lambda data, _rows: b"OTTO" + bytes(data[4:])), "a font of curves, by its name"),
    "F095": ("P18", program(lambda data, _rows: b"\x12\x34\x56\x78" + bytes(data[4:])), "of a version that nobody knows"),
    "F096": ("P18", program(beyond), "a table that lies outside"),
    "F097": ("P18", program(lambda data, _rows: bytes(data[:-2000])), "a font that is cut off"),
    "F098": ("P18", every_font("/Subtype", Name.Type1), "read by another reader"),
    "F099": ("P18", every_font("/Subtype", Name.Type0), "with codes of two octets"),
    "F100": ("P18", every_font("/FontName", Name("/ABCDEF+Wingdings"), inside=True), "by its name another font"),
    "F101": ("P18", every_font("/Type", Name.Font, inside=True), "a descriptor that is none"),
    "F102": ("P18", every_font("/Flags", 36, inside=True), "codes that stand for names, and do not"),
    "F103": ("P18", every_font("/Flags", 4 | 1 << 16, inside=True), "all in capitals"),
    "F104": ("P18", every_font("/Flags", 4 | 1 << 17, inside=True), "in small capitals"),
    "F105": ("P18", every_font("/LastChar", 33), "codes beyond the last"),
    "F106": ("P18", lambda pdf: [font.FontDescriptor.FontFile2.__setitem__("/Length1", 100) for font in fonts(pdf)], "shorter than it is"),
    "F107": ("P18", in_margin(b"20.00"), "another number at the foot"),
    "F108": ("P18", in_margin(b"800.00"), "and at the head"),
    "F109": ("P18", lambda pdf: pdf.pages[0].obj.__setitem__("/MediaBox", Array([0, 0, 20, 20])), "paper that shows a corner"),
}  # fmt: skip


@cache
def document() -> dict[str, Any]:
    return dict(json.loads(notice_json(notice())))


def told_by(machine: bytes) -> Callable[[World], bytes]:
    """The letter names this `notice.json`, so that its content alone contradicts."""
    old = sha256(notice_json(notice())).hexdigest()
    edit = in_xmp(old, sha256(machine).hexdigest())
    return lambda world: sent(world, edit=edit, machine=machine)


def added(*place: str | int) -> bytes:
    """A member of its own at any depth."""
    made = json.loads(json.dumps(document()))
    inner = made
    for step in place:
        inner = inner[step]
    inner["note"] = "withdrawn"
    return json.dumps(made, ensure_ascii=False).encode()


def said(**changes: Any) -> bytes:
    return json.dumps(document() | changes, ensure_ascii=False).encode()


MACHINE: dict[str, tuple[bytes, str]] = {
    "F120": (added(), "a member of its own"),
    "F121": (added("category"), "in the category"),
    "F122": (added("center"), "in the centre"),
    "F123": (added("recipient"), "in the recipient"),
    "F124": (added("locator"), "in what finds the item"),
    "F125": (added("statutes", 0), "in a statute"),
    "F126": (said(language="xx"), "a language that ours do not have"),
    "F127": (said(ordinal=True), "true for one"),
    "F128": (said(ordinal=0), "the notice before the first"),
    "F129": (said(Number="R8-2-000999"), "a number for whoever reads without regard to case"),
    "F130": (said(urls=[{"url": URLS[0]}]), "a URL that is no text"),
    "F131": (said(test=1), "one for true"),
    "F132": (said(date="2026-W25-1"), "a day that is written otherwise"),
}  # fmt: skip
WORDS: dict[str, tuple[str, str]] = {
    "F140": (f"{TEXT}\n\u202eしました げ下り取\u202c", "a line that is read from its end"),
    "F141": (f"{TEXT}\u2067x\u2069", "isolated, it stands elsewhere"),
    "F142": (f"{TEXT}\u200f.", "a mark that turns what is next to it"),
    "F143": (f"{TEXT}\0", "the end of a text for some programs"),
    "F144": (f"{TEXT}\x1b[2Jx", "a screen that is wiped"),
    "F145": (f"{TEXT}\b\b\b", "signs that take back others"),
    "F146": (f"{TEXT}\f", "another page"),
    "F147": (f"{TEXT}\rover", "a line over a line"),
    "F148": (f"{TEXT}\x85x", "a line end for some"),
    "F149": (f"{TEXT}\u2028x", "and for others"),
    "F150": (f"{TEXT}\U000e0041", "letters that only programs see"),
    "F151": (f"\ufeff{TEXT}", "a mark of the order of octets"),
    "F152": (f"{TEXT}\u2060x", "joins what stands apart"),
    "F153": (TEXT.replace("R8", "R8\u200b"), "a number with a gap that nobody sees"),
}  # fmt: skip
HOSTS = f"{TEXT}\nhttps://evil.example/pay https://bank.example/"
NAMES: dict[str, tuple[tuple[str, str], str]] = {
    "F160": (("letter.pdf.exe", ""), "a program by its name"),
    "F161": (("letter", ""), "of no kind"),
    "F162": (("letter.html", ""), "a page"),
    "F163": (("letter.PDF", ""), "in capitals"),
    "F164": (("smime.p7s", ""), "the signature's own name"),
    "F165": (("winmail.dat", ""), "what programs unpack"),
    "F166": (("form1-R8-2-000999.pdf", ""), "another number"),
    "F167": (("form2-R8-2-000123.pdf", ""), "another form"),
    "F168": (("letter.pdf.lnk", ""), "a link by its name"),
    "F169": (("letter.pdf", "letter.docm.docx"), "macros by its name"),
    "F170": (("letter.pdf", "form1-R8-2-000999.docx"), "another number"),
}  # fmt: skip


def forgeries() -> Iterator[Forgery]:
    for name, (swap, why) in DOCX.items():
        yield Forgery(f"{name} DOCX: {why}", "M22", with_word(swap))
    for name, (check, edit, why) in LETTERS.items():
        yield Forgery(f"{name} letter: {why}", check, _edited(edit))
    why = "two pages, it says, and has one"
    yield Forgery(f"F110 letter: {why}", "P18", _counted(b"/Count 2"))
    for name, told in {
        "F113": b"withdrawn",
        "F114": b"<a@b.example> <c@d.example>",
    }.items():
        yield Forgery(f"{name} Message-ID: {told.decode()}", "M03", _renamed(told))
    for name, (machine, why) in MACHINE.items():
        yield Forgery(f"{name} notice.json: {why}", "M16", told_by(machine))
    for name, (text, why) in WORDS.items():
        yield Forgery(f"{name} text: {why}", "M18", _worded(text))
    yield Forgery("F154 text: two hosts of nobody", "M24", _worded(HOSTS))
    for name, (names, why) in NAMES.items():
        yield Forgery(f"{name} file: {why}", "M19", _named(names))


def _edited(edit: Callable[[pikepdf.Pdf], Any]) -> Callable[[World], bytes]:
    return lambda world: sent(world, edit=edit)


def _counted(told: bytes) -> Callable[[World], bytes]:
    """As written, so that no library puts the number right."""
    plain, old = written(URLS[:1]), b"/Count 1 /Kids"
    assert plain.count(old) == 1
    letter = plain.replace(old, told + b" /Kids")
    return lambda world: sent(world, letter=letter)


def _renamed(told: bytes) -> Callable[[World], bytes]:
    """Another Message-ID outside; the signed part stays."""
    return lambda world: re.sub(
        rb"(?m)^Message-ID: [^\r]*", b"Message-ID: " + told, sent(world), count=1
    )


def _worded(text: str) -> Callable[[World], bytes]:
    return lambda world: sent(world, text=text)


def _named(names: tuple[str, str]) -> Callable[[World], bytes]:
    """With a DOCX where it has a name."""
    docx = names[1]
    besides = (word_file(packed(dict(word())), docx),) if docx else ()
    return lambda world: sent(world, names=names, besides=besides)
