"""`notices serve --verify-page` as a process, with the programs that stand around it."""

import contextlib
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from notices.cli import run
from notices.site import Site
from notices.site.starting import start_site
from tests.programs import require_program
from tests.service.asking import Visitor, form

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "etc" / "notices-verify.service"
PROXY = ROOT / "etc" / "nginx-verify.conf"
CASE = "IHC-2026-004217"
COMMAND = [sys.executable, "-P", "-m", "notices", "serve", "--verify-page"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("verify") / "site"
    start_site(home)
    return home


@pytest.fixture(scope="module")
def mail(site: Path) -> bytes:
    with Site.open(site) as opened:
        notice = opened.prepare(opened.read_case(CASE))
        return opened.parts.store.artifact(notice.number, "message.eml")


@contextlib.contextmanager
def process(
    site: Path, *words: str, before: list[str] | None = None, **environment: str
) -> Iterator[tuple[subprocess.Popen[str], Visitor]]:
    """The command at a free port; ended at the end."""
    running = subprocess.Popen(
        [*(before or []), *COMMAND, "--site", str(site), "--port", "0", *words],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", **environment},
    )
    try:
        assert running.stderr is not None
        line = running.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert found, line + running.stderr.read()
        yield running, Visitor(found[0])
    finally:
        running.kill()
        running.wait(30)
        if running.stderr:
            running.stderr.close()


def test_a_mail_of_the_site_is_genuine_there(site: Path, mail: bytes) -> None:
    with process(site) as (running, visitor):
        assert visitor.ask("/readyz").text == "ready\n"
        answer = visitor.drop(("a.eml", mail), path="/verify")
        assert 'class="file passed"' in answer.text
        assert "見本インターネット・ホットラインセンター" in answer.text
        assert "03-0000-0000" in answer.text
        changed = mail.replace(b"abuse@board.example.jp", b"other@board.example.jp", 1)
        answer = visitor.drop(("a.eml", changed), path="/verify")
        assert 'class="file failed"' in answer.text
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0


def test_a_bundle_tells_its_story_and_leads_to_the_log(
    site: Path, mail: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert mail, "the notice is prepared"
    out, key = tmp_path / "a.asice", tmp_path / "log.pub"
    assert run(["export", CASE, "--site", str(site), "--out", str(out)]) == 0
    capsys.readouterr()
    assert run(["ledger", "key", "--site", str(site)]) == 0
    key.write_text(capsys.readouterr().out)
    english = {"Accept-Language": "en"}
    with process(site, "--log-key", str(key)) as (_, visitor):
        answer = visitor.drop(
            ("a.asice", out.read_bytes()), path="/verify", headers=english
        )
    assert 'class="file passed"' in answer.text
    assert "What happened, and what it rests on:" in answer.text
    assert "nobody has sent it" in answer.text
    assert "--log-key" not in answer.text


def test_it_opens_no_key_and_no_database(
    site: Path, mail: bytes, tmp_path: Path
) -> None:
    """By what the kernel was asked, not by what we say."""
    log = tmp_path / "calls"
    strace = [require_program("strace"), "-f", "-o", str(log), "-e", "trace=%file"]
    with process(site, before=strace) as (running, visitor):
        assert 'class="file passed"' in visitor.drop(("a", mail), path="/verify").text
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
        os.kill(int(children.read_text().split()[0]), signal.SIGTERM)
        assert running.wait(60) == 0
    calls = log.read_text("utf-8")
    paths = set(re.findall(rf'"{re.escape(str(site))}/?([^"]*)"', calls))
    assert paths <= {"", "notices.toml", "certs/example/root.pem"}
    written = re.findall(r'open(?:at)?\([^"]*"([^"]+)", [^)]*O_(?:WR|RDWR|CR)', calls)
    assert {path for path in written if "__pycache__" not in path} <= {"/dev/null"}


def test_a_check_under_way_is_finished(site: Path, mail: bytes) -> None:
    with process(site) as (running, visitor):
        kind, body = form([("a.eml", mail)])
        head = (
            f"POST /verify HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()
        with socket.create_connection(visitor.place, timeout=60) as link:
            link.sendall(head + body[:1000])
            time.sleep(0.5)
            running.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            with pytest.raises(OSError, match="refused"):
                socket.create_connection(visitor.place, timeout=5)
            link.sendall(body[1000:])
            answer = b""
            while part := link.recv(65536):
                answer += part
        assert b'class="file passed"' in answer
        assert running.wait(30) == 0


def test_the_second_signal_breaks_off(site: Path) -> None:
    with (
        process(site) as (running, visitor),
        socket.create_connection(visitor.place, timeout=60) as link,
    ):
        link.sendall(
            b"POST /verify HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n\r\n-"
        )
        time.sleep(0.5)
        running.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0


def test_the_service_manager_is_told(site: Path, tmp_path: Path) -> None:
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
        link.bind(str(path))
        link.settimeout(60)
        with process(site, NOTIFY_SOCKET=str(path)) as (running, _):
            assert link.recv(200).startswith(b"READY=1\n")
            running.send_signal(signal.SIGTERM)
            assert link.recv(200).startswith(b"STOPPING=1\n")


def test_a_port_that_is_taken_is_told(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = run(["serve", "--verify-page", "--site", str(site), "--port", str(port)])
    assert code == 78
    assert f"nothing can be served on 127.0.0.1:{port}" in capsys.readouterr().err


def test_the_page_is_served_by_a_process_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["serve", "--verify-page", "--all"]) == 2
    assert "--verify-page" in capsys.readouterr().err


def test_a_root_that_is_away_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "site"
    start_site(home)
    text = (home / "notices.toml").read_text("utf-8")
    changed = re.sub(r"^trust = .*$", 'trust = ["away.pem"]', text, flags=re.MULTILINE)
    (home / "notices.toml").write_text(changed, "utf-8")
    assert run(["serve", "--verify-page", "--site", str(home)]) == 78
    assert "away.pem" in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("notices.cli.serving.command.find_spec", lambda _: None)
    assert run(["serve", "--verify-page", "--site", str(site)]) == 78
    assert "pip install 'notices[service]'" in capsys.readouterr().err


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    program = require_program("systemd-analyze")
    unit = tmp_path / "notices-verify.service"
    text = UNIT.read_text("utf-8")
    command = re.search(r"^ExecStart=(\S+) (.*)$", text, re.MULTILINE)
    assert command
    unit.write_text(text.replace(command[1], str(shutil.which("true"))), "utf-8")
    done = subprocess.run(
        [program, "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    assert command[2] == "serve --verify-page --site /srv/notices"
    told = subprocess.run(
        [program, "security", "--offline=yes", "--threshold=20", str(UNIT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-300:]


@contextlib.contextmanager
def proxied(
    visitor: Visitor,
    folder: Path,
    *,
    proxy: Path = PROXY,
    name: str = "www.hotline.example.jp",
    behind: str = "127.0.0.1:8026",
) -> Iterator[int]:
    """nginx with the file that we ship; only addresses and certificate are others."""
    program = require_program("nginx")
    authority = trustme.CA()
    made = authority.issue_cert(name)
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    for file, blobs in (
        ("fullchain.pem", made.cert_chain_pems),
        ("key.pem", [made.private_key_pem]),
    ):
        (folder / file).write_bytes(b"".join(blob.bytes() for blob in blobs))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = proxy.read_text("utf-8")
    text = text.replace("/etc/ssl/hotline", str(folder))
    text = text.replace(behind, "{}:{}".format(*visitor.place))
    text = re.sub(r"\n *listen \[::\]:.*", "", text)
    text = text.replace("listen 443", f"listen 127.0.0.1:{port}")
    text = text.replace("listen 80;", f"listen unix:{folder}/plain;")
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off; client_body_temp_path {folder}/body;\n"
        f"proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;\n"
        f"uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n{text}\n}}\n",
        "utf-8",
    )
    words = [program, "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    done = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    running = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            time.sleep(0.1)
        yield port
    finally:
        running.terminate()
        running.wait(30)


def test_the_proxy_that_we_ship_leads_there(
    site: Path, mail: bytes, tmp_path: Path
) -> None:
    with process(site) as (_, visitor), proxied(visitor, tmp_path) as port:
        context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))

        def ask(path: str, body: bytes | None = None, **fields: str) -> tuple[int, str]:
            raw = socket.create_connection(("127.0.0.1", port), timeout=60)
            with context.wrap_socket(
                raw, server_hostname="www.hotline.example.jp"
            ) as link:
                method = "POST" if body is not None else "GET"
                head = [
                    f"{method} {path} HTTP/1.1",
                    "Host: www.hotline.example.jp",
                    "Connection: close",
                    f"Content-Length: {len(body or b'')}",
                    *(
                        f"{name.replace('_', '-')}: {told}"
                        for name, told in fields.items()
                    ),
                ]
                link.sendall("\r\n".join([*head, "", ""]).encode() + (body or b""))
                parts = []
                while part := link.recv(65536):
                    parts.append(part)
            text = b"".join(parts).decode()
            return int(text[9:12]), text

        kind, body = form([("a.eml", mail)])
        origin = {"Content_Type": kind, "Origin": "https://www.hotline.example.jp"}
        status, text = ask("/verify", body, **origin)
        assert (status, 'class="file passed"' in text) == (200, True)
        assert "strict-transport-security: max-age=31536000" in text.lower()
        assert text.lower().count("content-security-policy:") == 1
        assert (
            ask("/verify", body, **{**origin, "Origin": "https://x.example"})[0] == 403
        )
        assert ask("/verify/static/page.css")[0] == 200
        assert ask("/healthz")[0] in (403, 404)
        # who says to be somebody else is still one visitor
        codes = []

        def drop(count: int) -> None:
            fields = {**origin, "X_Forwarded_For": f"192.0.2.{count}"}
            codes.append(ask("/verify", body, **fields)[0])

        threads = [threading.Thread(target=drop, args=(n,)) for n in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 429 in codes
        assert set(codes) <= {200, 429}
