"""AUTH XOAUTH2 through a token command, against aiosmtpd's own AUTH hook."""

import asyncio
import base64
import json
import logging
import ssl
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from notices.credentials.token_command import (
    MAX_TOKEN,
    SECONDS,
    TokenCommand,
    refusal,
)
from notices.delivery import Stage, State
from notices.errors import ConfigError, RelayUnavailable, TokenUnavailable
from notices.smtp import Relay, Security, Timeouts
from notices.smtp.courier import SmtpCourier
from notices.smtp.reaching import reach
from tests.inbox.dovecot import free_ports
from tests.smtp.test_courier import ENVELOPE, no_stage
from tests.store.conftest import MESSAGE, NOW

TOKEN = "ya29.a0-token_~+/=="  # noqa: S105 - a made-up one
QUICK = Timeouts(connect=5, command=5, before_data=20, body=5, end_of_data=5, quit=0.2)


class Handler:
    """Takes one token, and keeps what was said."""

    def __init__(self, *, takes: str = TOKEN, repeats: bool = False) -> None:
        self.takes = takes
        self.repeats = repeats
        self.mails: list[bytes] = []
        self.said: list[str] = []
        self.answers: list[bytes] = []

    async def auth_XOAUTH2(self, server, args):  # noqa: N802
        self.said.append(base64.b64decode(args[1]).decode())
        if self.said[-1] == f"user=desk\1auth=Bearer {self.takes}\1\1":
            return AuthResult(success=True)
        reason = {"status": "401", "schemes": "bearer", "scope": "mail"}
        told = base64.b64encode(json.dumps(reason).encode()).decode()
        await server.push(f"334 {told}")
        self.answers.append(await server._reader.readline())
        if self.repeats:
            await server.push(f"535 5.7.8 your token {TOKEN} is bad")
            return AuthResult(success=False, handled=True)
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.mails.append(envelope.content)
        return "250 2.0.0 OK"


@pytest.fixture
def server(authority):
    running = []

    def start(handler, *, excluded=()):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        controller = Controller(
            handler,
            hostname="127.0.0.1",
            port=free_ports(1)[0],
            ssl_context=None,
            tls_context=context,
            require_starttls=True,
            auth_exclude_mechanism=list(excluded),
            ident="test",
        )
        controller.start()
        running.append(controller)
        return controller.port

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def ca(authority):
    return authority.cert_pem.bytes().decode()


def command(folder: Path, script: str, **more) -> TokenCommand:
    """A command of the site: a Python script, run without a shell."""
    (folder / "token.py").write_text(script, encoding="utf-8")
    argv = (sys.executable, "token.py", "--scope", "a b; $(touch x)")
    return TokenCommand(argv, "smtp.token_command", folder, **more)


def printing(folder: Path, words: str = TOKEN) -> TokenCommand:
    counted = "open('runs', 'a').write('.')\n"
    return command(folder, f"{counted}print({words!r})")


def relay(port: int, ca: str, token: TokenCommand) -> Relay:
    return Relay(
        host="127.0.0.1",
        port=port,
        security=Security.STARTTLS,
        username="desk",
        token=token,
        ca=ca,
        timeouts=QUICK,
        local_hostname="hotline.example",
    )


def deliver(made: Relay, times: int = 1):
    async def run():
        attempts = []
        for _ in range(times):
            courier = SmtpCourier(made)
            attempts.append(
                await courier.deliver(
                    ENVELOPE, MESSAGE, on_stage=no_stage, clock=lambda: NOW
                )
            )
            await courier.aclose()
        return attempts

    return asyncio.run(run())


def test_a_mail_is_sent_with_a_token_that_is_asked_for_once(server, ca, tmp_path):
    handler = Handler()
    made = relay(server(handler), ca, printing(tmp_path))
    first, second = deliver(made, 2)
    assert (first.state, second.state) == (State.SENT, State.SENT)
    assert len(handler.mails) == 2
    # two connections, one run: the token is kept for two minutes
    assert (tmp_path / "runs").read_text() == "."
    assert not (tmp_path / "x").exists()


def test_a_token_is_asked_for_again_when_its_time_is_over(tmp_path):
    now = [0.0]
    made = printing(tmp_path)
    made.ticks = lambda: now[0]
    for now[0] in (0.0, 119.0, 121.0):
        assert made.token().reveal() == TOKEN
    assert (tmp_path / "runs").read_text() == ".."


def test_a_refused_token_is_told_with_its_status_and_never_shown(
    server, ca, tmp_path, caplog
):
    caplog.set_level(logging.DEBUG)
    handler = Handler(takes="other", repeats=True)
    made = relay(server(handler), ca, printing(tmp_path))
    (attempt,) = deliver(made)
    assert (attempt.stage, attempt.state) == (Stage.AUTH, State.DEFERRED)
    assert attempt.note == "the server refuses the access token (401)"
    # the reason is heard with an empty line, and the refusal comes after it
    assert handler.answers == [b"\r\n"]
    assert attempt.reply.code == 535
    # the server's own log has what the server said
    logged = [one.getMessage() for one in caplog.records if one.name != "mail.log"]
    told = f"{attempt} {made} {made.token} {logged}"
    assert TOKEN not in told
    assert base64.b64encode(TOKEN.encode()).decode() not in told
    deliver(made)
    assert (tmp_path / "runs").read_text() == ".."  # not kept after a refusal
    with pytest.raises(RelayUnavailable, match=r"refuses the access token \(401\)"):
        asyncio.run(reach(made))


def test_a_server_without_xoauth2_is_told(server, ca, tmp_path):
    port = server(Handler(), excluded=["XOAUTH2"])
    (attempt,) = deliver(relay(port, ca, printing(tmp_path)))
    assert attempt.note == "the server offers no AUTH XOAUTH2"
    assert not (tmp_path / "runs").exists()


SECRET = "hunter2-secret"  # noqa: S105 - a made-up one
FAILING = {
    "it ends with an error": (
        f"import sys; print('{SECRET}'); sys.stderr.write('{SECRET}'); sys.exit(3)",
        "it ended with 3",
    ),
    "it prints nothing": ("", "no token"),
    "it prints two lines": (f"print('{SECRET}\\n{SECRET}')", "no token alone"),
    "it prints JSON": (f'print(\'{{"access_token": "{SECRET}"}}\')', "no token alone"),
    "it prints a control character": (f"print('{SECRET}\\x01')", "no token alone"),
    "it prints too much": (f"print('a' * {MAX_TOKEN + 1})", "more than a token"),
    "it prints what is no text": (
        "import sys; sys.stdout.buffer.write(b'\\xff\\xfe')",
        "no token alone",
    ),
}


@pytest.mark.parametrize("name", FAILING)
def test_every_failure_has_its_name_and_shows_no_secret(name, server, ca, tmp_path):
    script, said = FAILING[name]
    made = command(tmp_path, script)
    with pytest.raises(TokenUnavailable) as caught:
        made.token()
    assert caught.value.code == "token-unavailable"
    assert "[smtp.token_command] gave no access token" in caught.value.message
    assert said in caught.value.message
    assert SECRET not in caught.value.diagnostics()
    (attempt,) = deliver(relay(server(Handler()), ca, made))
    assert (attempt.stage, attempt.state) == (Stage.AUTH, State.DEFERRED)
    assert attempt.note == caught.value.message


def test_a_command_that_hangs_is_ended(tmp_path):
    made = command(tmp_path, "import time; time.sleep(60)", seconds=0.5)
    with pytest.raises(TokenUnavailable, match=r"more than 0\.5 s"):
        made.token()


@pytest.mark.parametrize("name", ["no-such-program", "./no-such-program", "./plain"])
def test_a_program_that_is_not_there_is_a_fault_of_the_configuration(name, tmp_path):
    (tmp_path / "plain").write_text("no program")
    with pytest.raises(ConfigError, match="there is no program"):
        TokenCommand((name,), "smtp.token_command", tmp_path).token()


def test_a_file_that_is_no_program_is_told(tmp_path):
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELFnothing")
    broken.chmod(0o700)
    with pytest.raises(ConfigError, match="cannot be run"):
        TokenCommand(("./broken",), "smtp.token_command", tmp_path).token()


@pytest.mark.parametrize(
    ("challenge", "status"),
    [
        (b'{"status":"400"}', "400"),
        (b'{"status":401}', "401"),
        (b'{"status":"invalid_token"}', "invalid_token"),
        (b'{"status":"a b\\u001b"}', ""),
        (b"[]", ""),
        (b"null", ""),
        (b"\xff", ""),
        (b"", ""),
    ],
)
def test_the_status_of_a_refusal_is_one_word(challenge, status):
    assert refusal(challenge) == status


def test_a_program_beside_a_site_that_is_named_from_here(tmp_path, monkeypatch):
    """`--site site`, and `./token.sh` in it: it was sought in `site/site`."""
    program = tmp_path / "site" / "token.sh"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho {TOKEN}\n")
    program.chmod(0o700)
    monkeypatch.chdir(tmp_path)
    command = TokenCommand(("./token.sh",), "smtp.token_command", Path("site"))
    assert command.token().reveal() == TOKEN


def test_a_command_that_prints_without_end_is_ended(tmp_path):
    """All of it was kept in memory, for half a minute: gigabytes."""
    endless = command(tmp_path, "while True: print('a' * 1000)")
    began = time.monotonic()
    with pytest.raises(TokenUnavailable, match="it printed more than a token"):
        endless.token()
    assert time.monotonic() - began < SECONDS / 2


def test_what_a_command_began_ends_with_it_when_it_is_late(tmp_path):
    """It ended, and its child kept the pipe."""
    script = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "open('child', 'w').write(str(child.pid))\n"
        "print('token')\n"
    )
    with pytest.raises(TokenUnavailable, match=r"took more than 2 s"):
        command(tmp_path, script, seconds=2).token()
    child = Path(f"/proc/{(tmp_path / 'child').read_text()}/stat")
    end = time.monotonic() + SECONDS  # a signal was sent; the child dies by its turn
    while _lives(child) and time.monotonic() < end:
        time.sleep(0.01)
    assert not _lives(child)


def _lives(stat: Path) -> bool:
    with suppress(OSError):
        return stat.read_text().split()[2] != "Z"
    return False
