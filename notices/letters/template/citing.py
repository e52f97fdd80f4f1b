"""How a letter names what it cites: provisions, and the classes of form 2.

Ranges and choices are written as statutes write them (法制執務): 第20条から
第23条まで, 第1項又は第2項; `notice.json` keeps the catalogue's own words.

分類の種類 are the class rows of form 2, exactly one of them marked ■. Their wording
stands in the catalogue. Of 2006 it is that of the form (draft, page 21); the
guideline's text (第4の2) words ① and ③ a little differently.
"""

import re

from notices.catalogue import ClassLabel
from notices.codec import load_catalogue
from notices.notice import Classification, Form, Notice

_RANGE = re.compile(
    "(第[0-9]+[条項号](?:の[0-9]+)*)[〜～](第[0-9]+[条項号](?:の[0-9]+)*)"
)
_OPEN_RANGE = re.compile(
    "(から第[0-9]+[条項号](?:の[0-9]+)*(?:第[0-9]+[項号](?:の[0-9]+)*)*)(?![0-9の第]|まで)"
)


def printed_article(article: str) -> str:
    """The provision in the words of a statute.

    >>> printed_article("第20条から第23条")
    '第20条から第23条まで'
    >>> printed_article("第3条の7〜第3条の9・第4条")
    '第3条の7から第3条の9まで又は第4条'
    """
    ranged = _RANGE.sub(r"\1から\2", article)
    closed = _OPEN_RANGE.sub(r"\1まで", ranged)
    *most, last = closed.split("・")
    return f"{'、'.join(most)}又は{last}" if most else last


def class_rows(notice: Notice) -> tuple[ClassLabel, ...]:
    """The classes that this form offers, worded as it prints them; none for form 1."""
    if notice.form is Form.FORM_1:
        return ()
    return load_catalogue().class_labels[notice.form.value]


def chosen_key(classification: Classification, form: Form) -> str:
    """The key of the class that the judgment chose."""
    if form is Form.FORM_2_2006:
        return str(classification.class_2006)
    return classification.group
