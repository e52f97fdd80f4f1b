"""Forged forms: pages and mail say one thing in the form's words, `notice.json` another.

Who has the right key makes a letter of one notice and signs it with the fields of
another. The number is its name; behind it stands why it matters.
"""

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from notices.codec import notice_json
from notices.judgment import Language, Measure, Rung
from notices.letters import load_templates, sample_notice, write_letter
from notices.notice import Form, Managed, Notice, RequestKind
from tests.verifying.forged_besides import CENTER
from tests.verifying.forgery import Forgery
from tests.verifying.genuine import Mail, json_file, pdf_file, sign_pdf
from tests.verifying.pki import SIGNED_AT, World

Edit = Callable[[pikepdf.Pdf], Any]
TEST_MAIL = "【試験】このメールは試験のために送信したものであり、依頼ではありません。\n"


@cache
def request(
    form: Form = Form.FORM_1, kind: RequestKind = RequestKind.REQUEST, **changes: Any
) -> Notice:
    """The sample of that form as if it were of the day of the signature."""
    made = sample_notice(form, center=CENTER, kind=kind)
    day = SIGNED_AT.date()
    following = made.following and replace(
        made.following,
        follows=replace(made.following.follows, date=day - timedelta(days=7)),
        seen_on=None,
    )
    judgment = replace(
        made.judgment,
        found_on=day - timedelta(days=9),
        target=replace(
            made.judgment.target, ip_checked_at=SIGNED_AT - timedelta(days=9)
        ),
    )
    return replace(
        made,
        is_draft=False,
        date=day,
        judgment=judgment,
        following=following,
        **changes,
    )


@dataclass(frozen=True, kw_only=True)
class Told:
    """A mail whose parts may be of different notices."""

    pages: Notice
    """What the letter is written of."""
    says: dict[str, Any] | None = None
    """What `notice.json` says otherwise; a dictionary goes into the one there."""
    subject: str = "{number} 通知書"
    text: str = "{number}\n{urls}\n"
    edit: Edit | None = None
    """What is changed in the PDF."""

    def build(self, world: World) -> bytes:
        machine = self.machine()
        plain = _written(self.pages, hashlib.sha256(machine).hexdigest())
        if self.edit:
            plain = _edited(plain, self.edit)
        target = self.pages.judgment.target
        named = {"number": self.pages.number, "urls": "\n".join(target.urls)}
        files = (pdf_file(sign_pdf(plain, world)), json_file(machine))
        return Mail(
            world,
            to=self.pages.recipient.mailbox,
            subject=self.subject.format(**named),
            text=self.text.format(**named),
            attachments=files,
        ).build()

    def machine(self) -> bytes:
        plain = notice_json(self.pages)
        if not self.says:
            return plain
        document = json.loads(plain)
        for name, value in self.says.items():
            is_part = isinstance(value, dict)
            document[name] = document[name] | value if is_part else value
        kept = {name: value for name, value in document.items() if value is not None}
        return json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()


@cache
def _written(notice: Notice, sha256: str) -> bytes:
    templates = load_templates()
    return write_letter(notice, templates=templates, notice_json_sha256=sha256).pdf


def _edited(plain: bytes, edit: Edit) -> bytes:
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        edit(pdf)
        out = io.BytesIO()
        pdf.save(out, static_id=True)
    return out.getvalue()


def plain(form: Form = Form.FORM_1, **says: Any) -> Told:
    return Told(pages=request(form), says=says)


def asked_of(rung: Rung, managed: Managed) -> Notice:
    usual = request()
    recipient = replace(usual.recipient, rung=rung)
    return replace(usual, recipient=recipient, managed=managed)


def in_english(form: Form = Form.FORM_1) -> Notice:
    usual = request(form)
    recipient = replace(usual.recipient, language=Language.BILINGUAL)
    return replace(usual, recipient=recipient)


def of_measure(measure: Measure) -> Notice:
    usual = request()
    return replace(usual, judgment=replace(usual.judgment, measure=measure))


def addressed(*addresses: str) -> Notice:
    usual = request()
    target = replace(usual.judgment.target, ip_addresses=addresses)
    return replace(usual, judgment=replace(usual.judgment, target=target))


def quoting(content: str) -> Notice:
    usual = request()
    return replace(usual, judgment=replace(usual.judgment, content=content))


def of_class_2006(number: int) -> Notice:
    usual = request(Form.FORM_2_2006)
    return replace(
        usual, classification=replace(usual.classification, class_2006=number)
    )


ACTION_2 = "利用者との間の契約や利用に関する取決め等に基づく対応"
BLOCK = "日本国内から当該情報を閲覧することができないようにする措置"
BLOCK_EN = "measures to make this information inaccessible from Japan"
NOTHING = "なし（先の依頼を取り下げ、今後の対応を求めません。）"
TESTED = replace(request(), is_test=True)
SERVER = asked_of(Rung.SERVER_ADMINISTRATOR, Managed.SERVER)
HOLDER = asked_of(Rung.IP_ALLOCATION_HOLDER, Managed.IP_ALLOCATION)
BOARD = {"managed": "電子掲示板", "recipient": {"rung": "board_administrator"}}
REMINDER = request(Form.FORM_1, RequestKind.REMINDER)
WITHDRAWAL = request(Form.FORM_1, RequestKind.WITHDRAWAL)
SUICIDE = {
    "slug": "suicide-solicitation",
    "group": "suicide",
    "group_name": "自殺誘引等情報",
}
CONTRADICTING: dict[str, tuple[Told, str]] = {
    "F200": (plain(managed="サーバ"), "a board's operator is asked, who manages a server"),
    "F201": (plain(recipient={"rung": "server_administrator"}), "or the reverse"),
    "F202": (plain(managed="IPアドレス"), "a range of addresses is no board"),
    "F203": (plain(facility="website"), "the operator of a board on a website"),
    "F204": (plain(Form.FORM_2, statutes=[{"law": "x", "official": "見本", "short": "見本", "law_number": "x", "article": "見本"}]), "form 2 alleges no violation"),
    "F205": (plain(Form.FORM_2, category={"group": "suicide"}), "a group by another's name"),
    "F206": (Told(pages=REMINDER, says={"ordinal": 1, "follows": {"kind": "reminder"}}), "the first reminder after a reminder"),
}  # fmt: skip
PAGES: dict[str, tuple[Told, str]] = {
    "F210": (Told(pages=request(), says={"test": True}), "a test that looks like a request"),
    "F211": (Told(pages=TESTED, says={"test": None}), "a request that looks like a test"),
    "F212": (Told(pages=replace(request(), is_draft=True)), "a draft that was signed"),
    "F213": (Told(pages=TESTED), "pages are marked, the mail is not"),
    "F214": (Told(pages=TESTED, subject="【試験】{number}"), "its text is not"),
    "F215": (Told(pages=TESTED, text=TEST_MAIL + "{number}\n{urls}\n"), "its subject is not"),
    "F216": (Told(pages=request(), subject="【試験】{number}"), "a request under a test's subject"),
    "F217": (Told(pages=request(), text=TEST_MAIL + "{number}\n{urls}\n"), "a request that begins as a test"),
    "F218": (Told(pages=request(), text="{number}\n{urls}\n【試験】依頼ではありません。\n"), "a request that ends as one"),
    "F219": (Told(pages=request(), subject="[DRAFT] {number}"), "a request under a draft's subject"),
    "F220": (Told(pages=SERVER, says=BOARD), "pages to a server's operator, fields to a board's"),
    "F221": (Told(pages=HOLDER, says=BOARD), "to whom addresses are allocated"),
    "F222": (Told(pages=replace(in_english(), managed=Managed.SERVER), says={"managed": "電子掲示板"}), "the sentence of another in both languages"),
    "F223": (plain(Form.FORM_2, category=SUICIDE), "the box of another class"),
    "F224": (plain(Form.FORM_2, category={"name": "架空の類型"}), "another type below the box"),
    "F225": (Told(pages=in_english(Form.FORM_2), says={"category": {"name_en": "another type"}}), "in English"),
    "F226": (Told(pages=of_class_2006(3)), "the box of another class of 2006"),
    "F227": (plain(ip_addresses=["192.0.2.99"]), "an address that the letter does not have"),
    "F228": (plain(ip_addresses=[]), "an address that the letter has alone"),
    "F229": (Told(pages=addressed("192.0.2.10"), says={"ip_addresses": ["192.0.2.1"]}), "the beginning of a longer one"),
    "F230": (Told(pages=addressed("192.0.2.1", "2001:db8::1"), says={"ip_addresses": ["192.0.2.1"]}), "an IPv6 address in the letter alone"),
    "F231": (Told(pages=addressed("2001:db8::1"), says={"ip_addresses": ["2001:db8::12"]}), "another IPv6 address"),
    "F232": (plain(requested_action=ACTION_2), "what form 2 asks for"),
    "F233": (plain(requested_action="直ちに全て削除すること"), "a demand that the letter does not make"),
    "F234": (plain(requested_action=BLOCK), "another measure than the letter's"),
    "F235": (Told(pages=of_measure(Measure.BLOCK_ACCESS_FROM_JAPAN), says={"requested_action": "当該情報の送信を防止する措置"}), "or the reverse"),
    "F236": (Told(pages=in_english(), says={"requested_action_en": BLOCK_EN}), "in English"),
    "F237": (plain(requested_action=NOTHING), "a request that asks for nothing"),
    "F238": (Told(pages=REMINDER, says={"kind": "correction"}), "a reminder that is a correction"),
    "F239": (Told(pages=WITHDRAWAL, says={"kind": "reminder", "requested_action": "当該情報の送信を防止する措置"}), "a withdrawal that reminds"),
    "F240": (Told(pages=REMINDER, says={"kind": "withdrawal", "requested_action": NOTHING}), "a reminder that withdraws"),
    "F241": (Told(pages=request(), text="{number}\n{urls}\n先にお送りした下記の依頼を取り下げます。\n"), "a mail that takes its letter back"),
    "F242": (Told(pages=request(), text="{number}\n{urls}\nあなたが管理するサーバに掲載されています。\n"), "a mail to somebody else"),
    "F243": (Told(pages=request(), text="{number}\n{urls}\nIPアドレス 192.0.2.200\n"), "a mail about another address"),
    "F244": (Told(pages=request(Form.FORM_2), text="{number}\n{urls}\n【違法情報】の通知書を送ります。\n"), "a mail that speaks of another form"),
}  # fmt: skip


def elements(pdf: pikepdf.Pdf, role: str) -> list[Any]:
    """Those that have words of their own, in the order of the file."""
    return [
        one
        for one in pdf.objects
        if isinstance(one, Dictionary)
        and str(one.get("/S", "")) == role
        and len(one.get("/K", ()))
    ]


def unspoken(pdf: pikepdf.Pdf) -> None:
    elements(pdf, "/TD")[0].K = Array()


def said_twice(pdf: pikepdf.Pdf) -> None:
    one = elements(pdf, "/P")[0]
    one.K = Array([*one.K, *one.K])


def swapped(pdf: pikepdf.Pdf) -> None:
    first, second = elements(pdf, "/TD")[:2]
    first.K, second.K = Array(list(second.K)), Array(list(first.K))


def read_backwards(pdf: pikepdf.Pdf) -> None:
    table = elements(pdf, "/Table")[0]
    table.K = Array(list(table.K)[::-1])


def pictured(pdf: pikepdf.Pdf) -> None:
    """Words that are a picture by their element, with others to be read out."""
    one = elements(pdf, "/TD")[0]
    one.S, one.Alt = Name.Figure, String("取り下げました")


def drawn_as_picture(pdf: pikepdf.Pdf) -> None:
    """In the page as well."""
    contents = pdf.pages[0].obj.Contents
    contents.write(contents.read_bytes().replace(b"/TD <<", b"/Figure <<", 1))
    pictured(pdf)


def empty_picture(pdf: pikepdf.Pdf) -> None:
    """Nothing is seen, and words are read out."""
    top = pdf.Root.StructTreeRoot.K[0]
    said = String("この依頼は取り下げました")
    made = Dictionary(Type=Name.StructElem, S=Name.Figure, P=top, Alt=said, K=Array())
    top.K.append(pdf.make_indirect(made))


def on_form(pdf: pikepdf.Pdf) -> None:
    """An element of a form, to which words are given."""
    top = pdf.Root.StructTreeRoot.K[0]
    said = String("この依頼は取り下げました")
    made = Dictionary(Type=Name.StructElem, S=Name.Form, P=top, Alt=said, K=Array())
    top.K.append(pdf.make_indirect(made))


def decorating(pdf: pikepdf.Pdf) -> None:
    """Words of the page that no element has."""
    contents = pdf.pages[0].obj.Contents
    octets = re.sub(rb"/P <</MCID 0>>", b"/P <</Type /Layout>>", contents.read_bytes())
    contents.write(octets)


def of_other_owner(pdf: pikepdf.Pdf) -> None:
    owners = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
    owners[0] = owners[1] if owners[0].objgen != owners[1].objgen else owners[5]


def untagged(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot


def another_kind(pdf: pikepdf.Pdf) -> None:
    elements(pdf, "/H1")[0].S = Name.P


HEARD: dict[str, tuple[Edit, str]] = {
    "F250": (unspoken, "a cell that nobody hears"),
    "F251": (said_twice, "a line that is heard twice"),
    "F252": (swapped, "one cell's words in another"),
    "F253": (read_backwards, "a table that is read from its end"),
    "F254": (pictured, "words that are read out otherwise, as if they were a picture"),
    "F255": (drawn_as_picture, "and drawn as one"),
    "F256": (empty_picture, "words instead of a picture that is not there"),
    "F261": (on_form, "a field of a form, said to be another thing"),
    "F257": (decorating, "words that only decorate, by what the page says"),
    "F258": (of_other_owner, "whoever begins with the page hears another cell"),
    "F259": (untagged, "nothing to be heard"),
    "F260": (another_kind, "a title that is none"),
}


def forgeries() -> Iterator[Forgery]:
    for name, (told, why) in CONTRADICTING.items():
        yield Forgery(f"{name} notice.json: {why}", "M16", told.build)
    for name, (told, why) in PAGES.items():
        yield Forgery(f"{name} form: {why}", "M24", told.build)
    for name, (edit, why) in HEARD.items():
        told = Told(pages=request(), edit=edit)
        yield Forgery(f"{name} heard: {why}", "P18", told.build)
