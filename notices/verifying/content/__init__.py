"""What the signed parts say about the notice: `notice.json`, XMP and the text."""

from notices.verifying.content.comparing import (
    Flowed,
    check_text,
    compare,
    names_number,
)
from notices.verifying.content.form_values import FormValues
from notices.verifying.content.many_words import are_few, standing
from notices.verifying.content.notice_json import (
    FollowedStatement,
    NoticeJson,
    Statement,
    read_json,
    read_notice_json,
)
from notices.verifying.content.whole_words import stands_alone
from notices.verifying.content.xmp import Xmp, read_xmp, refuse_declarations

__all__ = [
    "Flowed",
    "FollowedStatement",
    "FormValues",
    "NoticeJson",
    "Statement",
    "Xmp",
    "are_few",
    "check_text",
    "compare",
    "names_number",
    "read_json",
    "read_notice_json",
    "read_xmp",
    "refuse_declarations",
    "standing",
    "stands_alone",
]
