"""Words of letters that follow from fields of `notice.json`, since the first version.

Words are without white space where they are compared so; each pattern is for such.
"""

import re
from collections.abc import Mapping

TEST, DRAFT = "試験TEST", "見本DRAFT"
"""In the head of each page of a test, of a draft, without white space."""
MARKS = ("【試験】", "[TEST]")
"""Before the subject and the first sentence of a test's mail."""
OF_DRAFTS = ("【見本】", "[DRAFT]")
LONG = 8
"""Characters from which a value is prose that may hold sentences of its own."""
MANAGED = {
    "board_administrator": ("bulletin_board", "電子掲示板", "onlineservice"),
    "website_administrator": ("website", "ウェブサイト", "website"),
    "server_administrator": ("", "サーバ", "server"),
    "ip_allocation_holder": ("", "IPアドレス", ""),
}
"""Of each rung: its facility (empty: any), what is managed, and that in English."""
HOLDS = re.compile(
    r"(?:あなた|貴社|貴団体)(?:が管理する(電子掲示板|ウェブサイト|サーバ)"
    r"|が割り?振りを受けている(IPアドレス))"
)
HOLDS_EN = re.compile(r"(onlineservice|website|server)thatyou(?:operate|manage)")
STOP, BLOCK, DEAL, NOTHING = "stop", "block", "deal", "nothing"
ASKED = {
    "当該情報の送信を防止する措置": STOP,
    "日本国内から当該情報を閲覧することができないようにする措置": BLOCK,
    "利用者との間の契約や利用に関する取決め等に基づく対応": DEAL,
    "なし（先の依頼を取り下げ、今後の対応を求めません。）": NOTHING,
}
ASKED_EN = {
    "measures to stop the transmission of this information": STOP,
    "measures to make this information inaccessible from Japan": BLOCK,
    "action under your terms of service or other agreements with your users": DEAL,
    "nothing: our earlier request is withdrawn, and no further action is asked for": (
        NOTHING
    ),
}
"""What is asked, as `notice.json` says it."""
Known = Mapping[str, str]
Sentences = Mapping[str, tuple[str, ...]]
SENTENCES: Sentences = {
    STOP: ("当該情報の送信を防止する措置",),
    BLOCK: ("日本国内から当該情報を閲覧することができないようにする措置",),
    DEAL: (
        "利用者との間の契約や利用に関する取決め等に基づく対応",
        "利用者との間の契約や利用に関する取り決め等に基づく対応",
    ),
    NOTHING: ("対応をお願いすることはありません",),
}
SENTENCES_EN: Sentences = {
    STOP: ("measures to stop its transmission",),
    BLOCK: ("measures to make it inaccessible from Japan",),
    DEAL: ("under your terms of service or other agreements with your users",),
    NOTHING: ("we no longer ask you for any action",),
}
"""The same as letters have said it since the first version."""
OF_FORMS = {"form1": {STOP, BLOCK}, "form2": {DEAL}, "form2-2006": {DEAL}}
TITLES = {
    "【違法情報】の通知書": ("form1",),
    "【公序良俗に反する情報】の通知書": ("form2", "form2-2006"),
}
"""How the titles of the forms begin."""
OF_KINDS = {
    "再度の依頼書": "reminder",
    "依頼の取下げのお知らせ": "withdrawal",
    "下記の依頼を取り下げます": "withdrawal",
    "この依頼について対応をお願いすることはありません": "withdrawal",
    "訂正する依頼": "correction",
}
"""What the letters of one kind alone say."""
ASKS = re.compile(
    "措置を講じるよう依頼します|等に基づく対応を依頼します|Werequestthatyoutake"
)
"""A request, which no withdrawal has."""
SHORT = ("reminder", "withdrawal")
"""Kinds that leave the class to the notice before."""
CLASSES = {"serious-crime": "重要犯罪密接関連情報", "suicide": "自殺誘引等情報"}
"""The classes of form 2 since 2023."""
NUMBERED = re.compile(r"■\(?([①②③]|[123](?=\)))")
CIRCLED = {"①": "1", "②": "2", "③": "3"}
"""The class of 2006 that is marked, in either language."""
TYPED = re.compile(r"類型[：:]")
ADDRESS = re.compile(
    r"(?<![0-9A-Za-z.:])(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|(?:[0-9a-f]{0,4}:){2,7}"
    r"[0-9a-f]{0,4})(?![0-9A-Za-z]|[.:][0-9A-Za-z])"
)
GROUPS = 8
"""Of a whole IPv6 address."""
