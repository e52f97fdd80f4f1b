"""Pictures of pages, and letters written within limits."""

import ast
import io
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from PIL import Image

from notices.errors import InvalidTemplate
from notices.letters import (
    PreviewLimits,
    Templates,
    preview_letter,
    preview_pages,
    sample_notice,
)
from notices.letters.preview import check_apart
from notices.notice import Form
from tests.letters.conftest import SHA256, letter_of
from tests.letters.test_template_check import FORM_1, edited


@pytest.mark.parametrize("form", list(Form))
def test_a_preview_has_one_picture_for_each_page(
    form: Form, templates: Templates
) -> None:
    pictures = preview_pages(letter_of(sample_notice(form), templates).pdf)
    assert len(pictures) >= (2 if form is Form.FORM_2 else 1)
    for picture in pictures:
        image = Image.open(io.BytesIO(picture))
        assert image.format == "PNG"
        assert abs(image.width / image.height - 210 / 297) < 0.01
        assert image.convert("L").getextrema()[0] < 60  # there is ink


def test_a_sample_is_marked_as_a_draft() -> None:
    assert all(sample_notice(form).is_draft for form in Form)


@pytest.fixture(params=[False, True], ids=["alone", "with threads"])
def beside(request: pytest.FixtureRequest) -> Iterator[None]:
    """The console has many threads: there the process begins in another way."""
    end = threading.Event()
    if request.param:
        threading.Thread(target=end.wait, daemon=True).start()
    yield
    end.set()


@pytest.mark.usefixtures("beside")
def test_a_preview_in_a_process_of_its_own_is_the_same_letter(
    templates: Templates,
) -> None:
    notice = sample_notice(Form.FORM_1)
    limited = preview_letter(notice, templates=templates, notice_json_sha256=SHA256)
    assert limited == letter_of(notice, templates)


@pytest.mark.usefixtures("beside")
def test_faults_of_the_template_come_back_from_that_process(
    templates: Templates,
) -> None:
    broken = edited(templates, FORM_1, "{{ 理由 }}", "理由")
    with pytest.raises(InvalidTemplate) as refused:
        preview_letter(
            sample_notice(Form.FORM_1), templates=broken, notice_json_sha256=SHA256
        )
    assert refused.value.faults


@pytest.mark.usefixtures("beside")
def test_a_template_that_needs_too_much_time_is_stopped(templates: Templates) -> None:
    huge = edited(templates, FORM_1, "（注）", "（注）" + "見本" * 3_000_000)
    with pytest.raises(InvalidTemplate, match="stopped"):
        preview_letter(
            sample_notice(Form.FORM_1),
            templates=huge,
            notice_json_sha256=SHA256,
            limits=PreviewLimits(seconds=1),
        )


@pytest.mark.usefixtures("beside")
def test_the_check_of_what_was_just_typed_has_limits_too(templates: Templates) -> None:
    assert check_apart(templates) == ()
    [fault] = check_apart(edited(templates, FORM_1, "{{ 理由 }}", "{{ 利用 }}"))
    assert f"{FORM_1}:" in fault.path
    huge = edited(templates, FORM_1, "（注）", "（注）" + "見本" * 3_000_000)
    with pytest.raises(InvalidTemplate, match="stopped"):
        check_apart(huge, PreviewLimits(seconds=1))


def test_a_letter_loads_what_it_needs_and_no_more() -> None:
    """Cold start: these cost a tenth of a second each."""
    words = (
        "import sys\n"
        "from notices.letters import load_templates, preview_letter, sample_notice\n"
        "from notices.notice import Form\n"
        "notice = sample_notice(Form.FORM_2)\n"
        "preview_letter(notice, templates=load_templates(), notice_json_sha256='0')\n"
        "print({name.partition('.')[0] for name in sys.modules})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True
    )
    loaded = ast.literal_eval(done.stdout)
    assert "reportlab" in loaded
    unneeded = {"docx", "pydantic", "pypdfium2", "pyhanko", "sqlalchemy", "ssl", "rich"}
    assert not loaded & unneeded
