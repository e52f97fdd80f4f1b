"""A further kind of notice: a folder with a `kind.toml`, made without Python."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from notices.codec import read_recipients
from notices.errors import ConfigError, Fault, InputError, InvalidTemplate, RefusedError
from notices.letters import (
    Templates,
    check_templates,
    load_templates,
    sample_notice,
    write_mail,
)
from notices.letters.samples import as_kind, sample_of_kind
from notices.letters.template.checks.acceptance import (
    ACCEPTED_NAME,
    accept,
    write_accepted,
)
from notices.letters.template.checks.checking import source_faults
from notices.letters.template.checks.template_check import (
    every_kind_faults,
    layout_names_faults,
    sample_faults,
)
from notices.letters.template.folders.kinds import KindFile
from notices.letters.template.folders.loading import load_kinds
from notices.letters.template.folders.names import letter_name
from notices.notice import Form, RequestKind
from notices.site.preparing.new_kind import write_kind
from tests.letters.conftest import final, letter_of

SEARCH = KindFile(
    form="form1",
    name="検索事業者への依頼",
    name_en="Request to search engines",
    title="【違法情報】の通知書兼検索結果からの除外等依頼書",
    title_en="Notice of Illegal Information, and Request to Remove Results",
)
STORES = KindFile(
    form="form2",
    name="アプリ配信事業者への依頼",
    name_en="Request to app stores",
    title="【公序良俗に反する情報】の通知書兼アプリの対応依頼書",
    title_en="Notice of Information Contrary to Public Policy, and Request to Stores",
)
MANAGED = (
    "あなたが管理する{{ 管理対象 }}に下記のとおり違法な情報が掲載されていますので、"
)
RESULTS = "あなたの検索サービスの結果に下記のとおり違法な情報が表示されていますので、"
HOLDER = MANAGED.replace(
    "管理する{{ 管理対象 }}",
    "割振りを受けているIPアドレス（{{ IPアドレス }}）が割り当てられているサーバ",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site's own folder with a kind of either form, as `template new` makes them."""
    write_kind(load_templates(), tmp_path, "search-engine", SEARCH)
    write_kind(load_templates(), tmp_path, "app-store", STORES)
    return tmp_path


def faults_in(folder: Path, kind: str) -> list[Fault]:
    """What the check says of a kind's templates; the others are as they were."""
    sources = load_templates([folder]).sources
    return [
        fault
        for source in sources
        if source.folder == kind and source.name.endswith(".j2")
        for fault in source_faults(source)
    ]


def edit(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")


def letter_to(templates: Templates, kind: str, form: Form):
    return letter_of(as_kind(final(form), templates.kind(kind)), templates)


def test_what_new_writes_is_in_order_as_it_is(folder: Path) -> None:
    templates = load_templates([folder])
    assert [kind.folder for kind in templates.kinds] == ["app-store", "search-engine"]
    own = tuple(one for one in templates.sources if one.further)
    assert len(own) == 10
    assert every_kind_faults(replace(templates, sources=own)) == ()
    assert [*faults_in(folder, "app-store"), *faults_in(folder, "search-engine")] == []


@pytest.mark.parametrize(
    ("kind", "form", "title"),
    [
        ("search-engine", Form.FORM_1, SEARCH.title),
        ("app-store", Form.FORM_2, STORES.title),
        ("app-store", Form.FORM_2_2006, STORES.title),
    ],
)
def test_a_letter_has_its_title_and_stays_what_its_form_is(
    folder: Path, kind: str, form: Form, title: str
) -> None:
    templates = load_templates([folder])
    usual = letter_of(final(form), templates)
    letter = letter_to(templates, kind, form)
    assert letter.model.title == title
    assert letter.model.number == usual.model.number
    assert usual.model.title not in letter.text
    # nothing but the titles differs
    said = templates.kind(kind)
    for part, before in zip(letter.model.parts, usual.model.parts, strict=True):
        own, others = list(part.texts()), list(before.texts())
        differing = [
            pair for pair in zip(own, others, strict=True) if len(set(pair)) > 1
        ]
        assert differing == [(said.title(part.language), before.title)]


def test_a_reminder_has_the_words_of_all_reminders(folder: Path) -> None:
    kind = load_templates([folder]).kind("search-engine")
    notice = as_kind(final(Form.FORM_1), kind)
    assert letter_name(notice, "ja") == "search-engine/letter.ja.j2"
    follows = as_kind(sample_notice(Form.FORM_1, kind=RequestKind.REMINDER), kind)
    assert letter_name(follows, "ja") == "reminder/letter.ja.j2"


def test_the_recipient_need_not_manage_what_it_is_on(folder: Path) -> None:
    """あなたが管理する電子掲示板 is untrue of a search engine."""
    edit(
        folder / "search-engine/letter.ja.j2",
        lambda text: text.replace(MANAGED, RESULTS).replace(HOLDER, RESULTS),
    )
    assert faults_in(folder, "search-engine") == []
    templates = load_templates([folder])
    assert "あなたの検索サービスの結果に" in (
        letter_to(templates, "search-engine", Form.FORM_1).text
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        (
            "letter.ja.j2",
            "{{ 措置 }}を講じるよう依頼します",
            "御覧ください",
            "依頼の文",
        ),
        ("letter.ja.j2", SEARCH.title, "お願い", SEARCH.title),
        ("letter.ja.j2", "@行 違反する法令名等", "@行 法令", "違反する法令名等"),
        ("letter.ja.j2", "{{ 理由 }}", "理由", "理由"),
        ("letter.ja.j2", "対応を行うか否かは任意であり、", "", "任意の注記"),
        (
            "letter.ja.j2",
            "@中央\n記",
            "@本文\n必ず削除してください。\n@中央\n記",
            "必ず",
        ),
        ("letter.en.j2", SEARCH.title_en, "A Request", SEARCH.title_en),
        ("mail.ja.j2", "[{{ 整理番号 }}] ", "", "the subject begins with"),
        ("mail.en.j2", "{{ verification_page }}", "our site", "確認ページ"),
    ],
)
def test_what_its_form_must_hold_it_holds(
    folder: Path, name: str, old: str, new: str, says: str
) -> None:
    path = folder / "search-engine" / name
    edit(path, lambda text: text.replace(old, new))
    faults = faults_in(folder, "search-engine")
    assert any(says in fault.message for fault in faults), faults
    assert all(fault.path.startswith(str(path)) for fault in faults), faults


def test_a_kind_of_form_2_alleges_nothing(folder: Path) -> None:
    edit(
        folder / "app-store/letter.ja.j2",
        lambda text: text.replace("\n記\n", "\n記\n@本文\n法令に違反しています。\n", 1),
    )
    faults = faults_in(folder, "app-store")
    assert any("form 2 alleges none" in fault.message for fault in faults)


@pytest.mark.parametrize(
    ("line", "text", "says"),
    [
        (2, 'form = "form3"', "form1"),
        (4, "name = 1", "text"),
        (4, 'name = " "', "empty"),
        (5, 'name_en = "a\\u202eb"', "does not show"),
        (7, 'title = "お願い"', "must begin with 【違法情報】の通知書"),
        (7, 'title = "【違法情報】の通知書兼必ず削除すること"', "必ず"),
        (8, 'title_en = "Notice"', "must begin with Notice of Illegal"),
        (10, 'used_fro = "x"', "unknown"),
    ],
)
def test_a_fault_of_kind_toml_has_its_line(
    folder: Path, line: int, text: str, says: str
) -> None:
    path = folder / "search-engine/kind.toml"
    lines = path.read_text("utf-8").split("\n")
    lines[line - 1] = text
    path.write_text("\n".join(lines), "utf-8")
    templates = load_templates([folder])
    [fault] = templates.kind_faults("search-engine")
    assert fault.path == f"{path}:{line}"
    assert says in fault.message
    assert fault in check_templates(templates)
    # the others stay in use
    assert [kind.folder for kind in templates.kinds] == ["app-store"]
    with pytest.raises(InvalidTemplate, match="no kind of notice") as refused:
        templates.kind("search-engine")
    assert refused.value.faults == (fault,)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "words",
    [
        "{{ 理由 }}", "{% if x %}", "{# x #}", "#}", "}}", "｛｛x｝｝", "{{{",
        "\u202e", "\u00a0", "\u2028", "한글", "简体", "😀", "مرحبا", "葛\ufe0f",
    ],
)  # fmt: skip
def test_a_title_that_no_letter_can_have_begins_no_kind(
    tmp_path: Path, language: str, words: str
) -> None:
    """A folder was written that failed its check from the first moment."""
    key = "title_en" if language == "en" else "title"
    says = replace(SEARCH, **{key: f"{getattr(SEARCH, key)} {words}"})
    with pytest.raises(InvalidTemplate) as refused:
        write_kind(load_templates(), tmp_path, "search-engine", says)
    line = 8 if language == "en" else 7
    assert {fault.path for fault in refused.value.faults} == {
        f"{tmp_path}/search-engine/kind.toml:{line}"
    }
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    ['"\\', "{x}", "100%", "Ａ①", "&lt;b&gt;", "@表題", "葛\U000e0100", "ー" * 60],
)
def test_any_other_title_is_printed_as_it_stands(tmp_path: Path, words: str) -> None:
    """A shape that the font has was refused in templates, and not in judgments."""
    says = replace(SEARCH, title=SEARCH.title + words)
    write_kind(load_templates(), tmp_path, "search-engine", says)
    assert faults_in(tmp_path, "search-engine") == []
    letter = letter_to(load_templates([tmp_path]), "search-engine", Form.FORM_1)
    assert letter.model.title == says.title


def test_what_is_no_toml_has_its_line_too(folder: Path) -> None:
    path = folder / "search-engine/kind.toml"
    edit(path, lambda text: text.replace('title = "', "title = “"))
    [fault] = load_templates([folder]).kind_faults("search-engine")
    assert fault.path == f"{path}:7"
    assert fault.message.startswith("behind = belongs a text in quotation marks")


def test_every_fault_is_told_at_once(folder: Path) -> None:
    path = folder / "search-engine/kind.toml"
    path.write_text('form = "form9"\ntitle = "x"\ncolour = "red"\n', "utf-8")
    (folder / "search-engine/mail.en.j2").unlink()
    (folder / "search-engine/letter.en.j2").unlink()
    (folder / "app-store/letter.ja.j2").unlink()
    told = [str(fault) for fault in check_templates(load_templates([folder]))]
    for words in (
        "kind.toml:1: form must be",
        "kind.toml:2: title must begin",
        "kind.toml:3: colour is an unknown key",
        "name_en is missing",
        "search-engine/mail.en.j2",
        "search-engine/letter.en.j2",
        "app-store/letter.ja.j2",
    ):
        assert any(words in one for one in told), (words, told)


@pytest.mark.parametrize("name", ["Search", "form1", "form2-2006", "reminder", "a--b"])
def test_a_folder_has_a_plain_name_of_its_own(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        write_kind(load_templates(), tmp_path, name, SEARCH)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_kind_toml_is_told(folder: Path) -> None:
    (folder / "search-engine/kind.toml").unlink()
    faults = check_templates(load_templates([folder]))
    assert {Path(fault.path).name for fault in faults} == {
        "letter.ja.j2",
        "letter.en.j2",
        "mail.ja.j2",
        "mail.en.j2",
    }
    assert all("search-engine/kind.toml" in fault.message for fault in faults)


def test_nothing_is_overwritten(folder: Path) -> None:
    with pytest.raises(RefusedError, match="is there already"):
        write_kind(load_templates([folder]), folder, "search-engine", SEARCH)


ENTRIES = """\
[engine]
name = "検索見本"
mailboxes = ["a@engine.example"]
template_form1 = "search-engine"
template_form2 = "app-store"
"""


def entries(folder: Path, text: str):
    return read_recipients(text, "r.toml", why_not=load_kinds([folder]).why_not)


def test_an_entry_names_one_for_each_form(folder: Path) -> None:
    entry = entries(folder, ENTRIES)["engine"]
    assert [entry.template_of(digit) for digit in (1, 2)] == [
        "search-engine",
        "app-store",
    ]


def test_an_entry_with_what_cannot_be_made_is_refused_with_its_line(
    folder: Path,
) -> None:
    (folder / "app-store/mail.en.j2").unlink()
    text = ENTRIES + ENTRIES.replace("[engine]", "[other]").replace(
        'template_form1 = "search-engine"', 'template_form1 = "app-store"'
    ).replace('template_form2 = "app-store"', 'template_form2 = "search-engine"')
    text += ENTRIES.replace("[engine]", "[third]").replace("search-engine", "nobody")
    with pytest.raises(ConfigError) as wrong:
        entries(folder, text)
    told = [(fault.path, fault.message) for fault in wrong.value.faults]
    assert [path for path, _ in told] == [
        f"r.toml:{line}" for line in (5, 9, 10, 14, 15)
    ]
    assert "mail.en.j2 is not there" in told[0][1]
    assert "search-engine is a kind of form1" in told[2][1]
    assert "there are: search-engine" in told[3][1]


def test_a_second_person_accepts_its_files(folder: Path) -> None:
    files = ["search-engine/kind.toml", "search-engine/letter.ja.j2"]
    layout = f"[second_person]\nfiles = {files}\n".replace("'", '"')
    (folder / "layout.toml").write_text(layout, "utf-8")
    templates = load_templates([folder])
    with pytest.raises(InvalidTemplate, match="second person"):
        letter_to(templates, "search-engine", Form.FORM_1)
    made = accept(
        templates.for_second_person,
        edited_by="直子",
        accepted_by="確夫",
        user="root",
        at="2026-11-28T12:00:00+09:00",
    )
    assert [one.file for one in made] == files
    (folder / ACCEPTED_NAME).write_text(write_accepted(made), "utf-8")
    letter_to(load_templates([folder]), "search-engine", Form.FORM_1)


@pytest.mark.parametrize(
    "name",
    ["reminder/letter.ja.j2", "withdrawal/mail.en.j2", "correction-form2/letter.ja.j2"],
)
def test_every_template_may_want_a_second_person(tmp_path: Path, name: str) -> None:
    """Only those of form 1 and form 2 could be named."""
    layout = f'[second_person]\nfiles = ["{name}"]\n'
    (tmp_path / "layout.toml").write_text(layout, "utf-8")
    templates = load_templates([tmp_path])
    assert layout_names_faults(templates) == []
    assert [fault.path for fault in templates.waiting] == [name]


def test_a_file_that_is_not_there_wants_nobody(tmp_path: Path) -> None:
    """It waited for ever, or nothing at all was accepted."""
    layout = '[second_person]\nfiles = ["form3/letter.ja.j2", "seal.png"]\n'
    (tmp_path / "layout.toml").write_text(layout, "utf-8")
    found = [fault.message for fault in layout_names_faults(load_templates([tmp_path]))]
    assert ["form3/letter.ja.j2" in found[0], "seal.png" in found[1]] == [True, True]


def test_its_sample_is_its_own_or_its_forms(folder: Path) -> None:
    templates = load_templates([folder])
    kind = templates.kind("search-engine")
    usual = sample_of_kind(kind, templates=templates)
    text = templates.source("form1/sample.json").text
    words = usual.judgment.content
    own = text.replace(words, "見本の言葉")
    assert own != text
    (folder / "search-engine/sample.json").write_text(own, "utf-8")
    templates = load_templates([folder])
    made = sample_of_kind(kind, templates=templates)
    assert made.judgment.content == "見本の言葉"
    assert sample_faults(templates.source("search-engine/sample.json"), templates) == ()
    of_form_2 = templates.source("form2/sample.json").text
    (folder / "search-engine/sample.json").write_text(of_form_2, "utf-8")
    templates = load_templates([folder])
    faults = sample_faults(templates.source("search-engine/sample.json"), templates)
    assert [Path(fault.path).name for fault in faults] == ["sample.json"]


def test_its_mail_has_its_words(folder: Path) -> None:
    edit(
        folder / "search-engine/mail.ja.j2",
        lambda text: text.replace("送信防止措置依頼（", "検索結果についての依頼（"),
    )
    templates = load_templates([folder])
    notice = as_kind(final(Form.FORM_1), templates.kind("search-engine"))
    assert "検索結果についての依頼" in write_mail(notice, templates=templates).subject
    other = replace(notice, recipient=replace(notice.recipient, template=""))
    assert "検索結果" not in write_mail(other, templates=templates).subject


def test_no_notice_of_the_other_form_is_made_with_it(folder: Path) -> None:
    kind = load_templates([folder]).kind("search-engine")
    with pytest.raises(InvalidTemplate, match="is a kind of form1"):
        as_kind(final(Form.FORM_2), kind)
