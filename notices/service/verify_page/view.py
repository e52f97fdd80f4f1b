"""From what was judged to a page of HTML: values in, text out."""

import base64
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from notices.evidence.report_pdf import write_report
from notices.service.verify_page.desk import Judged
from notices.service.verify_page.sentences import ShownFile, shown_file
from notices.service.verify_page.settings import VerifyPage
from notices.service.verify_page.words import spoken, teller
from notices.signs import plain


def render(
    page: VerifyPage,
    language: str,
    judged: Sequence[Judged] = (),
    *,
    now: datetime,
    problem: str = "",
) -> str:
    """The whole page. problem: a key of `problems.STATUS`; empty: none."""
    values = _values(page, language)
    say = spoken(language, values)
    files = [shown_file(page, one, language, values) for one in judged]
    template = _environment().get_template("result.html" if files else "form.html")
    return template.render(
        language=language,
        other="en" if language == "ja" else "ja",
        base=page.base,
        say=say,
        problem=say(problem) if problem else "",
        files=files,
        report=_report(judged, files, language, now),
        data_url=_data_url,
    )


def _values(page: VerifyPage, language: str) -> dict[str, object]:
    is_ja = language == "ja"
    return {
        "center": page.center if is_ja else page.center_en,
        "phone": page.phone if is_ja else page.phone_international,
        "mailbox": page.mailbox,
        "files": page.allowance.files,
        "mebibytes": page.allowance.body.octets >> 20,
    }


def _report(
    judged: Sequence[Judged], files: Sequence[ShownFile], language: str, now: datetime
) -> str:
    """The report as a data URL: nothing is kept that could be fetched later."""
    reports = [
        (plain(one.name), one.report)
        for one, file in zip(judged, files, strict=True)
        if one.report and file.checks
    ]
    if not reports:
        return ""
    octets = write_report(reports, at=now, language=language, tell=teller(language))
    return "data:application/pdf;base64," + base64.b64encode(octets).decode("ascii")


def _data_url(text: str) -> str:
    return "data:application/json;charset=utf-8," + quote(text, safe="")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("notices.service.verify_page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
