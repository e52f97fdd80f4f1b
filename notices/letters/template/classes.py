"""分類の種類: the class rows of form 2, exactly one of them marked ■.

Their wording stands in the catalogue. Of 2006 it is that of the form (draft, page 21);
the guideline's text (第4の2) words ① and ③ a little differently.
"""

from notices.catalogue import ClassLabel
from notices.codec import load_catalogue
from notices.notice import Classification, Form, Notice


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
