"""What an editor of templates gets wrong is found, with file, line and reason."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.codec.package_data import load_tried_templates
from notices.errors import ConfigError, Fault, InvalidTemplate
from notices.letters import (
    Templates,
    check_templates,
    load_templates,
    sample_notice,
    write_letter,
    write_mail,
)
from notices.letters.template.checks.checking import source_faults
from notices.letters.template.checks.probes import probes
from notices.letters.template.checks.template_check import missing
from notices.letters.template.checks.tried import is_listed
from notices.letters.template.checks.word_table import table_text
from notices.letters.template.folders.names import NAMES
from notices.notice import Form
from tests.letters.conftest import SHA256, final
from tests.letters.write_tried_templates import LIST, tried_templates

FORM_1, FORM_2 = "form1/letter.ja.j2", "form2/letter.ja.j2"
FORM_1_EN, FORM_2_EN = "form1/letter.en.j2", "form2/letter.en.j2"
MAIL_1, MAIL_2_EN = "form1/mail.ja.j2", "form2/mail.en.j2"


def edited(templates: Templates, name: str, old: str, new: str) -> Templates:
    """The templates with one change in one of them."""
    assert old in templates.source(name).text
    return Templates(
        tuple(
            replace(source, text=source.text.replace(old, new, 1))
            if source.name == name
            else source
            for source in templates.sources
        )
    )


def line_of(templates: Templates, name: str, words: str) -> int:
    lines = templates.source(name).text.split("\n")
    return next(n for n, line in enumerate(lines, 1) if words in line)


def test_the_templates_that_ship_have_no_fault(templates: Templates) -> None:
    assert check_templates(templates) == ()


def test_those_that_ship_were_tried_with_every_kind_of_letter() -> None:
    """Else `python -m tests.letters.write_tried_templates`; 26: layout and words, too."""
    assert LIST.read_text(encoding="utf-8") == tried_templates()
    assert len(tried_templates().splitlines()) == 26


def test_one_other_octet_of_template_or_words_and_it_is_tried_again(
    templates: Templates,
) -> None:
    tried, text = load_tried_templates(), templates.source(FORM_1).text
    assert is_listed(FORM_1, text, table_text(), tried)
    assert not is_listed(FORM_1, f"{text}\n", table_text(), tried)
    assert not is_listed(FORM_2, text, table_text(), tried)
    assert not is_listed(FORM_1, text, f"{table_text()}\n", tried)


def test_what_was_edited_is_tried_with_every_kind_of_letter(
    templates: Templates,
) -> None:
    """A condition that only one kind in some hundred meets."""
    condition = "管理対象 == 'サーバ' and 敬称 == '様' and 英文併記 and not 任意の注記"
    hidden = f"{{% if {condition} %}}{{{{ 整理番号 }}}}{{% endif %}}\n{{{{ 理由 }}}}"
    changed = edited(templates, FORM_1, "{{ 理由 }}", hidden)
    assert any("整理番号" in str(fault) for fault in check_templates(changed))


@pytest.mark.parametrize("name", [FORM_1, MAIL_1])
def test_a_fault_is_told_with_the_file_wherever_the_same_octets_were_judged_before(
    name: str, templates: Templates
) -> None:
    broken = edited(templates, name, "{{ 整理番号 }}", "{{ 整理番 }}")
    source = broken.source(name)
    for path in ("/srv/a/letter.j2", "/srv/form1/letter.ja.j2/b.j2"):
        (fault,) = source_faults(replace(source, path=path))
        assert fault.path.startswith(f"{path}:")


def test_an_honorific_is_counted_behind_its_name_alone(templates: Templates) -> None:
    """様式 and 同様 hold the same sign; a person is addressed as 様."""
    changed = edited(templates, FORM_1, "（注）", "（注）同様の様式による。")
    assert check_templates(changed) == ()


EDITS = [
    # file, what stood there, what the editor made of it, what the check says
    (FORM_1, "{{ 宛先 }}", "{{ 宛て先 }}", "宛て先: unknown name; did you mean 宛先?"),
    (FORM_1, "{{ 条文.表示 }}", "{{ 条文.表題 }}", ".表題: unknown name"),
    # the line that the editor has to look at, in words that name no program
    (FORM_1, "{% endfor %}", "", "38: syntax: {% for … %} is never closed"),
    (FORM_1, "{{ 理由 }}", "{{ 理由 }", "50: syntax: {{ is never closed; }} belongs"),
    (FORM_1, "{{ 理由 }}", "{% if 理由 %}", "50: syntax: {% if … %} is never closed"),
    (FORM_1, "{{ 理由 }}", "{% endif %}", "50: syntax: {% endif %} stands alone"),
    (FORM_1, "{{ 理由 }}", "{% else %}", "50: syntax: {% else %} stands alone"),
    (FORM_1, "{{ 理由 }}", "{% もし 理由 %}", "50: syntax: もし: the instructions are"),
    (
        FORM_1,
        "{{ 理由 }}",
        "{{ 理由 理由 }}",
        "50: syntax: what stands in these braces",
    ),
    (FORM_1, "{{ 理由 }}", "{# 理由", "50: syntax: {# is never closed; #} belongs"),
    (FORM_1, "{{ 理由 }}", "｛｛ 理由 ｝｝", "full-width braces"),
    (FORM_1, "{{ 理由 }}", "{｛ 理由 }｝", "full-width braces"),
    (FORM_1, "@中央", "＠中央", "half-width @"),
    (FORM_1, "@中央", "@真ん中", "@真ん中 is no directive"),
    (FORM_1, "@行 掲載されている情報", "@行", "@行 needs text behind it"),
    (FORM_1, "@表終", "", "inside a table"),
    (FORM_1, "@表\n", "", "outside a table"),
    (FORM_1, "{{ 掲載情報 }}\n", "", "nothing stands in the row 掲載されている情報"),
    (FORM_1, "{{ 理由 }}", "判断の理由", "the value 理由 is missing"),
    (
        FORM_1,
        "{{ 理由 }}",
        "{{ 理由 }}\n{{ 理由 }}",
        "the value 理由 stands there too often",
    ),
    (FORM_1, "{{ 敬称 }}", "", "the value 敬称 is missing"),
    (FORM_1, "{{ 管理対象 }}", "掲示板", "the value 管理対象 is missing"),
    (FORM_1, "（{{ IPアドレス }}）", "", "the value IPアドレス is missing"),
    (FORM_1, "{{ 対象.所在 }}", "", "the value 対象URL is missing"),
    (FORM_1, "{{ 条文.表示 }}", "別紙のとおり", "the value 法令 is missing"),
    (FORM_1, "担当者氏名", "担当", "the heading 担当者氏名 is missing"),
    (FORM_1, "@右\n以上\n", "", "the heading 以上 is missing"),
    (FORM_1, "@中央\n記\n", "", "the heading 記 is missing"),
    (FORM_1, "違反する法令名等", "根拠法令", "the heading 違反する法令名等 is missing"),
    (FORM_1, "通知書兼送信防止措置依頼書", "依頼書", "送信防止措置依頼書 is missing"),
    (FORM_1, "@左\n", "@左\n担当者氏名 {{ 担当者 }}\n", "stands there too often"),
    (
        FORM_1,
        "講じるよう依頼します",
        "講じなければなりません",
        "なければなりません: demands",
    ),
    (FORM_1, "よう依頼します", "よう3日以内に依頼します", "3日以内: sets a time limit"),
    (FORM_1, "（注）", "（注）必ず対応してください。", "必ず: demands"),
    (FORM_1, "依頼します。", "依頼\u200bします。", "〔U+200B〕 cannot be printed"),
    (FORM_1, "（注）", "🙏（注）", "〔U+1F64F〕 cannot be printed"),
    (FORM_1_EN, "We request that you take", "You must take", "must: demands"),
    (FORM_1_EN, "End\n", "", "End is missing"),
    (FORM_1_EN, "Checked by", "Checker", "the heading Checked by is missing"),
    (
        FORM_2,
        "分類の種類",
        "違反する法令名等",
        "違反: speaks of a violated law",
    ),
    (FORM_2, "公序良俗に反する情報が", "違法な情報が", "違法: speaks of"),
    (FORM_2, "{{ 分類.印 }} ", "", "the value 印 is missing"),
    (FORM_2, "{{ 分類.印 }}", "■", "the value 印 stands there too often"),
    (FORM_2, "類型：{{ 類型 }}", "類型：別紙", "the value 類型 is missing"),
    (
        FORM_2_EN,
        "We do not allege that it violates any law.",
        "It is illegal.",
        "illegal: speaks of",
    ),
    (
        FORM_2_EN,
        "We request that you",
        "Within 24 hours we request that you",
        "Within 24 hours: sets a time limit",
    ),
    (MAIL_1, "[{{ 整理番号 }}] ", "", "the subject begins with [整理番号]"),
    (
        MAIL_1,
        "{{ 確認ページ }}",
        "当センターのサイト",
        "the value 確認ページ is missing",
    ),
    (MAIL_1, "@件名\n", "@題名\n", "@題名 is no directive of a mail"),
    (MAIL_1, "対応を行うか否かは任意であり、", "", "the value 任意の注記 is missing"),
    (
        MAIL_2_EN,
        "Whether you act on it is your choice",
        "You shall act",
        "shall: demands",
    ),
    (MAIL_2_EN, "{{ item.address }}", "see the PDF", "the value 対象URL is missing"),
    # beyond the language: nothing of this is even executed
    (FORM_1, "{{ 理由 }}", "{{ 'a' * 10**9 }}", "a calculation is not allowed"),
    (FORM_1, "{{ 理由 }}", "{{ range(10**9) }}", "a call, name(…), is not"),
    (FORM_1, "{{ 理由 }}", "{{ 理由.__class__.__mro__ }}", ".__mro__: unknown name"),
    (FORM_1, "{{ 理由 }}", "{{ ''.join(法令) }}", "a call, name(…), is not"),
    (
        FORM_1,
        "{{ 理由 }}",
        "{% include '/etc/passwd' %}",
        "only conditions (if) and loops",
    ),
    (
        FORM_1,
        "{{ 理由 }}",
        "{% macro x() %}{% endmacro %}",
        "only conditions (if) and loops",
    ),
    (FORM_1, "{{ 理由 }}", "{% set x = 1 %}", "only conditions (if) and loops"),
    (
        FORM_1,
        "{{ 理由 }}",
        "{% for x in 理由 %}{{ x }}{% endfor %}",
        "a loop runs over one of",
    ),
    (
        FORM_1,
        "{{ 条文.表示 }}",
        "{% for x in 法令 %}{% endfor %}",
        "a loop within a loop",
    ),
    (FORM_1, "{{ 理由 }}", "{{ 理由 | attr('x') }}", "attr: unknown filter"),
    (FORM_1, "{{ 理由 }}", "{{ 法令 }}", "a list cannot be printed"),
    # words that are hidden from a reader of the template, not from the check
    (FORM_1, "（注）", '（注）{{ "必ず" }}', "58: 必ず: demands"),
    (FORM_1, "（注）", "（注）{{ '必' }}{{ 'ず' }}", "58: 必ず: demands"),
    (FORM_1, "（注）", "（注）必{# #}ず", "58: 必ず: demands"),
    (FORM_1, "（注）", "（注）必　ず", "58: 必ず: demands"),
    (FORM_1, "（注）", "（注）３ 日　以内", "58: 3日以内: sets a time limit"),
    (FORM_1, "（注）", r'（注）{{ "\u5fc5ず" }}', "58: \\: write the character itself"),
    (FORM_1, "（注）", '（注）{{ "必" ~ "ず" }}', "58: 必ず: demands"),
    (FORM_1, "（注）", '（注）{{ 理由 ~ "。" }}', "58: a calculation is not allowed"),
    (FORM_1, "（注）", r'{{ "\u202e" }}（注）', "can be seen"),
    (FORM_1, "（注）", r'{{ "\ud800" }}（注）', "can be seen"),
    (FORM_1, "（注）", "（注\x00）", "58: 〔U+0000〕 cannot be printed"),
    (FORM_1, "（注）", "（注\x1b[31m）", "58: 〔U+001B〕 cannot be printed"),
    (FORM_1, "（注）", "（注\t）", "58: 〔U+0009〕 cannot be printed"),
    (FORM_1, "（注）", "（注）\r必要", "58: 〔U+000D〕 cannot be printed"),
    # what only some letters would lack
    *(
        (
            FORM_1,
            "{{ 理由 }}",
            f"{{% if {condition} %}}\n{{{{ 理由 }}}}\n{{% else %}}\nなし\n{{% endif %}}",
            "the value 理由 is missing",
        )
        for condition in (
            "英文併記",
            "not 英文併記",
            "任意の注記",
            "IP割振先",
            "対象URL|length > 1",
            '敬称 == "様"',
        )
    ),
    (FORM_1, "{{ 理由 }}", "{{ 理由|upper }}", "the value 理由 is missing"),
    (FORM_1, "{{ 掲載情報 }}", "{{ 掲載情報|lower }}", "the value 掲載情報 is missing"),
    (FORM_1, "{{ 特定情報 }}", "{{ 特定情報|upper }}", "the value 特定情報 is missing"),
    # braces and values that would stand on paper
    (FORM_1, "（注）", "（注）理由 }}", "58: }} stands alone"),
    (FORM_1, "（注）", "（注）endif %}", "58: %} stands alone"),
    (
        FORM_1,
        "（注）",
        "{% raw %}{{ 理由 }}{% endraw %}（注）",
        "58: raw is not allowed",
    ),
    (FORM_1, "（注）", "（注）{{ 英文併記 }}", "58: a condition cannot be printed"),
    (FORM_1, "（注）", "（注）{{ 対象URL|join }}", "58: join: unknown filter"),
    (FORM_1, "（注）", "（注）{{ 対象URL|first }}", "58: a list cannot be printed"),
    (FORM_1, "（注）", "（注）{{ 1e999 }}", "58: inf: only texts"),
    # Python's own limits
    (FORM_1, "（注）", "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "too deeply"),
    (FORM_1, "（注）", "{{ 理由" + "|upper" * 5000 + " }}", "58: brackets, filters"),
    (
        FORM_1,
        "（注）",
        "{% if 理由 %}" * 150 + "（注）" + "{% endif %}" * 150,
        "too deeply",
    ),
    (FORM_1, "（注）", "{{ " + "9" * 5000 + " }}", "thousands of digits"),
    (FORM_1, "（注）", "{{ 3 is divisibleby 0 }}", "58: only names, texts, numbers"),
    (FORM_1, "（注）", "{{ 理由 is 空 }}", "58: only names, texts, numbers"),
    (
        FORM_1,
        "（注）",
        "{% autoescape 1 %}（注）{% endautoescape %}",
        "only conditions (if) and loops",
    ),
    # mails
    (MAIL_1, "\n@本文\n", "\n@件名\n別\n@本文\n", "4: @件名 stands there twice"),
    (MAIL_1, "\n@本文\n", "\n二行目\n@本文\n", "2: the subject is one line, not 2"),
]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    EDITS,
    ids=[f"{at} {edit[3]}" for at, edit in enumerate(EDITS)],
)
def test_a_fault_is_named_with_its_file_and_reason(
    name: str, old: str, new: str, message: str, templates: Templates
) -> None:
    found = check_templates(edited(templates, name, old, new))
    assert any(message in str(fault) for fault in found), found
    assert all(fault.path.split(":")[0].endswith(name) for fault in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{{ 宛先 }}", "{{ 宛て先 }}"),
        ("{{ 理由 }}", "｛｛ 理由 ｝｝"),
        ("@中央", "@真ん中"),
        ("{{ 理由 }}", "{{ 'a' * 10**9 }}"),
        ("（注）", "（注）必ず"),
    ],
)
def test_the_line_is_the_one_that_was_edited(
    old: str, new: str, templates: Templates
) -> None:
    broken = edited(templates, FORM_1, old, new)
    line = line_of(broken, FORM_1, new)
    assert f"{broken.source(FORM_1).path}:{line}" in {
        fault.path for fault in check_templates(broken)
    }


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (FORM_1, "（注）", "（注意）"),
        (FORM_1, "よう依頼します。", "よう、お願いします。"),
        (FORM_1, "{{ 整理番号 }}\n", "{{ number }}\n"),
        (FORM_1, "@表題", "@title"),
        (FORM_1, "{{ 対象.所在 }}", "{{ 対象.address }}"),
        (FORM_2_EN, "{{ reason }}", "{{ 理由 }}"),
        (FORM_1, "@中央\n記", "{# 注釈 #}\n@中央\n記"),
        (FORM_1, "{{ 条文.表示 }}", "{{ 条文.法令名 }}{{ 条文.条項 }}"),
        (MAIL_1, "書面は添付のPDFです。", "書面を添付します。"),
    ],
)
def test_a_lawful_edit_passes(
    name: str, old: str, new: str, templates: Templates
) -> None:
    assert check_templates(edited(templates, name, old, new)) == ()


def test_a_template_that_fails_its_check_is_not_used(templates: Templates) -> None:
    broken = edited(templates, FORM_1, "{{ 理由 }}", "理由")
    with pytest.raises(InvalidTemplate) as refused:
        write_letter(final(Form.FORM_1), templates=broken, notice_json_sha256=SHA256)
    path = broken.source(FORM_1).path
    assert Fault(path, "the value 理由 is missing") in refused.value.faults
    assert refused.value.exit_code == 65


def test_a_mail_template_that_fails_its_check_is_not_used(templates: Templates) -> None:
    broken = edited(templates, MAIL_1, "{{ 確認ページ }}", "")
    with pytest.raises(InvalidTemplate):
        write_mail(final(Form.FORM_1), templates=broken)


def test_a_fault_of_form_2_does_not_stop_form_1(templates: Templates) -> None:
    broken = edited(templates, FORM_2, "{{ 理由 }}", "")
    letter = write_letter(
        final(Form.FORM_1), templates=broken, notice_json_sha256=SHA256
    )
    assert letter.pdf.startswith(b"%PDF-")


def test_the_site_comes_before_the_package(templates: Templates, tmp_path) -> None:  # type: ignore[no-untyped-def]
    own = tmp_path / FORM_1
    own.parent.mkdir()
    own.write_text(
        templates.source(FORM_1).text.replace("（注）", "（備考）"), encoding="utf-8"
    )
    mixed = load_templates([tmp_path])
    assert mixed.source(FORM_1).path == str(own)
    assert mixed.source(FORM_2) == templates.source(FORM_2)
    letter = write_letter(
        final(Form.FORM_1), templates=mixed, notice_json_sha256=SHA256
    )
    assert "（備考）" in letter.text


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("form1/letter.ja.j2.txt", "form1/letter.ja.j2"),
        ("Form1/letter.ja.j2", "form1/letter.ja.j2"),
        ("form2/letter_en.j2", "form2/letter.en.j2"),
        ("form2/letter.ja.j2 - コピー", "form2/letter.ja.j2"),
    ],
)
def test_a_file_that_is_never_read_is_told(
    name: str, meant: str, tmp_path: Path
) -> None:
    """It was edited, checked and looked right, and the letter stayed as it was."""
    own = tmp_path / name
    own.parent.mkdir()
    own.write_text("必ず", encoding="utf-8")
    (tmp_path / "README.md").write_text("", encoding="utf-8")
    [fault] = check_templates(load_templates([tmp_path]))
    assert fault.path == str(own)
    assert f"did you mean {meant}?" in fault.message


def test_a_template_in_another_encoding_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    own = tmp_path / FORM_1
    own.parent.mkdir()
    own.write_bytes("記".encode("shift_jis"))
    with pytest.raises(InvalidTemplate, match="not UTF-8"):
        load_templates([tmp_path])


def test_a_missing_template_is_a_fault_of_the_installation() -> None:
    with pytest.raises(ConfigError):
        Templates(()).source(NAMES[0])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_law_the_check_never_breaks_whatever_is_typed(text: str) -> None:
    templates = load_templates()
    typed = edited(templates, FORM_1, "{{ 理由 }}", text)
    assert isinstance(source_faults(typed.source(FORM_1)), tuple)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"reason": "', '"raison": "', "raison"),
        ('"bank-account-transfer-solicitation"', '"no-such-category"', "category"),
        ("{", "", "form1/sample.json"),
        ('"found_on": "2026-11-16"', '"found_on": "2026-11-31"', "found_on"),
    ],
)
def test_a_sample_that_is_no_judgment_is_found(
    old: str, new: str, message: str, templates: Templates
) -> None:
    broken = edited(templates, "form1/sample.json", old, new)
    found = check_templates(broken)
    assert any(message in str(fault) for fault in found), found
    with pytest.raises(InvalidTemplate):
        sample_notice(Form.FORM_1, templates=broken)


def test_a_sample_of_another_form_is_refused(templates: Templates) -> None:
    other = templates.source("form1/sample.json").text
    swapped = edited(
        templates,
        "form2/sample.json",
        templates.source("form2/sample.json").text,
        other,
    )
    assert any("category" in str(fault) for fault in check_templates(swapped))


def test_a_site_can_have_its_own_sample(templates: Templates) -> None:
    own = edited(templates, "form1/sample.json", "使っていない口座", "使わない口座")
    content = sample_notice(Form.FORM_1, templates=own).judgment.content
    assert "使わない口座" in content
    assert check_templates(own) == ()


@pytest.mark.parametrize(("output", "name"), [("pdf", "PDF"), ("docx", "DOCX")])
def test_a_value_that_one_output_lacks_is_found(
    output: str, name: str, templates: Templates
) -> None:
    notice = probes(Form.FORM_1)[0].notice
    letter, other = (
        write_letter(one, templates=templates, notice_json_sha256=SHA256)
        for one in (notice, replace(notice, number="OTHER-0002"))
    )
    mixed = replace(letter, **{output: getattr(other, output)})
    assert {
        str(fault).split(": ")[1] for fault in missing(mixed, notice, templates)
    } == {f"整理番号 is missing in the {name}"}
    assert not list(missing(letter, notice, templates))
