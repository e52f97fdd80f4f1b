"""Journeys in a real browser with an authenticator of its own (WebDriver, WebAuthn).

NOTICES_WRITE_PICTURES=1 python -m pytest tests/service/console/test_in_browser.py
"""

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from notices.approval import Role
from notices.service.console import ConsoleSettings, make_console
from notices.service.serving import Listening, serve
from notices.site import Site
from notices.verifying.approval.statement import RelyingParty
from tests.programs import require_module
from tests.service.browsing import barriers, browser, complaints, picture, resize
from tests.service.console.conftest import CASE, set_up
from tests.site.approval.people import CHECKER

PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
WIDTHS = (360, 768, 1280)
CENTRE = "見本インターネット・ホットラインセンター"


@dataclass
class Place:
    home: Path
    origin: str

    def link(self, person: str, name: str, *roles: Role) -> str:
        with Site.open(self.home) as site:
            _, secret = site.rooms.access.links.make(person, name, roles)
        return f"{self.origin}/link/{secret}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as link:
        return int(link.getsockname()[1])


@contextmanager
def running(home: Path, **words: str) -> Iterator[Place]:
    """A console of a new site, served until the block ends.

    words: what stands instead of what in its notices.toml.
    """
    port = free_port()
    origin = f"http://localhost:{port}"
    set_up(home, rp_id="localhost", origin=origin)
    config = home / "notices.toml"
    for old, new in words.items():
        text = config.read_text("utf-8")
        config.write_text(re.sub(f"(?m)^{old} = .*$", f"{old} = {new}", text, count=1))
    settings = ConsoleSettings(
        site_path=home,
        party=RelyingParty(rp_id="localhost", origin=origin),
        center=CENTRE,
        center_en="Example Internet Hotline Center",
    )
    begun, end = threading.Event(), threading.Event()
    thread = threading.Thread(
        target=serve,
        args=(make_console(settings), Listening(port=port)),
        kwargs={"started": lambda _: begun.set(), "stop": end.is_set},
    )
    thread.start()
    try:
        assert begun.wait(60)
        yield Place(home, origin)
    finally:
        end.set()
        thread.join(60)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("console") / "site") as made:
        yield made


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with browser(tmp_path_factory.mktemp("browser")) as found:
        give_authenticator(found)
        yield found


def give_authenticator(driver: Any) -> None:
    """An authenticator of the tab that is open: each has its own."""
    module = require_module("selenium.webdriver.common.virtual_authenticator")
    options = module.VirtualAuthenticatorOptions()
    options.has_resident_key = True
    options.has_user_verification = True
    options.is_user_verified = True
    driver.add_virtual_authenticator(options)


def wait_for(driver: Any, selector: str) -> Any:
    """The element, once it is there."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if found := driver.find_elements("css selector", selector):
            return found[0]
        time.sleep(0.1)
    raise AssertionError(driver.page_source[:3000])


def wait_for_path(driver: Any, path: str) -> None:
    """Until a page of that path stands there, another one than was pressed on: a form
    may lead to its own page again.
    """
    end = time.monotonic() + 60
    while time.monotonic() < end:
        is_there = driver.current_url.partition("?")[0].endswith(path)
        if is_there and driver.execute_script(
            "return document.readyState === 'complete' && !document.pressed"
        ):
            return
        time.sleep(0.1)
    raise AssertionError(driver.current_url + driver.page_source[:3000])


def wait_for_pictures(driver: Any) -> None:
    end = time.monotonic() + 60
    while not driver.execute_script(
        "return [...document.images].every(i => i.complete && i.naturalWidth)"
    ):
        assert time.monotonic() < end
        time.sleep(0.1)


def press(driver: Any, selector: str) -> None:
    found = wait_for(driver, selector)
    driver.execute_script("document.pressed = true")
    found.click()


def log_in(driver: Any, place: Place) -> None:
    driver.get(f"{place.origin}/login")
    press(driver, "form.passkey button")
    wait_for(driver, "nav a[aria-current]")


def expected(complaint: str) -> bool:
    """A stale page's status, and that passkeys with RSA are not asked for."""
    return "409" in complaint or "pubKeyCredParams" in complaint


def sound(driver: Any, name: str, *, is_kept: bool = True) -> None:
    """At each width nothing scrolls sideways, nothing is complained of."""
    for width in WIDTHS:
        resize(driver, width)
        wide = driver.execute_script("return document.documentElement.scrollWidth")
        assert wide <= width, name
        refused = [one for one in complaints(driver) if not expected(one)]
        assert refused == []
        assert barriers(driver) == []
        if is_kept and os.environ.get("NOTICES_WRITE_PICTURES"):
            picture(driver, width, PICTURES / f"console-{name}-{width}.png")


def register(driver: Any, address: str) -> None:
    driver.get(address)
    press(driver, "form[data-kind=create] button")
    press(driver, "form[data-kind=get] button")
    wait_for(driver, "a[href='/login']")


def test_from_the_first_administrator_to_a_hold(  # noqa: PLR0915 - one journey
    driver: Any, place: Place
) -> None:
    resize(driver, 1280)
    driver.get(place.origin)
    wait_for_path(driver, "/login")
    sound(driver, "login")
    address = place.link("kanri-a", "管理 明", Role.ADMINISTRATOR)
    driver.get(address)
    sound(driver, "link")
    register(driver, address)
    assert "最初の管理者" in driver.find_element("css selector", "main").text
    [admin] = driver.get_credentials()

    # a second person: his passkey waits until the administrator signs
    register(driver, place.link("reiji-t", CHECKER, Role.CHECKER, Role.OPERATOR))
    assert "登録を待って" in driver.find_element("css selector", "main").text
    [checker] = [one for one in driver.get_credentials() if one.id != admin.id]
    driver.remove_credential(checker.id)
    log_in(driver, place)
    driver.get(f"{place.origin}/people")
    sound(driver, "people")
    press(driver, "form.passkey button")
    wait_for(driver, "tbody tr:nth-child(2)")
    driver.remove_credential(admin.id)
    driver.add_credential(checker)

    log_in(driver, place)
    press(driver, "a[href='/prepare']")
    wait_for(driver, f"a[href='/prepare/{CASE}']")
    sound(driver, "prepare", is_kept=False)
    press(driver, f"a[href='/prepare/{CASE}']")
    wait_for(driver, "input[name=version]")
    wait_for_pictures(driver)
    sound(driver, "preview")
    press(driver, "main form button")
    wait_for_path(driver, f"/cases/{CASE}")
    with Site.open(place.home) as site:
        [stored] = site.parts.store.find(CASE)
        assert site.parts.drafts.get(stored.number).send_asked_at
    number = stored.number
    press(driver, "a[href='/']")
    wait_for_path(driver, f"{place.origin}/")
    sound(driver, "today")
    press(driver, f"a[href='/notices/{number}/decision']")
    wait_for(driver, "form.passkey")
    driver.execute_script("document.querySelector('details').open = false")
    wait_for_pictures(driver)
    sound(driver, "decision")

    # the same page in a second tab, which will be stale
    first = driver.current_window_handle
    driver.switch_to.new_window("tab")
    second = driver.current_window_handle
    driver.get(f"{place.origin}/notices/{number}/decision")
    wait_for(driver, "form.passkey")
    give_authenticator(driver)
    driver.add_credential(checker)
    driver.switch_to.window(first)
    press(driver, "form.passkey button")
    wait_for_path(driver, f"/cases/{CASE}")
    sound(driver, "case")
    with Site.open(place.home) as site:
        assert site.rooms.approvals.desk.open()[0].error is None
    driver.switch_to.window(second)
    press(driver, "form.passkey button")
    told = wait_for(driver, "[role=alert] h1")
    assert "先に処理された" in told.text
    assert "reiji-t" in driver.find_element("css selector", "main").text
    sound(driver, "stale")

    driver.get(f"{place.origin}/cases")
    sound(driver, "cases")
    driver.get(f"{place.origin}/statistics")
    sound(driver, "statistics", is_kept=False)
    driver.get(f"{place.origin}/hold")
    wait_for(driver, "#reason").send_keys("宛先の誤りを確認中")
    press(driver, "button.danger")
    wait_for(driver, ".held")
    sound(driver, "hold")
    with Site.open(place.home) as site:
        held = site.rooms.access.holds.now()
        assert held
        assert (held.by, held.reason) == ("person:reiji-t", "宛先の誤りを確認中")


def test_by_keyboard_alone(driver: Any, place: Place) -> None:
    """From the login to the case, and what has the focus is seen."""
    keys = require_module("selenium.webdriver.common.keys").Keys
    chains = require_module("selenium.webdriver.common.action_chains").ActionChains
    resize(driver, 1280)
    driver.get(f"{place.origin}/login")
    wait_for(driver, "form.passkey")
    for _ in range(12):
        chains(driver).send_keys(keys.TAB).perform()
        focused = driver.switch_to.active_element
        assert focused.value_of_css_property("outline-style") == "solid"
        if focused.tag_name == "button" and "passkey" in (
            focused.find_element("xpath", "..").get_attribute("class") or ""
        ):
            break
    chains(driver).send_keys(keys.ENTER).perform()
    wait_for(driver, "nav a[aria-current]")
    driver.find_element("id", "q").send_keys(CASE, keys.ENTER)
    wait_for_path(driver, "/find")
    assert driver.find_element("css selector", "h1").text == CASE
