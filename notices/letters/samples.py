"""A sample notice for each form: harmless words, reserved addresses.

The judgments are `sample.json` beside the templates, so that who edits a template can
try it with other words.
"""

from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256

from notices.codec import read_judgment
from notices.errors import Fault, InvalidJudgment, InvalidTemplate
from notices.letters.template.folders.kinds import FurtherKind
from notices.letters.template.folders.loading import load_templates
from notices.letters.template.folders.names import sample_name
from notices.letters.template.sources import Templates, TemplateSource
from notices.messages import Text
from notices.notice import (
    Center,
    CorrectedPart,
    Followed,
    Following,
    Form,
    Notice,
    RequestKind,
    compose,
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
_NUMBERS = {
    Form.FORM_1: ("R8-1-000123", date(2026, 11, 18)),
    Form.FORM_2: ("R8-2-000124", date(2026, 11, 18)),
    Form.FORM_2_2006: ("H18-2-000088", date(2006, 8, 21)),
}


def sample_notice(
    form: Form,
    *,
    templates: Templates | None = None,
    center: Center = CENTER,
    kind: RequestKind = RequestKind.REQUEST,
) -> Notice:
    """A notice to look at templates with; marked as a draft.

    kind: other than a request it follows one of a week before.
    Its judgment is the form's `sample.json` of `templates`, or the package's own.
    InvalidTemplate if that file is no judgment of this form.
    """
    if templates is None:
        templates = _own_templates()
    source = templates.source(sample_name(form))
    notice = _of_sample(source, form, center, kind)
    if notice.form is not form:
        raise _of_another_form(source, notice, form)
    return notice


def sample_of_kind(
    further: FurtherKind, *, templates: Templates, center: Center = CENTER
) -> Notice:
    """A draft of a further kind of notice, with its own sample or its form's."""
    source, form = templates.sample_of(further), further.forms[0]
    notice = _of_sample(source, form, center, RequestKind.REQUEST)
    if notice.form not in further.forms:
        raise _of_another_form(source, notice, form)
    return as_kind(notice, further)


def as_kind(notice: Notice, further: FurtherKind) -> Notice:
    """The notice as one of this kind; InvalidTemplate if it is of another form."""
    if notice.form not in further.forms:
        raise InvalidTemplate(
            Text(
                "{folder} is a kind of {form}",
                folder=further.folder,
                form=further.says.form,
            ),
            hint=Text("the notice is of {form}", form=notice.form),
        )
    return replace(notice, recipient=replace(notice.recipient, template=further.folder))


def _of_sample(
    source: TemplateSource, form: Form, center: Center, kind: RequestKind
) -> Notice:
    """The draft of a sample's judgment; InvalidTemplate if it is none."""
    number, day = _NUMBERS[form]
    try:
        return compose(
            read_judgment(source.text),
            center=center,
            number=number,
            date=day,
            following=following_sample(kind, number, day),
            is_draft=True,
        )
    except InvalidJudgment as wrong:
        faults = wrong.faults or (Fault("", wrong.message),)
        raise InvalidTemplate(
            Text("the sample {path} is no judgment", path=source.path),
            faults=[Fault(source.path, str(fault)) for fault in faults],
        ) from wrong


def _of_another_form(
    source: TemplateSource, notice: Notice, form: Form
) -> InvalidTemplate:
    return InvalidTemplate(
        Text("the sample {path} is one of {form}", path=source.path, form=notice.form),
        faults=[
            Fault(source.path, Text("category: belongs to {form}", form=notice.form))
        ],
        hint=Text("choose a category of {form}", form=form),
    )


def following_sample(kind: RequestKind, number: str, day: date) -> Following | None:
    """What a sample of that kind follows; None: a request follows nothing."""
    if kind is RequestKind.REQUEST:
        return None
    before = day - timedelta(days=7)
    message_id = f"<{number}.0@hotline.example.jp>"
    return Following(
        kind=kind,
        follows=Followed(
            number=f"{number[:-1]}0",
            date=before,
            kind=RequestKind.REQUEST,
            notice_sha256=sha256(number.encode()).hexdigest(),
            message_id=message_id,
        ),
        thread=(message_id,),
        seen_on=day if kind is RequestKind.REMINDER else None,
        corrected=(CorrectedPart.LOCATION,) if kind is RequestKind.CORRECTION else (),
    )


@lru_cache(maxsize=1)
def _own_templates() -> Templates:
    return load_templates()
