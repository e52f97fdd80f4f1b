"""Thunderbird without a screen: opens a mail and tells how it shows the signature.

Its own remote control (Marionette) is spoken to on loopback. The profile has no
account, and every connection to the outside leads to a closed port.
"""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from tests.programs import require_program
from tests.relays.relays import free_port

PATIENCE = 90.0
SIGNED, CHANGED, UNTRUSTED, OTHER_SENDER, OTHER_TIME = 0, 1034, 1029, 1038, 1041
"""What it calls the outcome (nsICMSMessageErrors)."""

PREFERENCES = {
    "marionette.enabled": True,
    "network.proxy.type": 1,
    "network.proxy.socks": "127.0.0.1",
    "network.proxy.socks_port": 9,
    "network.proxy.no_proxies_on": "",
    "network.proxy.allow_hijacking_localhost": True,
    "security.OCSP.enabled": 0,
    "security.enterprise_roots.enabled": False,
    "app.update.enabled": False,
    "app.donation.eoy.version.viewed": 999,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.spotlight.firstRunDone": True,
    "mail.winsearch.firstRunDone": True,
    "mailnews.start_page.enabled": False,
    "mail.rights.version": 1,
    "mail.shell.checkDefaultClient": False,
    "mail.openMessageBehavior": 0,
    "browser.dom.window.dump.enabled": False,
}

OPEN = """
const [path, done] = [arguments[0], arguments[arguments.length - 1]];
(async () => {
  const { MailUtils } = ChromeUtils.importESModule(
    "resource:///modules/MailUtils.sys.mjs");
  const kept = [];  // a timer that nobody holds is collected and never rings
  const pause = time => new Promise(next => {
    const timer = Cc["@mozilla.org/timer;1"].createInstance(Ci.nsITimer);
    kept.push(timer);
    timer.initWithCallback(next, time, Ci.nsITimer.TYPE_ONE_SHOT);
  });
  const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
  file.initWithPath(path);
  for (const old of Services.wm.getEnumerator("mail:messageWindow")) old.close();
  const main = Services.wm.getMostRecentWindow("mail:3pane");
  MailUtils.openEMLFile(main, file, Services.io.newFileURI(file));
  for (let round = 0; round < 200; round++) {
    await pause(100);
    const shown = Services.wm.getMostRecentWindow("mail:messageWindow");
    const pane = shown?.document.getElementById("messageBrowser")?.contentWindow;
    const status = pane?.gSignatureStatus ?? -1;
    if (status != -1) {
      await pause(300);
      const icon = pane.document.getElementById("signedHdrIcon");
      return done({
        status: pane.gSignatureStatus,
        icon: icon?.src ?? "",
        subject: pane.document.getElementById("expandedsubjectBox")
          ?.textContent?.trim() ?? "",
      });
    }
  }
  done({ status: -1, icon: "", subject: "" });
})().catch(error => done({ status: -2, icon: String(error), subject: "" }));
"""


class Marionette:
    """Length, colon, JSON: a command and its answer."""

    def __init__(self, link: socket.socket, stream: BinaryIO) -> None:
        self._link, self._stream, self._count = link, stream, 0
        self._read()

    def ask(self, command: str, **parameters: Any) -> Any:
        self._count += 1
        encoded = json.dumps([0, self._count, command, parameters]).encode()
        self._link.sendall(f"{len(encoded)}:".encode() + encoded)
        _, _, error, value = self._read()
        assert error is None, f"{command}: {error}"
        return value

    def _read(self) -> Any:
        digits = b""
        while not digits.endswith(b":"):
            octet = self._stream.read(1)
            assert octet, "Thunderbird hung up"
            digits += octet
        return json.loads(self._stream.read(int(digits[:-1])))


class Thunderbird:
    def __init__(self, control: Marionette) -> None:
        self._control = control

    def show(self, mail: Path) -> dict[str, Any]:
        """`status` of the signature, `icon` that is shown, `subject`."""
        answer = self._control.ask(
            "WebDriver:ExecuteAsyncScript", script=OPEN, args=[str(mail)]
        )
        shown: dict[str, Any] = answer["value"]
        return shown


@contextmanager
def running(folder: Path, roots: dict[str, Path]) -> Iterator[Thunderbird]:
    """With a fresh profile that trusts `roots` for mail, and no others."""
    program, certutil = require_program("thunderbird"), require_program("certutil")
    profile, port = folder / "profile", free_port()
    profile.mkdir()
    database = f"sql:{profile}"
    calls = [["-N", "-d", database, "--empty-password"]]
    for name, path in roots.items():
        words = ["-A", "-d", database, "-n", name, "-t", ",C,", "-i", str(path)]
        calls.append(words)
    for words in calls:
        subprocess.run([certutil, *words], check=True, capture_output=True)
    lines = [
        f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
        for name, value in {**PREFERENCES, "marionette.port": port}.items()
    ]
    (profile / "user.js").write_text("".join(lines), "utf-8")
    words = ["--headless", "-no-remote", "-marionette", "-remote-allow-system-access"]
    log = folder / "thunderbird.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, *words, "-profile", str(profile)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env={"HOME": str(folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        )
    try:
        with _connect(port, process, log) as link, link.makefile("rb") as stream:
            control = Marionette(link, stream)
            control.ask("WebDriver:NewSession", capabilities={})
            control.ask("Marionette:SetContext", value="chrome")
            control.ask("WebDriver:SetTimeouts", script=60_000)
            yield Thunderbird(control)
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)


def _connect(port: int, process: "subprocess.Popen[bytes]", log: Path) -> socket.socket:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"no Thunderbird: {log.read_text(errors='replace')[-2000:]}")
