"""A page in Chromium, driven through chromedriver (W3C WebDriver) and nothing else."""

import base64
import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.programs import require_program

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key of an element's id (WebDriver, 12)."""
STARTING = 20.0


class Browser:
    """One window."""

    width = 0

    def __init__(self, base: str, session: str) -> None:
        self._url = f"{base}/session/{session}"

    def open(self, page: Path) -> None:
        """From the disk, as a provider opens it."""
        self._post("/url", {"url": page.as_uri()})

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page; what it returns."""
        return self._post("/execute/sync", {"script": script, "args": arguments})

    def choose(self, selector: str, file: Path) -> None:
        """Choose a file in an input."""
        found = self._post("/element", {"using": "css selector", "value": selector})
        self._post(f"/element/{found[ELEMENT]}/value", {"text": str(file)})

    def type(self, selector: str, text: str) -> None:
        """Put a text into a field, as pasting does."""
        self.run(
            "const field = document.querySelector(arguments[0]);"
            "field.value = arguments[1];"
            "field.dispatchEvent(new Event('input', {bubbles: true}));",
            selector,
            text,
        )

    def wait(self, selector: str, seconds: float = 30) -> str:
        """The text of an element, once it is there."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            script = "return document.querySelector(arguments[0])?.innerText ?? ''"
            if text := self.run(script, selector):
                return str(text)
            time.sleep(0.1)
        raise AssertionError(
            f"no {selector}: {self.run('return document.body.innerText')}"
        )

    def picture(self) -> bytes:
        """The whole page as PNG."""
        size = self.run(
            "return [document.documentElement.scrollWidth,"
            " document.documentElement.scrollHeight]"
        )
        clip = {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}
        command = {"cmd": "Page.captureScreenshot"}
        command["params"] = {"captureBeyondViewport": True, "clip": clip}  # type: ignore[assignment]
        return base64.b64decode(self._post("/goog/cdp/execute", command)["data"])

    def complaints(self) -> list[str]:
        """What the console says."""
        told = self._post("/se/log", {"type": "browser"})
        return [str(one["message"]) for one in told]

    def close(self) -> None:
        """End the browser."""
        _call(self._url, None, "DELETE")

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return _call(self._url + path, body, "POST")


def _call(url: str, body: dict[str, Any] | None, method: str) -> Any:
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data=data, method=method)  # noqa: S310
    asked.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
        return json.load(answer)["value"]


@contextmanager
def chromium(width: int, height: int = 900) -> Iterator[Browser]:
    """A window of that width; without a network, whatever the page would ask for."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    driver = subprocess.Popen(
        [require_program("chromedriver"), f"--port={port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        _until_ready(base)
        browser = Browser(base, _session(base, width, height))
        try:
            yield browser
        finally:
            browser.close()
    finally:
        driver.terminate()
        driver.wait(10)


def _session(base: str, width: int, height: int) -> str:
    options = {
        "binary": require_program("chromium"),
        "args": [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--lang=ja",
            "--host-resolver-rules=MAP * ~NOTFOUND",
        ],
        "mobileEmulation": {
            "deviceMetrics": {"width": width, "height": height, "pixelRatio": 1}
        },
    }
    wanted = {
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": {"browser": "ALL"},
    }
    made = _call(f"{base}/session", {"capabilities": {"alwaysMatch": wanted}}, "POST")
    return str(made["sessionId"])


def _until_ready(base: str) -> None:
    end = time.monotonic() + STARTING
    while time.monotonic() < end:
        try:
            if _call(f"{base}/status", None, "GET")["ready"]:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("chromedriver does not answer")
