import json

import pytest

from tests.site.conftest import CASE_2_ABROAD, desk, received
from tests.store.conftest import authority

__all__ = ["authority", "desk", "received"]

FORM_URL = "https://social.example.com/legal/report"
WEBFORM = f"""
[form-only]
name = "Form Only, Inc."
mailboxes = ["abuse@form-only.example"]
language = "ja+en"
country = "JP"
channel = "webform"
form_url = "{FORM_URL}"

[by-others]
name = "連携システム事務局"
mailboxes = ["abuse@others.example"]
channel = "outbox"
"""


@pytest.fixture
def addressed(desk):
    """Gives a case that goes to an entry of recipients.toml."""
    directory = desk.home / "recipients.toml"
    directory.write_text(directory.read_text("utf-8") + WEBFORM, "utf-8")

    def case(entry, case_id, source=CASE_2_ABROAD):
        data = json.loads((desk.home / "cases" / f"{source}.json").read_text("utf-8"))
        step = {"rung": data["ladder"][0]["rung"], "recipient": entry}
        return desk.case(source, case_id=case_id, ladder=[step])

    return case
