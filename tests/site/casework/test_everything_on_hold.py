"""Everything on hold: whoever looks is told, and nothing goes out by any door."""

import json

import pytest

from notices.site import Site
from tests.inbox.test_commands import inbox, make_doubt
from tests.programs import require_module
from tests.service.api.conftest import Api, Clock, judgment
from tests.site.casework.test_case_commands import judged, record, sent
from tests.site.casework.watching import (
    free_port,
    require_figure,
    watching_worker,
)
from tests.site.conftest import CASE_1, desk, received

__all__ = ["desk", "inbox", "received", "record"]

WHY = "鍵の事故の調査"


def hold(desk):
    assert desk.run("hold", "--reason", WHY)[0] == 0


def release(desk):
    assert desk.run("release", "--reason", "済み")[0] == 0


@pytest.mark.parametrize("words", [["due"], ["work"], ["work", "--now"]])
def test_whoever_looks_is_told(desk, received, record, words):
    record(judged(), sent())
    assert WHY not in desk.run(*words)[2]
    hold(desk)
    code, out, err = desk.run(*words)
    assert (code, WHY in err, "notices release" in err) == (0, True, True)
    assert "nothing is due" not in out
    code, _ = desk.json(*words)
    assert code == 0
    release(desk)
    assert WHY not in desk.run(*words)[2]


def test_doctor_warns_of_it(desk):
    def told():
        _, checkups = desk.json("doctor")
        return [one for one in checkups if one["name"] == "everything on hold"]

    assert told() == []
    hold(desk)
    [found] = told()
    assert (found["status"], WHY in found["detail"]) == ("warning", True)
    release(desk)
    assert told() == []


def test_what_is_queued_waits_and_the_worker_says_so(desk, received):
    with Site.open(desk.home) as site:
        made = site.prepare(site.read_case(CASE_1))
        site.parts.store.queue(made.number, now=site.clock())
    hold(desk)
    code, _, err = desk.run("work", "--now")
    assert (code, WHY in err) == (0, True)
    assert list(received.iterdir()) == []
    release(desk)
    assert desk.json("work", "--now")[1][0]["state"] == "sent"


def test_a_withdrawal_waits_too(desk, received):
    """Unlike under a police hold: nothing at all goes out."""
    desk.run("send", CASE_1)
    hold(desk)
    code, _, err = desk.run("withdraw", CASE_1, "--reason", "x")
    assert (code, WHY in err) == (69, True)
    assert len(list(received.iterdir())) == 1
    release(desk)
    assert desk.run("withdraw", CASE_1, "--reason", "x")[0] == 0
    assert len(list(received.iterdir())) == 2


def test_resolve_sends_nothing_again(desk, received, inbox):
    make_doubt(desk)
    hold(desk)
    code, _, err = desk.run("resolve", CASE_1, "--resend", "--reason", "x")
    assert (code, WHY in err) == (69, True)
    assert desk.json("list")[1][0]["state"] == "in_doubt"
    # what is known is written down as ever
    assert desk.run("resolve", CASE_1, "--sent", "--reason", "電話で確認")[0] == 0
    assert list(received.iterdir()) == []


def test_the_api_says_it_and_sends_nothing(desk, received):
    api = Api(desk.home, Clock())
    try:
        client = api.client(api.token())
        href = client.post("/v1/notices", json=judgment(CASE_1)).json()["href"]
        with Site.open(desk.home) as site:
            site.sign_drafts()
        hold(desk)
        asked = client.post(f"{href}/send")
        assert asked.status_code == 409, asked.text
        assert WHY in asked.text
        # what is known is taken in as ever
        facts = [json.loads(judged("IHC-2026-000002"))]
        told = client.post("/v1/facts", json={"facts": facts})
        assert told.json()["added"] == 1
        release(desk)
        assert client.post(f"{href}/send").status_code in {200, 202}
    finally:
        api.close()


def test_the_watching_worker_tells_begin_and_end(desk, received):
    require_module("prometheus_client")
    port = free_port()
    hold(desk)
    with watching_worker(desk, port) as lines:
        told = next(line for line in lines if line["event"] == "worker.on_hold")
        assert (told["level"], WHY in told["note"]) == ("warning", True)
        require_figure(port, "notices_on_hold 1.0")
        release(desk)
        assert next(line for line in lines if line["event"] == "worker.released")
        require_figure(port, "notices_on_hold 0.0")
