"""Pictures of `build/verify.html` in Chromium, for the documents: look at them.

    python -m tests.verifier_js.draw

Genuine and forged, at 360 and 1280 pixels, in the fonts of the package.
"""

import io
import os
import shutil
import tempfile
from pathlib import Path

from PIL import Image

from tests.verifier_js.browser import Browser, chromium
from tests.verifier_js.node import ROOT
from tests.verifier_js.test_mutants import GIVEN, VECTORS

PICTURES = ROOT / "docs" / "pictures"
TALLEST = 1700
MAIL = VECTORS / "mails/delivered.eml"


def show(browser: Browser, file: Path) -> bytes:
    """The page with its verdict on that file, in Japanese."""
    browser.open(ROOT / "build" / "verify.html")
    browser.wait("h1")
    browser.run("document.querySelector('button[lang=ja]').click()")
    browser.type("#roots", (VECTORS / "roots.pem").read_text("ascii"))
    browser.type("#at", "2026-11-23T03:00:00Z")
    browser.type("#key", GIVEN["log_keys"][0])
    browser.choose("#file", file)
    browser.wait(".verdict")
    browser.run("window.scrollTo(0, 0); document.activeElement.blur()")
    return browser.picture()


def save(png: bytes, name: str) -> None:
    """Its upper part, in few colours."""
    image = Image.open(io.BytesIO(png))
    upper = image.crop((0, 0, image.width, min(image.height, TALLEST)))
    upper.convert("RGB").quantize(48).save(PICTURES / f"{name}.png", optimize=True)


def main() -> None:
    """Draw all four."""
    with tempfile.TemporaryDirectory() as home:
        fonts = Path(home) / "fonts"
        fonts.mkdir()
        for font in (ROOT / "notices/fonts").glob("BIZUDGothic*.ttf"):
            shutil.copy(font, fonts)
        os.environ["XDG_DATA_HOME"] = home
        forged = Path(home) / "forged.eml"
        data = bytearray(MAIL.read_bytes())
        data[9000] ^= 1
        forged.write_bytes(bytes(data))
        for width in (360, 1280):
            with chromium(width) as browser:
                save(show(browser, MAIL), f"second-verifier-genuine-{width}")
                save(show(browser, forged), f"second-verifier-forged-{width}")


if __name__ == "__main__":
    main()
