"""A sample notice for each form: harmless words, reserved addresses.

The judgments are `sample.json` beside the templates, so that who edits a template can
try it with other words.
"""

from datetime import date
from functools import lru_cache

from notices.codec import read_judgment
from notices.errors import Fault, InvalidJudgment, InvalidTemplate
from notices.letters.template.sources import Templates, load_templates, sample_name
from notices.messages import Text
from notices.notice import Center, Form, Notice, compose

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
_NUMBERS = {
    Form.FORM_1: ("R8-1-000123", date(2026, 11, 18)),
    Form.FORM_2: ("R8-2-000124", date(2026, 11, 18)),
    Form.FORM_2_2006: ("H18-2-000088", date(2006, 8, 21)),
}


def sample_notice(
    form: Form, *, templates: Templates | None = None, center: Center = CENTER
) -> Notice:
    """A notice to look at templates with; marked as a draft.

    Its judgment is the form's `sample.json` of `templates`, or the package's own.
    InvalidTemplate if that file is no judgment of this form.
    """
    if templates is None:
        templates = _own_templates()
    source = templates.source(sample_name(form))
    number, day = _NUMBERS[form]
    try:
        notice = compose(
            read_judgment(source.text),
            center=center,
            number=number,
            date=day,
            is_draft=True,
        )
    except InvalidJudgment as wrong:
        faults = wrong.faults or (Fault("", wrong.message),)
        raise InvalidTemplate(
            Text("the sample {path} is no judgment", path=source.path),
            faults=[Fault(source.path, str(fault)) for fault in faults],
        ) from wrong
    if notice.form is not form:
        raise InvalidTemplate(
            Text(
                "the sample {path} is one of {form}", path=source.path, form=notice.form
            ),
            faults=[
                Fault(
                    source.path, Text("category: belongs to {form}", form=notice.form)
                )
            ],
            hint=Text("choose a category of {form}", form=form),
        )
    return notice


@lru_cache(maxsize=1)
def _own_templates() -> Templates:
    return load_templates()
