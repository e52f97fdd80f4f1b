"""One notice, whatever happens: many clients at once, and a process that is killed."""

import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection

import pytest

from notices.site import Site
from tests.service.api.conftest import CASE_1, JSON, judgment
from tests.service.api.killed import KEY

BODY = json.dumps(judgment()).encode()


@contextmanager
def served(home, *words):
    """A process of `notices serve`; gives it and its port."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "notices",
            "serve",
            "--site",
            str(home),
            "--port",
            "0",
            *words,
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for line in process.stderr:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
                break
        drain = threading.Thread(target=process.stderr.read, daemon=True)
        drain.start()
        yield process, int(found[1])
    finally:
        process.kill()
        process.wait(10)
        drain.join(10)
        process.stderr.close()


def post(port, token, body=BODY, **fields):
    head = {"Authorization": f"Bearer {token}", **JSON, **fields}
    with closing(HTTPConnection("127.0.0.1", port, timeout=120)) as link:
        link.request("POST", "/v1/notices", body, head)
        answer = link.getresponse()
        return answer.status, json.loads(answer.read()), dict(answer.getheaders())


def notices_of(home):
    with Site.open(home) as site:
        assert site.rooms.log.ledger.examine().faults == ()
        return site.status(CASE_1), site.parts.store.queries.voided_numbers()


@pytest.mark.parametrize("keyed", ["no key", "one key", "own keys"])
def test_twenty_clients_at_once_make_one_notice(keyed, api):
    token = api.token()

    def ask(index):
        key = {"no key": {}, "one key": {"Idempotency-Key": '"k"'},
               "own keys": {"Idempotency-Key": f'"k-{index}"'}}[keyed]  # fmt: skip
        for _ in range(600):
            status, told, _ = post(port, token, **key)
            if status != 409 or told["code"] != "still-running":
                return status, told["number"]
            time.sleep(0.1)
        raise AssertionError(told)

    with served(api.home) as (_, port), ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(ask, range(20)))
    assert {number for _, number in answers} == {"R8-1-000001"}
    assert answers[201, "R8-1-000001"] == 1
    assert answers[200, "R8-1-000001"] == 19
    stored, void = notices_of(api.home)
    assert [one.number for one in stored] == ["R8-1-000001"]
    assert void == ()


def patiently(port, token):
    """Ask again where the database was busy with the others for too long (503)."""
    for _ in range(60):
        answer = post(port, token)
        if answer[0] != 503:
            return answer
        assert "retry-after" in {name.lower() for name in answer[2]}
        time.sleep(0.5)
    raise AssertionError(answer)


def test_twenty_clients_of_two_processes_make_one_notice(api):
    """What one process knows the other does not: the database decides."""
    token = api.token()
    with (
        served(api.home) as (_, first),
        served(api.home) as (_, second),
        ThreadPoolExecutor(20) as pool,
    ):
        answers = list(
            pool.map(lambda port: patiently(port, token), [first, second] * 10)
        )
    assert {status for status, _, _ in answers} <= {200, 201}, answers
    assert {told["number"] for _, told, _ in answers} == {"R8-1-000001"}
    stored, _ = notices_of(api.home)
    assert [one.number for one in stored] == ["R8-1-000001"]


def killed(home, token, point):
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.service.api.killed",
            str(home),
            token,
            str(point),
        ],
        capture_output=True,
        text=True,
        check=False,
    )


def replayed(api, token):
    """What the same request leads to, asked of a new process."""
    client = api.client(token)
    return client.post(
        "/v1/notices", content=BODY, headers={**JSON, "Idempotency-Key": KEY}
    )


def require_one(api, token):
    response = replayed(api, token)
    assert response.status_code in (200, 201), response.text
    number = response.json()["number"]
    stored, void = notices_of(api.home)
    assert [one.number for one in stored] == [number]
    # no number is lost: what was reserved is given again
    assert (number, void) == ("R8-1-000001", ())
    again = replayed(api, token)
    assert again.json()["number"] == number
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("share", [0.2, 0.6, 0.9, 1.0])
def test_a_process_that_is_killed_leaves_one_notice_or_none(share, api):
    token = api.token()
    number = round(share * _steps(api, token))
    assert killed(api.home, token, number).returncode == -9
    require_one(api, token)


def _steps(api, token) -> int:
    """How many statements and commits a request has, found out on another case."""

    whole = killed(_twin(api), token, 0)
    assert whole.returncode == 0, whole.stderr
    return int(whole.stdout.split()[2])


def _twin(api):
    """A site like this one, with the same tokens."""

    twin = api.home.with_name("twin")
    shutil.copytree(api.home, twin)
    return twin


PARTS = 40


@pytest.mark.torture
@pytest.mark.parametrize("part", range(PARTS))
def test_a_process_may_be_killed_anywhere(part, api):
    """Each part has every fortieth of the places."""
    token = api.token()
    steps = _steps(api, token)
    assert steps >= PARTS
    fresh = api.home.with_name("fresh")
    shutil.copytree(api.home, fresh)
    for number in range(1 + part, steps + 1, PARTS):
        shutil.rmtree(api.home)
        shutil.copytree(fresh, api.home)
        assert killed(api.home, token, number).returncode == -9, number
        require_one(api, token)
        for client in api.clients:
            client.__exit__(None, None, None)
        api.clients.clear()


def test_a_server_that_is_killed_under_way_is_asked_again(api):
    """As it happens: kill -9 while a client waits for its answer."""
    token = api.token()
    with served(api.home) as (process, port), ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(post, port, token, **{"Idempotency-Key": KEY})
        time.sleep(0.4)
        process.kill()
        try:
            waiting.result()
        except (OSError, ConnectionError) as gone:
            assert gone  # noqa: PT017 - either is right: it was done, or not
    require_one(api, token)


def test_a_server_is_stopped_gracefully(api):
    """What is under way is answered; then it ends with 0."""
    token = api.token()
    with served(api.home) as (process, port):
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(post, port, token)
            time.sleep(0.3)
            process.terminate()
            status, told, _ = waiting.result()
        assert (status, told["state"]) == (201, "drafted")
        assert process.wait(30) == 0
        with pytest.raises(OSError), socket.create_connection(("127.0.0.1", port), 5):
            pass
