"""Journeys in a real browser, at three widths; the pictures stand in docs/pictures.

NOTICES_WRITE_PICTURES=1 python -m pytest tests/service/test_browser.py
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from notices.service.verify_page import make_app
from tests.programs import require_module
from tests.service.asking import Visitor, served
from tests.service.browsing import barriers, browser, complaints, picture, resize
from tests.service.conftest import page_of_world
from tests.verifying.genuine import Mail
from tests.verifying.pki import JUDGED_AT, issue, new_root, world

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
WIDTHS = (360, 768, 1280)
CENTRE = "見本インターネット・ホットラインセンター"


@pytest.fixture(scope="module")
def page_address() -> Iterator[Visitor]:
    page = page_of_world(
        world(), center=CENTRE, center_en="Example Internet Hotline Center"
    )
    with served(make_app(page, clock=lambda: JUDGED_AT)) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="module")
def driver(folder: Path) -> Iterator[Any]:
    with browser(folder) as found:
        yield found


@pytest.fixture(scope="module")
def files(folder: Path) -> dict[str, str]:
    made = world()
    false = issue(new_root(), "Example Hotline Signer")
    contents = {
        "genuine.eml": Mail(made).build(),
        "forged.eml": Mail(made, signer=false, letter_signer=false).build(),
        "changed.eml": Mail(made).build().replace(b"abuse@board", b"other@board", 1),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: str(folder / name) for name in contents}


def check(driver: Any, address: str, *paths: str) -> None:
    driver.get(address)
    driver.find_element("id", "files").send_keys("\n".join(paths))
    driver.find_element("css selector", "button").click()
    wait_for(driver, ".file, .problem")


def wait_for(driver: Any, selector: str) -> Any:
    """The element, once it is there."""
    for _ in range(120):
        if found := driver.find_elements("css selector", selector):
            return found[0]
        time.sleep(0.25)
    raise AssertionError(driver.page_source[:2000])


def sound(driver: Any, name: str, width: int) -> None:
    """Nothing to scroll sideways, nothing the browser or axe complains of."""
    wide = driver.execute_script("return document.documentElement.scrollWidth")
    assert wide <= width
    assert complaints(driver) == []
    assert barriers(driver) == []
    if os.environ.get("NOTICES_WRITE_PICTURES"):
        picture(driver, width, PICTURES / f"{name}-{width}.png")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_form(driver: Any, page_address: Visitor, width: int) -> None:
    resize(driver, width)
    driver.get(page_address.address)
    assert driver.find_element("css selector", "html").get_attribute("lang") == "ja"
    sound(driver, "verify-form", width)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_genuine_mail(
    driver: Any, page_address: Visitor, files: dict[str, str], width: int
) -> None:
    resize(driver, width)
    check(driver, page_address.address, files["genuine.eml"])
    assert driver.title.startswith("確認結果: 真正です")
    assert CENTRE in driver.find_element("css selector", ".passed h2").text
    sound(driver, "verify-genuine", width)
    for summary in driver.find_elements("css selector", "summary"):
        summary.click()
    sound(driver, "verify-checks", width)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_forged_mail(
    driver: Any, page_address: Visitor, files: dict[str, str], width: int
) -> None:
    resize(driver, width)
    check(driver, page_address.address, files["changed.eml"], files["forged.eml"])
    heads = [one.text for one in driver.find_elements("css selector", ".file h2")]
    assert "ものとして扱わないでください" in heads[0]
    assert "ものとして扱わないでください" in heads[1]
    claimed = driver.find_elements("xpath", "//h3[contains(., '確かめられていません')]")
    assert len(claimed) == 2
    sound(driver, "verify-forged", width)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_refusal(
    driver: Any, page_address: Visitor, folder: Path, width: int
) -> None:
    large = folder / "large.eml"
    large.write_bytes(bytes(33 << 20))
    resize(driver, width)
    check(driver, page_address.address, str(large))
    assert "32メガバイト" in driver.find_element("css selector", "[role=alert]").text
    refused = [one for one in complaints(driver) if "413" not in one]
    assert refused == []
    sound(driver, "verify-refused", width)


def test_english_by_the_switch(
    driver: Any, page_address: Visitor, files: dict[str, str]
) -> None:
    resize(driver, 1280)
    driver.get(page_address.address)
    driver.find_element("link text", "English").click()
    driver.find_element("id", "files").send_keys(files["genuine.eml"])
    driver.find_element("css selector", "button").click()
    wait_for(driver, ".file")
    assert driver.title.startswith("Result of the check: Genuine")
    assert "signed by the key of" in driver.find_element("css selector", "h2").text
    sound(driver, "verify-english", 1280)


def test_by_keyboard_alone(
    driver: Any, page_address: Visitor, files: dict[str, str]
) -> None:
    keys = require_module("selenium.webdriver.common.keys").Keys
    chains = require_module("selenium.webdriver.common.action_chains").ActionChains
    resize(driver, 1280)
    driver.get(page_address.address)
    passed = []
    while "button" not in passed and len(passed) < 8:
        chains(driver).send_keys(keys.TAB).perform()
        focused = driver.switch_to.active_element
        passed.append(focused.get_attribute("id") or focused.tag_name)
        # what has the focus is seen
        assert focused.value_of_css_property("outline-style") == "solid"
        if passed[-1] == "files":
            focused.send_keys(files["genuine.eml"])
    assert passed == ["a", "a", "files", "button"]
    chains(driver).send_keys(keys.ENTER).perform()
    summary = wait_for(driver, "summary")
    summary.send_keys(keys.ENTER)
    assert summary.find_element("xpath", "..").get_attribute("open")


def test_dropping_a_file(driver: Any, page_address: Visitor) -> None:
    """A drop, as the browser gives it to the page."""
    driver.get(page_address.address)
    driver.execute_script(
        """
        const data = new DataTransfer();
        data.items.add(new File(["nothing of ours"], "dropped.txt"));
        const drop = document.querySelector(".drop");
        for (const kind of ["dragover", "drop"])
          drop.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true}));
        """
    )
    assert "dropped.txt" in wait_for(driver, ".file h2").text


def test_report_and_json_are_saved(
    driver: Any, page_address: Visitor, files: dict[str, str], folder: Path
) -> None:
    check(driver, page_address.address, files["genuine.eml"])
    for summary in driver.find_elements("css selector", "summary"):
        summary.click()
    saved = ("result-1.json", "verification-report.pdf")
    for link in driver.find_elements("css selector", "a[href^='data:']"):
        link.click()
    for _ in range(60):
        if all((folder / name).exists() for name in saved):
            break
        time.sleep(0.5)
    document = json.loads((folder / "result-1.json").read_text("utf-8"))
    assert document["verdict"] == "TOTAL-PASSED"
    with pikepdf.open(folder / "verification-report.pdf") as report:
        assert len(report.pages) >= 1
    assert complaints(driver) == []


def test_without_javascript(
    page_address: Visitor, files: dict[str, str], tmp_path: Path
) -> None:
    with browser(tmp_path, javascript=False) as driver:
        driver.get(page_address.address)
        driver.find_element("id", "files").send_keys(files["genuine.eml"])
        driver.find_element("css selector", "button").click()
        assert wait_for(driver, ".passed h2").text
