"""Which folder holds the templates of a notice, and how its files are called."""

from notices.notice import Form, Notice, RequestKind

LAYOUT_NAME = "layout.toml"
KIND_NAME = "kind.toml"
"""Says of a folder which form its notices are of."""
_FOLDERS = {
    RequestKind.REQUEST: ("form1", "form2"),
    RequestKind.REMINDER: ("reminder",),
    RequestKind.WITHDRAWAL: ("withdrawal",),
    RequestKind.CORRECTION: ("correction-form1", "correction-form2"),
}
"""Where the templates of a kind are: one folder a form, or one for both."""
FOLDERS = tuple(name for names in _FOLDERS.values() for name in names)
SAMPLE_NAME = "sample.json"
SAMPLES = {
    Form.FORM_1: f"form1/{SAMPLE_NAME}",
    Form.FORM_2: f"form2/{SAMPLE_NAME}",
    Form.FORM_2_2006: "form2/sample-2006.json",
}
PARTS = tuple(
    f"{part}.{language}.j2" for part in ("letter", "mail") for language in ("ja", "en")
)
"""The templates of each folder."""
NAMES = (
    *(f"{folder}/{part}" for folder in FOLDERS for part in PARTS),
    *SAMPLES.values(),
    LAYOUT_NAME,
)
"""Every template and sample of the program; a site may hold some of them."""
OF_KIND = (KIND_NAME, *PARTS, SAMPLE_NAME)
"""The files of a further kind of notice; it may do without the sample."""


def folder_of(form: Form, kind: RequestKind = RequestKind.REQUEST) -> str:
    """Where the templates of a form and a kind are.

    Both sets of classes share form 2; reminders and withdrawals are the same in all.
    """
    return _FOLDERS[kind][0 if form is Form.FORM_1 else -1]


def folder_for(notice: Notice) -> str:
    """Where the templates of a notice are: a request may have a folder of its own."""
    own = notice.recipient.template if notice.kind is RequestKind.REQUEST else ""
    return own or folder_of(notice.form, notice.kind)


def letter_name(notice: Notice, language: str) -> str:
    """Name of the letter's template."""
    return f"{folder_for(notice)}/letter.{language}.j2"


def mail_name(notice: Notice, language: str) -> str:
    """Name of the mail's template."""
    return f"{folder_for(notice)}/mail.{language}.j2"


def sample_name(form: Form) -> str:
    """Name of the judgment that previews of a form show."""
    return SAMPLES[form]
