"""docs/api.md: its way with curl and its program are run as they stand."""

import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from notices.service.api.problems import KINDS
from tests.programs import require_program

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "docs" / "api.md", ROOT / "docs" / "ja" / "api.md"]


def block(page: Path, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


def free_port() -> int:
    with socket.socket() as link:
        link.bind(("127.0.0.1", 0))
        return link.getsockname()[1]


@contextmanager
def demo_served(home: Path, log: list[str]):
    """`notices serve --demo`; gives the process, its address and its token."""
    port = free_port()
    words = ("serve", "--demo", "--site", str(home), "--port", str(port))
    process = subprocess.Popen(
        [sys.executable, "-m", "notices", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    ready = threading.Event()

    def listen() -> None:
        for line in process.stdout:
            log.append(line)
            if "/v1/" in line and "answers" in line:
                ready.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        assert ready.wait(120), log
        token = next(line.strip() for line in log if line.startswith("ntc_"))
        yield process, f"http://127.0.0.1:{port}", token
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(90)
        listener.join(10)
        process.stdout.close()
    assert code == 0, log


def test_the_way_on_the_page_is_gone_as_it_stands(tmp_path):
    """With curl, then with the program of the standard library, on one site."""
    curl = require_program("curl")
    log: list[str] = []
    with demo_served(tmp_path / "site", log) as (_, address, token):
        cases = tmp_path / "site" / "cases"
        shutil.copy(cases / "IHC-2026-004217.json", tmp_path / "judgment.json")
        made = subprocess.run(
            ["timeout", "300", "bash", "-euo", "pipefail", "-c", block(PAGES[0], "sh")],
            cwd=tmp_path,
            env={"PATH": f"{Path(curl).parent}:/usr/bin:/bin", "TOKEN": token,
                 "API": f"{address}/v1"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, [*log, made.stderr, made.stdout]
        assert '"verdict": "TOTAL-PASSED"' in made.stdout
        assert '"result": "added"' in made.stdout
        assert '"state": "done"' in made.stdout
        assert '"event": "prepared"' in made.stdout
        program = tmp_path / "hand_in.py"
        program.write_text(block(PAGES[0], "python"), encoding="utf-8")
        words = [address, token, str(cases / "IHC-2026-004219.json")]
        for _ in range(2):  # the second time it is a replay
            run = subprocess.run(
                [sys.executable, "-I", str(program), *words],
                capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip
            assert run.returncode == 0, run.stderr
            assert " sent 250 " in run.stdout
        received = sorted(
            path.name for path in (tmp_path / "site" / "received").iterdir()
        )
        assert received == ["R8-1-000001.eml", "R8-2-000002.eml"] or len(received) == 2
    # neither a token nor what was handed in stands in the log
    told = "".join(log[8:])
    assert token not in told
    assert "POST /v1/notices 201" in told


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_page_lists_every_code_and_both_say_the_same(page):
    text = page.read_text("utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \|", text, re.MULTILINE))
    assert rows == {code: str(kind.status) for code, kind in KINDS.items()}
    for language in ("sh", "python"):
        mine = re.sub(r"#.*", "", block(page, language))
        assert mine == re.sub(r"#.*", "", block(PAGES[0], language))


def test_the_program_has_twenty_lines():
    lines = [line for line in block(PAGES[0], "python").splitlines() if line.strip()]
    assert len(lines) <= 20
