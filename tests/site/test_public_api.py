"""The public API is small, loads lazily, and its examples run."""

import asyncio
import doctest
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event

import notices
from notices import casework, errors, verifying
from tests.site.conftest import CASE_1, CASE_2_ABROAD

EXAMPLES = {
    "notices": notices.__doc__,
    "errors": errors.__doc__,
    "verifying": verifying.__doc__,
    "casework": casework.__doc__,
    "Site": notices.Site.__doc__,
    "read_judgment": notices.read_judgment.__doc__,
    "verify": notices.verify.__doc__,
}


def test_every_public_name_is_there():
    of_errors = {name for name, each in vars(errors).items() if _is_public(each)}
    assert set(notices.__all__) == of_errors | {
        "CaseFilter",
        "CaseRecord",
        "CaseSummary",
        "Channel",
        "Decision",
        "Judgment",
        "NoticeFilter",
        "NoticeStatus",
        "PreparedNotice",
        "Receipt",
        "ReceiptDocument",
        "Report",
        "Rung",
        "Site",
        "State",
        "StatusDocument",
        "Verdict",
        "read_judgment",
        "verify",
    }
    for name in notices.__all__:
        assert getattr(notices, name).__doc__


def _is_public(each):
    return isinstance(each, type) and each.__module__ == errors.__name__


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


@pytest.mark.parametrize(
    "call",
    [
        lambda site: site.read_case(4217),
        lambda site: site.status(None),
        lambda site: site.prepare("IHC-2026-004217"),
        lambda site: site.prepare(site.read_case(CASE_1), rung="website_administrator"),
        lambda site: site.send("R8-1-000001"),
        lambda site: site.resolve(CASE_1, "sent", reason="x"),
        lambda site: site.withdraw(CASE_1, reason=None),
        lambda site: site.case(4217),
        lambda site: site.record(["looked"]),
        lambda site: site.due("2026-12-04"),
        lambda _: notices.Site.open(5),
        lambda _: notices.verify("mail", trust=[b""]),
        lambda _: notices.verify(b"mail", trust=b"root"),
        lambda _: notices.verify(b"mail", trust=["root"]),
        lambda _: notices.read_judgment(5),
    ],
    ids=range(15),
)
def test_a_wrong_type_is_an_input_error(call, desk):
    with notices.Site.open(desk.home) as site, pytest.raises(notices.InputError):
        call(site)


def test_the_status_of_one_case_reads_no_others(desk, received):
    for case in (CASE_1, CASE_2_ABROAD):
        assert desk.run("send", case)[0] == 0
    with notices.Site.open(desk.home) as site:
        statements = []
        engine = site.parts.store.engine
        event.listen(
            engine,
            "before_cursor_execute",
            lambda *said: statements.append((said[2], said[3])),
        )
        (status,) = site.status(CASE_1)
        assert site.status("IHC-2026-999999") == ()
    assert isinstance(status, notices.NoticeStatus)
    assert (status.state, status.attempts) == (notices.State.SENT, 1)
    assert status.next_attempt_at is None
    told = repr(statements)
    assert CASE_1 in told
    assert CASE_2_ABROAD not in told


def test_a_site_works_in_threads_each_with_its_own(desk, received):
    def send(case):
        with notices.Site.open(desk.home) as site:
            return site.send(site.prepare(site.read_case(case))).state

    with ThreadPoolExecutor(2) as pool:
        states = list(pool.map(send, (CASE_1, CASE_2_ABROAD)))
    assert states == [notices.State.SENT, notices.State.SENT]


def test_a_site_works_where_an_event_loop_runs(desk, received):
    async def both():
        with notices.Site.open(desk.home) as site:
            held = site.prepare(site.read_case(CASE_1))
            with pytest.raises(notices.NoticesError, match="event loop"):
                site.send(held)
            return (await site.asend(held)).state

    assert asyncio.run(both()) == notices.State.SENT


def test_the_life_of_a_case_is_told_and_taken_from_python(desk, received):
    """The same as `record`, `case`, `cases` and `due` of the command line."""
    with notices.Site.open(desk.home) as site:
        site.send(site.prepare(site.read_case(CASE_1)))
        [look] = site.due(date(2100, 1, 1), limit=1)
        assert (look.case_id, look.kind) == (CASE_1, casework.DueKind.LOOK)
        seen = casework.Fact(
            case_id=CASE_1,
            at=datetime.now(UTC),
            by="tanaka-i",
            details=casework.Looked(outcome=casework.LookOutcome.REMOVED),
        )
        assert site.record([seen]).added == 1
        assert site.record([seen]).added == 0
        assert site.case(CASE_1).state is casework.CaseState.DONE
        [summary] = site.cases(notices.CaseFilter(states=[casework.CaseState.DONE]))
        assert summary.case_id == CASE_1
        kinds = {one.kind for one in site.due(date(2100, 1, 1))}
        assert kinds.isdisjoint({casework.DueKind.LOOK})
        [status] = site.statuses(notices.NoticeFilter(limit=1))
        assert (status.case_id, status.state) == (CASE_1, notices.State.SENT)


def test_all_faults_of_facts_are_told_and_nothing_is_taken(desk):
    with notices.Site.open(desk.home) as site:
        nobody = casework.Fact(
            case_id="IHC-2026-999999",
            at=datetime.now(UTC),
            by="tanaka-i",
            details=casework.Closed(reason="gone"),
        )
        with pytest.raises(notices.InputError) as told:
            site.record([nobody, replace(nobody, case_id="IHC-2026-999998")])
        assert {fault.path.split(".")[0] for fault in told.value.faults} == {
            "facts[0]",
            "facts[1]",
        }
        assert site.cases() == ()
        with pytest.raises(notices.InputError):
            site.case("IHC-2026-999999")


@pytest.mark.parametrize("given", ["R8-1-000001", None, 7])
def test_a_number_is_no_notice_for_asend(desk, given):
    """`send` said so; from asyncio an AttributeError came."""
    with notices.Site.open(desk.home) as site:
        for call in (site.asend(given), site.asend_many([given])):
            with pytest.raises(errors.InputError, match="it must be PreparedNotice"):
                asyncio.run(call)
