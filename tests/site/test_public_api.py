"""The public API is small, loads lazily, and its examples run."""

import doctest
import shutil
import subprocess
import sys

import pytest

import notices
from notices import errors, verifying
from tests.site.conftest import CASE_1, CASE_2_ABROAD

EXAMPLES = {
    "notices": notices.__doc__,
    "errors": errors.__doc__,
    "verifying": verifying.__doc__,
    "Site": notices.Site.__doc__,
    "read_judgment": notices.read_judgment.__doc__,
    "verify": notices.verify.__doc__,
}


def test_every_public_name_is_there():
    assert set(notices.__all__) == {
        "Judgment",
        "NoticesError",
        "PreparedNotice",
        "Receipt",
        "Report",
        "Site",
        "read_judgment",
        "verify",
    }
    for name in notices.__all__:
        assert getattr(notices, name).__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = notices.nothing


def test_importing_the_package_loads_none_of_its_rooms():
    words = "import sys, notices; print([m for m in sys.modules if m.startswith('notices.')])"
    said = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_in_the_docstring_runs(name, desk, received, monkeypatch):
    monkeypatch.chdir(desk.home)
    shutil.copy(desk.root, "root.pem")
    sent = CASE_1 if name == "verify" else CASE_2_ABROAD
    assert desk.run("send", sent)[0] == 0
    shutil.copy(next(received.glob("*.eml")), "mail.eml")
    example = doctest.DocTestParser().get_doctest(
        EXAMPLES[name], dict(vars(errors)) if name == "errors" else {}, name, None, 0
    )
    told: list[str] = []
    result = doctest.DocTestRunner().run(example, out=told.append)
    assert result.attempted >= 2
    assert result.failed == 0, "".join(told)
