"""Every kind of letter is tried: each two conditions of a template together."""

from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import pytest

from notices.errors import InvalidTemplate
from notices.letters import Templates, check_templates, load_templates, write_letter
from notices.letters.template.checks.checking import source_faults
from notices.letters.template.checks.probes import (
    _covering,
    _levels,
    all_probes,
    probes,
)
from notices.letters.template.sources import TemplateSource
from notices.notice import Form, Managed, RequestKind
from tests.letters.conftest import SHA256, final, with_judgment

EARLIER = Path(__file__).parent / "earlier"


@pytest.mark.parametrize("kind", list(RequestKind))
@pytest.mark.parametrize("form", list(Form))
def test_law_each_two_values_stand_together_in_a_probe(
    form: Form, kind: RequestKind
) -> None:
    levels = _levels(form, kind)
    rows = [tuple(row) for row in _covering(form, kind)]
    for one, other in combinations(range(len(levels)), 2):
        found = {(row[one], row[other]) for row in rows}
        assert found == set(product(levels[one], levels[other]))


@pytest.mark.parametrize("form", list(Form))
def test_the_command_tries_every_facility_language_group_and_count(form: Form) -> None:
    notices = [probe.notice for probe in all_probes(form)]
    assert {notice.managed for notice in notices} == set(Managed)
    assert {notice.is_bilingual for notice in notices} == {True, False}
    assert {len(notice.judgment.target.urls) for notice in notices} == {1, 2}
    assert {probe.notice.is_draft for probe in probes(form)} == {True, False}
    assert {probe.notice.is_test for probe in probes(form)} == {True, False}


@pytest.mark.parametrize("managed", ["電子掲示板", "ウェブサイト", "サーバ"])
def test_a_letter_without_its_request_for_one_facility_is_refused(
    managed: str, templates: Templates
) -> None:
    """A branch that nobody thought of left the sentence out, and `check` passed it."""
    source = templates.source("form1/letter.ja.j2")
    sentence = (
        "あなたが管理する{{ 管理対象 }}に下記のとおり違法な情報が掲載されていますので、"
    )
    edited = source.text.replace(
        sentence, f"{{% if 管理対象 != '{managed}' %}}{sentence}"
    ).replace(
        "講じるよう依頼します。\n{% endif %}",
        "講じるよう依頼します。{% endif %}\n{% endif %}",
    )
    assert edited != source.text
    found = source_faults(replace(source, text=edited))
    assert {fault.message for fault in found} == {
        "the value 管理対象 is missing",
        "the value 依頼の文 is missing",
    }


def test_three_conditions_together_are_found_by_the_command(
    templates: Templates,
) -> None:
    source = templates.source("form2/letter.ja.j2")
    hidden = (
        "{% if 管理対象 == 'サーバ' and 敬称 == '様' and not 任意の注記 and 英文併記 %}"
        "なし\n{% else %}\n{{ 理由 }}\n{% endif %}"
    )
    edited = replace(source, text=source.text.replace("{{ 理由 }}", hidden))
    others = tuple(one for one in templates.sources if one.name != source.name)
    found = check_templates(Templates((*others, edited)))
    assert "the value 理由 is missing" in {str(fault.message) for fault in found}


def test_a_real_letter_that_lacks_something_is_not_written(
    templates: Templates,
) -> None:
    """No probe has this reason: the letter itself is looked at before it is signed."""
    source = templates.source("form1/letter.ja.j2")
    sly = "{% if 理由 == '秘密の理由' %}なし{% else %}{{ 理由 }}{% endif %}"
    edited = replace(source, text=source.text.replace("{{ 理由 }}", sly))
    others = tuple(one for one in templates.sources if one.name != source.name)
    broken = Templates((*others, edited))
    assert source_faults(edited) == ()
    usual = final(Form.FORM_1)
    write_letter(usual, templates=broken, notice_json_sha256=SHA256)
    notice = with_judgment(usual, reason="秘密の理由")
    with pytest.raises(InvalidTemplate, match="理由 is missing"):
        write_letter(notice, templates=broken, notice_json_sha256=SHA256)


def test_templates_of_the_version_before_stay_in_use(tmp_path: Path) -> None:
    """A site has its own copies: their headings and sentences keep their place."""
    before = load_templates([EARLIER])
    assert check_templates(before) == ()
    for form in Form:
        letter = write_letter(final(form), templates=before, notice_json_sha256=SHA256)
        assert "その他情報の特定に必要な情報:\n    掲示板の名称：" in letter.text


def test_a_tag_at_the_end_of_a_line_glues_no_lines(templates: Templates) -> None:
    source = templates.source("form1/letter.ja.j2")
    edited = source.text.replace(
        "@本文\n",
        "@本文\n平素よりお世話になっております。{% if 英文併記 %}（英訳あり）{% endif %}\n"
        "当センターは、次のとおり依頼します。{# 注 #}\n二つ目の段落です。\n",
    )
    broken = replace(source, text=edited)
    assert source_faults(broken) == ()
    letter = write_letter(
        final(Form.FORM_1),
        templates=with_source(templates, broken),
        notice_json_sha256=SHA256,
    )
    assert (
        "　平素よりお世話になっております。\n　当センターは、次のとおり依頼します。\n"
        "　二つ目の段落です。\n" in letter.text
    )


def with_source(templates: Templates, source: TemplateSource) -> Templates:
    others = (one for one in templates.sources if one.name != source.name)
    return Templates((*others, source))


def test_a_withdrawal_that_says_it_later_is_refused(templates: Templates) -> None:
    """Who reads one line knows that nothing more is asked."""
    source = templates.source("withdrawal/mail.ja.j2")
    body = source.text.replace("@本文\n", "@本文\nお世話になっております。\n")
    found = source_faults(replace(source, text=body))
    assert {fault.message for fault in found} == {
        "the first line must say that nothing more is asked"
    }


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("reminder", "先の整理番号"),
        ("withdrawal", "先のハッシュ値"),
        ("correction-form1", "訂正箇所"),
        ("correction-form2", "先の日付"),
    ],
)
def test_what_follows_names_the_notice_before(
    folder: str, name: str, templates: Templates
) -> None:
    source = templates.source(f"{folder}/letter.ja.j2")
    edited = source.text.replace(f"{{{{ {name} }}}}", "省略")
    found = source_faults(replace(source, text=edited))
    assert f"the value {name} is missing" in {fault.message for fault in found}
