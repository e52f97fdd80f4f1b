"""The words of the forms that each letter and mail holds, in both languages."""

from notices.notice import RequestKind

_REFERENCE = (
    "English translation for reference. If there is any discrepancy, the Japanese "
    "text prevails."
)
_TITLE_2_EN_BEFORE = (
    "Notice of Information Contrary to Public Order or Good Morals, "
    "and Request for Action"
)
HEAD = {
    "ja": (
        "整理番号",
        "住所",
        "連絡先（電話番号）",
        "（e-mail アドレス）",
        "担当者氏名",
        "確認者氏名",
        "記",
        "掲載されている場所",
        "その他情報の特定に必要な情報",
        "掲載されている情報",
        "以上",
    ),
    "en": (
        _REFERENCE,
        "Reference No.",
        "To:",
        "Address",
        "Telephone",
        "E-mail",
        "Case officer",
        "Checked by",
        "Details",
        "Location",
        "Other identifying details",
        "Description of the information",
        "End",
    ),
}
_TITLE_1_EN = (
    "Notice of Illegal Information, and Request for Measures to Stop Its Transmission"
)
_TITLE_2_EN = (
    "Notice of Information Contrary to Public Policy (Public Order and Good Morals), "
    "and Request for Action"
)
FORM_1 = {
    "ja": (
        "【違法情報】の通知書兼送信防止措置依頼書",
        "違法情報該当性の判断理由等",
        "違反する法令名等",
        "上記法令の構成要件に該当すると判断した理由",
    ),
    "en": (
        _TITLE_1_EN,
        "Grounds for the judgment that it is illegal",
        "Law and provision",
        "Reasons why the information meets the elements of the provision",
    ),
}
FORM_2 = {
    "ja": (
        "【公序良俗に反する情報】の通知書兼対応依頼書",
        "公序良俗に反するか否かの判断理由等",
        "分類の種類",
        "上記分類にあてはまると判断した理由",
    ),
    "en": (
        _TITLE_2_EN,
        "Grounds for the judgment",
        "Classification",
        "Reasons why the information falls under this classification",
    ),
}
EARLIER = {
    HEAD["en"][0]: (
        "English rendering. If the two differ, the Japanese text is the original.",
    ),
    "Location": ("Where it is posted",),
    "Other identifying details": ("Other details to identify it",),
    "Description of the information": ("What is posted",),
    _TITLE_2_EN: (_TITLE_2_EN_BEFORE,),
    "Reasons why the information meets the elements of the provision": (
        "Why it meets the elements of that provision",
    ),
    "Reasons why the information falls under this classification": (
        "Why it falls under this classification",
    ),
}
"""Headings of the versions before."""
VOLUNTARY = {
    "ja": "対応を行うか否かは任意であり、対応を行わなかったことのみを理由として"
    "法的責任を問われることはありません。",
    "en": "Whether you act on it is your choice, and not acting on it does not in "
    "itself lead to any legal liability.",
}

FOLLOWING = {
    (RequestKind.REMINDER, "ja"): ("再度の依頼書", "先の依頼", "依頼の内容"),
    (RequestKind.REMINDER, "en"): (
        "Reminder of Our Request",
        "Our earlier notice",
        "What we request",
    ),
    (RequestKind.WITHDRAWAL, "ja"): ("依頼の取下げのお知らせ", "取り下げる依頼"),
    (RequestKind.WITHDRAWAL, "en"): (
        "Notice of the Withdrawal of Our Request",
        "The request withdrawn",
    ),
    (RequestKind.CORRECTION, "ja"): ("訂正する依頼", "訂正した箇所"),
    (RequestKind.CORRECTION, "en"): ("The request corrected", "What is corrected"),
}
"""Title and labels of notices that follow another; a correction has the form's, too."""

REQUEST = {
    (1, "ja"): ("当該情報の送信を防止する措置を講じるよう",),
    (1, "en"): ("measures to stop its transmission",),
    (2, "ja"): (
        "当該情報について利用者との間の契約や利用に関する取決め等に基づく対応を",
        "当該情報について利用者との間の契約や利用に関する取り決め等に基づく対応を",
    ),
    (2, "en"): ("under your terms of service or other agreements with your users",),
}
"""What a form asks for, in its own words; the sentence around it may be edited."""

NOTHING_ASKED = {
    "ja": "対応をお願いすることはありません",
    "en": "we no longer ask you for any action",
}

OPENINGS = {
    ("form1", "ja"): "【違法情報】の通知書",
    ("form1", "en"): "Notice of Illegal Information",
    ("form2", "ja"): "【公序良俗に反する情報】の通知書",
    ("form2", "en"): "Notice of Information Contrary to Public Policy",
}
"""How the title of a further kind of notice begins: a reader sees which form it is."""
