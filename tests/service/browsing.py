"""A real browser, Debian's chromium with its own driver, and a judge of accessibility."""

import io
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from tests.programs import require_module, require_program

ROOT = Path(__file__).parents[2]
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir>
<alias><family>sans-serif</family><prefer><family>BIZ UDGothic</family></prefer></alias>
<alias><family>monospace</family><prefer><family>BIZ UDGothic</family></prefer></alias>
<alias><family>system-ui</family><prefer><family>BIZ UDGothic</family></prefer></alias>
</fontconfig>
"""
AXE = "axe-core@4.14.1"
SERIOUS = {"serious", "critical"}


@contextmanager
def browser(folder: Path, *, javascript: bool = True) -> Iterator[Any]:
    """A browser; its downloads go to `folder`. Letters are drawn in our own fonts."""
    webdriver = require_module("selenium.webdriver")
    service = require_module("selenium.webdriver.chrome.service")
    fonts = folder / "fonts.conf"
    fonts.write_text(
        FONTS.format(fonts=ROOT / "notices" / "fonts", cache=folder / "cache"), "utf-8"
    )
    options = webdriver.ChromeOptions()
    options.binary_location = require_program("chromium")
    for word in (
        "--headless=new",
        "--no-sandbox",  # the tests run as root in a container
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--hide-scrollbars",
        "--lang=ja",
        f"--user-data-dir={folder / 'profile'}",
    ):
        options.add_argument(word)
    preferences: dict[str, object] = {
        "download.default_directory": str(folder),
        "intl.accept_languages": "ja",
    }
    if not javascript:
        preferences["profile.managed_default_content_settings.javascript"] = 2
    options.add_experimental_option("prefs", preferences)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(
        options=options,
        service=service.Service(
            require_program("chromedriver"), env={"FONTCONFIG_FILE": str(fonts)}
        ),
    )
    try:
        driver.set_page_load_timeout(60)
        yield driver
    finally:
        driver.quit()


def resize(driver: Any, width: int, height: int = 900) -> None:
    """The width of the page itself; headless windows have a least width."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def picture(driver: Any, width: int, path: Path) -> None:
    """The whole page as a PNG."""
    height = driver.execute_script("return document.documentElement.scrollHeight")
    resize(driver, width, min(int(height), 6000))
    drawn = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
    drawn.quantize(48, dither=Image.Dither.NONE).save(path, optimize=True)
    resize(driver, width)


def complaints(driver: Any) -> list[str]:
    """What the browser wrote into its console, such as breaches of the policy."""
    return [one["message"] for one in driver.get_log("browser")]


@cache
def axe() -> Path:
    """axe itself: today's from npm where that can be reached, else PyPI's older one."""
    folder = Path(tempfile.mkdtemp())
    if npm := shutil.which("npm"):
        words = [npm, "install", "--silent", "--prefix", str(folder), AXE]
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(words, capture_output=True, timeout=60, check=False)
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if script.exists():
        return script
    found = require_module("axe_core_python.base")
    return Path(str(found.__file__)).with_name("axe.min.js")


def barriers(driver: Any) -> list[str]:
    """What axe finds serious (WCAG 2.0 to 2.2, A and AA)."""
    source = axe().read_text("utf-8")
    # by the debugger: the page's own policy lets no other script in
    driver.execute_cdp_cmd("Runtime.evaluate", {"expression": source})
    run = {
        "expression": "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a',"
        "'wcag21aa','wcag22aa','best-practice']}).then(r => JSON.stringify(r))",
        "awaitPromise": True,
    }
    answer = driver.execute_cdp_cmd("Runtime.evaluate", run)
    results = json.loads(answer["result"]["value"])
    assert results["passes"], "axe has looked at nothing"
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in results["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]
