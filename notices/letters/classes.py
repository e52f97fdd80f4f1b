"""分類の種類: the class rows of form 2, exactly one of them marked ■."""

from typing import NamedTuple

from notices.notice import Classification, Form, Notice


class ClassRow(NamedTuple):
    """One class of form 2."""

    key: str
    """Number of the class of 2006, or key of the group since 2023."""
    ja: str
    """As the form prints it."""
    en: str
    """In English."""


# Form 2 of the 2006 draft, page 21. The guideline's text (第4の2) words ① and ③
# a little differently; the form's wording is the one printed.
CLASSES_2006 = (
    ClassRow(
        "1",
        "①情報自体から違法行為を直接かつ明示的に請負・仲介・誘引等する情報",
        "(1) Information that in itself directly and explicitly undertakes, brokers "
        "or solicits an illegal act",
    ),
    ClassRow(
        "2",
        "②違法情報該当性が明らかであると判断することは困難であるが、"
        "その疑いが相当程度認められる情報",
        "(2) Information strongly suspected to be illegal, although it is difficult "
        "to judge that it clearly is",
    ),
    ClassRow(
        "3",
        "③人を自殺に誘引・勧誘する情報",
        "(3) Information that induces or solicits people to commit suicide",
    ),
)

# Guideline since 2023: two groups, the type named below them.
GROUPS_2023 = (
    ClassRow(
        "serious-crime",
        "重要犯罪密接関連情報",
        "Information closely related to serious crimes",
    ),
    ClassRow("suicide", "自殺誘引等情報", "Information inducing suicide"),
)


def class_rows(notice: Notice) -> tuple[ClassRow, ...]:
    """The classes that this form offers; none for form 1."""
    if notice.form is Form.FORM_1:
        return ()
    return CLASSES_2006 if notice.form is Form.FORM_2_2006 else GROUPS_2023


def chosen_key(classification: Classification, form: Form) -> str:
    """The key of the class that the judgment chose."""
    if form is Form.FORM_2_2006:
        return str(classification.class_2006)
    return classification.group
