"""Time stamps that other programs added keep their letter genuine, by names of theirs.

What stands in `/T` is shown beside who signed. So it is judged by whitelist, and these
are on it: pyHanko names its field by a UUID, Acrobat, PDFBox and iText count.
"""

import pytest

from notices.report import Verdict
from tests.verifier_js.agreement import both
from tests.verifying.forged_pdf import stamped_as
from tests.verifying.pki import JUDGED_AT, world

NAMES = (None, "Signature2", "Signature1234", "Timestamp", "Timestamp2")
"""None: as pyHanko names it."""


@pytest.mark.parametrize("name", NAMES)
def test_a_stamp_of_another_program_is_no_change(name: str | None) -> None:
    data = stamped_as(name)(world())
    given = {"trust": [world().root.pem], "evidence": list(world().crls)}
    report = both(data, at=JUDGED_AT, **given)
    assert report.verdict is Verdict.TOTAL_PASSED, [
        (one.id, one.detail) for one in report.findings if one.sub_indication
    ]
