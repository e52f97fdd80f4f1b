"""Form 1 to operators abroad: reason, name in English, measure, whole sites and apps."""

import json
from typing import Any

import pytest

from notices.catalogue import StandingReason, check
from notices.codec import load_catalogue, notice_json, read_judgment, read_recipients
from notices.errors import ConfigError, InvalidJudgment
from notices.judgment import Judgment, Measure, Scope
from notices.notice import Center, Notice, compose
from tests.codec.cases import Edit, accepted, example, refused

CENTER = Center(
    name="見本",
    name_en="Example",
    address="東京都",
    address_en="Tokyo",
    phone="03-0000-0000",
    phone_international="+81-3-0000-0000",
    mailbox="notice@hotline.example.jp",
    verification_page="https://www.hotline.example.jp/verify",
)
SLUG = "illegal-online-gambling"
STANDING = StandingReason(
    category=SLUG, reason="運営者が国外にあるため。", source="運用会議 2025-09-25"
)


def abroad(data: dict[str, Any]) -> None:
    """Case A as one about gambling, run abroad."""
    data.update(category=SLUG, statutes=None)
    data["target"].update(provider_location="CW", server_location="CW")
    step = data["ladder"][0]
    step.update(language="ja+en", abroad_reason="運営者が国外にあるため。")
    data.update(content_en="A page offers bets.", reason_en="It shows such a site.")


def with_(**changes: Any) -> Edit:
    def edit(data: dict[str, Any]) -> None:
        abroad(data)
        data.update(changes)

    return edit


def composed(judgment: Judgment, **settings: Any) -> Notice:
    return compose(
        judgment,  # type: ignore[arg-type] - what was accepted is checked
        center=CENTER,
        number="R8-1-000001",
        date=judgment.checked_at.date(),
        **settings,
    )


def test_form_1_abroad_cites_in_english() -> None:
    [citation] = composed(accepted("A", abroad)).citations
    assert citation.english.endswith("(Act No. 74 of 2018), Article 9-2")


def test_a_standing_reason_takes_the_place_of_the_judgments() -> None:
    data = example("A")
    abroad(data)
    del data["ladder"][0]["abroad_reason"]
    text = json.dumps(data)
    with pytest.raises(InvalidJudgment, match="1 fault"):
        read_judgment(text)
    catalogue = load_catalogue().with_standing([STANDING])
    notice = composed(read_judgment(text, catalogue))
    assert notice.standing_reason == STANDING
    # the judgment's own reason goes before it, and none is needed within Japan
    own = check(accepted("A", abroad), catalogue)
    assert composed(own).standing_reason is None
    home = check(accepted("A"), catalogue)
    assert composed(home).standing_reason is None


def test_a_directory_entry_abroad_needs_the_reason_too() -> None:
    entries = read_recipients(
        "[casino]\nname = 'みほん運営'\nname_en = 'Example Operator'\n"
        "mailboxes = 'abuse@site.example'\ncountry = 'CW'\nlanguage = 'ja+en'\n".replace(
            "'abuse@site.example'", "['abuse@site.example']"
        ),
        "recipients.toml",
    )
    data = example("A")
    abroad(data)
    rung = data["ladder"][0]["rung"]
    data["ladder"] = [{"rung": rung, "recipient": "casino"}]
    text = json.dumps(data)
    with pytest.raises(InvalidJudgment, match="no notice can be made"):
        composed(read_judgment(text), directory=entries)
    catalogue = load_catalogue().with_standing([STANDING])
    notice = composed(read_judgment(text, catalogue), directory=entries)
    assert notice.recipient.name_en == "Example Operator"
    assert notice.standing_reason == STANDING


@pytest.mark.parametrize("name_en", [" ", "\u200b", "a\nb"])
def test_an_english_name_that_is_none_is_refused(name_en: str) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["ladder"][0]["name_en"] = name_en

    assert "ladder[0].name_en" in refused("A", edit)
    entry = {"name": "みほん", "name_en": name_en, "mailboxes": ["a@site.example"]}
    toml = "\n".join(f"{key} = {json.dumps(value)}" for key, value in entry.items())
    with pytest.raises(ConfigError) as caught:
        read_recipients(f"[x]\n{toml}\n", "recipients.toml")
    assert "name_en" in caught.value.diagnostics()


def test_blocking_access_from_japan_may_be_asked_abroad_only() -> None:
    block = Measure.BLOCK_ACCESS_FROM_JAPAN.value
    judgment = accepted("A", with_(measure=block))
    document = json.loads(notice_json(composed(judgment)))
    assert document["requested_action"].startswith("日本国内から")
    assert "inaccessible from Japan" in document["requested_action_en"]
    assert refused("A", lambda data: data.update(measure=block)) == {
        "measure": "board_administrator is not abroad: ask it to stop the transmission"
    }
    form_2 = refused("C", lambda data: data.update(measure=block))
    assert form_2["measure"].startswith("form 2 asks for action")


def test_what_is_asked_is_as_before_where_nothing_else_is_said() -> None:
    document = json.loads(notice_json(composed(accepted("A"))))
    assert document["requested_action"] == "当該情報の送信を防止する措置"


@pytest.mark.parametrize("scope", list(Scope))
def test_a_target_may_be_a_whole_site_or_app(scope: Scope) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["target"]["scope"] = scope.value

    assert accepted("A", edit).target.scope is scope


def test_an_unknown_scope_or_measure_names_the_known_ones() -> None:
    def edit(data: dict[str, Any]) -> None:
        data["target"]["scope"] = "galaxy"
        data["measure"] = "burn"

    found = refused("A", edit)
    assert "'item', 'site' or 'app'" in found["target.scope"]
    assert "block_access_from_japan" in found["measure"]
