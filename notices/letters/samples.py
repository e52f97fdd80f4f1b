"""A sample notice for each form: harmless words, reserved addresses."""

from datetime import date, datetime

from notices.judgment import (
    Facility,
    Judgment,
    LadderStep,
    Language,
    Locator,
    Person,
    Rung,
    Source,
    Target,
)
from notices.notice import (
    JST,
    Center,
    Citation,
    Classification,
    Form,
    Managed,
    Notice,
    Recipient,
)

CENTER = Center(
    name="見本インターネット・ホットラインセンター",
    name_en="Example Internet Hotline Center",
    address="東京都千代田区見本町1丁目2番3号",
    address_en="1-2-3 Mihon-cho, Chiyoda-ku, Tokyo, Japan",
    phone="03-0000-0000",
    phone_international="+81-3-0000-0000",
    mailbox="notice@hotline.example.jp",
    verification_page="https://www.hotline.example.jp/verify",
)


def sample_notice(form: Form) -> Notice:
    """A notice to look at templates with; marked as a draft."""
    return _SAMPLES[form]()


def _judgment(**values: object) -> Judgment:
    found_on = values["found_on"]
    assert isinstance(found_on, date)  # noqa: S101 - for the type checker
    at = datetime(found_on.year, found_on.month, found_on.day, 11, tzinfo=JST)
    usual: dict[str, object] = {
        "assessor": Person(name="見本 花子", name_en="MIHON Hanako", role="担当者"),
        "checker": Person(name="例示 太郎", name_en="REIJI Taro", role="責任者"),
        "judged_at": at,
        "checked_at": at.replace(hour=15),
        "edition": "2025-09-25",
        "source": Source.PUBLIC,
    }
    return Judgment(**{**usual, **values})  # type: ignore[arg-type]


def _form_1() -> Notice:
    name, mailbox = "みほん掲示板運営事務局", "abuse@board.example.jp"
    judgment = _judgment(
        case_id="IHC-2026-004217",
        category="bank-account-transfer-solicitation",
        found_on=date(2026, 11, 16),
        target=Target(
            facility=Facility.BULLETIN_BOARD,
            urls=("https://board.example.jp/thread/1208/52",),
            locator=Locator(
                board_name="みほん掲示板 雑談",
                thread="1208",
                post_number="52",
                posted_at=datetime(2026, 11, 14, 21, 7, tzinfo=JST),
                poster_id="a1B2c3",
            ),
            ip_addresses=("192.0.2.10",),
            ip_checked_at=datetime(2026, 11, 16, 10, 12, tzinfo=JST),
            provider_location="JP",
            server_location="JP",
        ),
        content=(
            "「使っていない口座を買います。通帳とキャッシュカードのセット、高額。"
            "連絡はこの掲示板のメッセージで。」との書き込みが掲載。"
        ),
        reason=(
            "「口座」「通帳」「キャッシュカード」という預貯金通帳等を意味する表現とともに、"
            "「買います」という譲受けの相手方となるよう誘引する表現が、不特定又は多数の者が"
            "閲覧できる電子掲示板に掲載されており、正当な理由がないのに有償で預貯金通帳等を"
            "譲り受ける行為の相手方となるよう、広告に類似する方法により人を誘引するものと判断。"
        ),
        ladder=(_step(Rung.BOARD_ADMINISTRATOR, name, mailbox),),
    )
    return Notice(
        number="R8-1-000123",
        date=date(2026, 11, 18),
        form=Form.FORM_1,
        center=CENTER,
        recipient=_recipient(Rung.BOARD_ADMINISTRATOR, name, mailbox),
        managed=Managed.BULLETIN_BOARD,
        judgment=judgment,
        classification=Classification(
            slug="bank-account-transfer-solicitation",
            name="預貯金通帳等の譲渡等の誘引等",
            name_en="Solicitation to transfer bank accounts or passbooks",
            group="illegal",
            group_name="違法情報",
            group_name_en="illegal information",
        ),
        citations=(
            Citation(
                law="hanshu",
                official="犯罪による収益の移転防止に関する法律",
                short="犯罪収益移転防止法",
                law_number="平成19年法律第22号",
                article="第26条第4項",
            ),
        ),
        is_draft=True,
    )


def _form_2() -> Notice:
    name, mailbox = "Example Social, Inc.", "trust-safety@social.example.com"
    judgment = _judgment(
        case_id="IHC-2026-004219",
        category="crime-perpetrator-recruitment",
        found_on=date(2026, 11, 17),
        target=Target(
            facility=Facility.BULLETIN_BOARD,
            urls=("https://social.example.com/u/mihon77/posts/1187750021",),
            locator=Locator(
                board_name="Example Social",
                post_number="1187750021",
                posted_at=datetime(2026, 11, 16, 23, 41, tzinfo=JST),
                poster_id="@mihon77",
            ),
            ip_addresses=("192.0.2.80",),
            ip_checked_at=datetime(2026, 11, 17, 10, 2, tzinfo=JST),
            provider_location="US",
            server_location="US",
        ),
        content=(
            "「闇バイト募集。叩きの実行役、経験不問、報酬は即日。詳しくはDMで。」"
            "との投稿が掲載。"
        ),
        reason=(
            "「闇バイト」「叩きの実行役」という強盗等の犯罪の実行者を意味する表現と、"
            "「募集」「詳しくはDMで」という応募を誘う表現が記載されており、"
            "犯罪の実行者を直接的かつ明示的に募集する情報であると判断。"
        ),
        content_en=(
            'Post in Japanese: "Yami-baito wanted. To carry out a tataki, no '
            'experience needed, paid the same day. DM for details." ("Yami-baito": '
            'paid work in crime; "tataki": slang for robbery.)'
        ),
        reason_en=(
            "The post uses words that mean a person who carries out a robbery or a "
            "similar crime, and asks readers to apply by direct message. We judged "
            "that it directly and explicitly recruits people to carry out a crime."
        ),
        source=Source.CYBER_PATROL_CENTER,
        ladder=(_step(Rung.BOARD_ADMINISTRATOR, name, mailbox, Language.BILINGUAL),),
    )
    return Notice(
        number="R8-2-000124",
        date=date(2026, 11, 18),
        form=Form.FORM_2,
        center=CENTER,
        recipient=_recipient(
            Rung.BOARD_ADMINISTRATOR, name, mailbox, Language.BILINGUAL, abroad=True
        ),
        managed=Managed.BULLETIN_BOARD,
        judgment=judgment,
        classification=Classification(
            slug="crime-perpetrator-recruitment",
            name="犯罪実行者募集",
            name_en="Recruitment of people to carry out crimes",
            group="serious-crime",
            group_name="重要犯罪密接関連情報",
            group_name_en="information closely related to serious crimes",
        ),
        is_draft=True,
    )


def _form_2_2006() -> Notice:
    name, mailbox = "見本レンタルサーバ株式会社", "abuse@rental.example.jp"
    judgment = _judgment(
        case_id="IHC-2006-000088",
        category="2006-po-1-direct-inducement",
        sub_type="公文書偽造",
        found_on=date(2006, 8, 18),
        target=Target(
            facility=Facility.BULLETIN_BOARD,
            urls=("http://bbs.example.jp/cgi-bin/read.cgi?no=451",),
            locator=Locator(
                board_name="みほん売買掲示板",
                post_number="451",
                posted_at=datetime(2006, 8, 17, 22, 30, tzinfo=JST),
            ),
            ip_addresses=("192.0.2.200",),
            ip_checked_at=datetime(2006, 8, 18, 10, 0, tzinfo=JST),
            provider_location="JP",
            server_location="JP",
        ),
        content=(
            "「運転免許証を作成します。料金は前払い、品物は郵送。連絡先は○○」"
            "との書き込みが掲載。"
        ),
        reason=(
            "「運転免許証」という公文書を意味する表現と、「作成します」という偽造を意味する"
            "表現が記載されており、対価、支払方法及び引渡方法の記載から、公文書偽造を"
            "直接的かつ明示的に請け負う情報であると判断。"
        ),
        edition="2006-06-01",
        ladder=(_step(Rung.SERVER_ADMINISTRATOR, name, mailbox),),
    )
    return Notice(
        number="H18-2-000088",
        date=date(2006, 8, 21),
        form=Form.FORM_2_2006,
        center=CENTER,
        recipient=_recipient(Rung.SERVER_ADMINISTRATOR, name, mailbox),
        managed=Managed.SERVER,
        judgment=judgment,
        classification=Classification(
            slug="2006-po-1-direct-inducement",
            name="違法行為を直接かつ明示的に請負・仲介・誘引等する情報",
            name_en="Direct undertaking, brokering or soliciting of an illegal act",
            group="public-order-2006",
            group_name="公序良俗に反する情報",
            group_name_en="information contrary to public order or good morals",
            class_2006=1,
        ),
        is_draft=True,
    )


def _step(
    rung: Rung, name: str, mailbox: str, language: Language = Language.JAPANESE
) -> LadderStep:
    return LadderStep(rung=rung, name=name, mailbox=mailbox, language=language)


def _recipient(
    rung: Rung,
    name: str,
    mailbox: str,
    language: Language = Language.JAPANESE,
    *,
    abroad: bool = False,
) -> Recipient:
    return Recipient(
        rung=rung, name=name, mailbox=mailbox, language=language, is_abroad=abroad
    )


_SAMPLES = {
    Form.FORM_1: _form_1,
    Form.FORM_2: _form_2,
    Form.FORM_2_2006: _form_2_2006,
}
