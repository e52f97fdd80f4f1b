"""Journeys: looks by keyboard, a rejection, filters, both languages, hold, the end.

NOTICES_WRITE_PICTURES=1 python -m pytest tests/service/console/test_day_in_browser.py
"""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from notices.approval import Role
from notices.casework import FactKind
from notices.cli.serving.example_people import fill
from notices.site import Site
from tests.programs import require_module
from tests.service.browsing import complaints, resize
from tests.service.console import test_in_browser as journeys
from tests.service.console.test_in_browser import (
    Place,
    expected,
    log_in,
    press,
    register,
    sound,
    wait_for,
    wait_for_path,
    wait_for_pictures,
)
from tests.site.approval.people import CHECKER

driver, place = journeys.driver, journeys.place
DRAFT = "IHC-2026-004219"


@pytest.fixture(scope="module")
def inside(driver: Any, place: Place) -> Any:
    """The browser, with the passkey of a checker; a morning's work is there."""
    with Site.open(place.home) as site:
        fill(site, datetime.now(UTC))
    register(driver, place.link("kanri-a", "管理 明", Role.ADMINISTRATOR))
    [admin] = driver.get_credentials()
    register(driver, place.link("reiji-t", CHECKER, Role.CHECKER, Role.OPERATOR))
    [checker] = [one for one in driver.get_credentials() if one.id != admin.id]
    driver.remove_credential(checker.id)
    resize(driver, 1280)
    log_in(driver, place)
    driver.get(f"{place.origin}/people")
    press(driver, "form.passkey button")
    wait_for(driver, "tbody tr:nth-child(2)")
    driver.remove_credential(admin.id)
    driver.add_credential(checker)
    log_in(driver, place)
    return driver


def main_of(driver: Any) -> str:
    return str(driver.find_element("css selector", "main").text)


def test_a_morning_of_looks_with_the_keyboard_alone(inside: Any, place: Place) -> None:
    driver = inside
    keys = require_module("selenium.webdriver.common.keys").Keys
    press(driver, "nav a[href='/looks']")
    wait_for(driver, "main table select")
    sound(driver, "looks")
    driver.find_element("id", "from").send_keys(keys.TAB)
    links = driver.find_elements("css selector", "main table a, main table select")
    chosen = {}
    for _ in links:
        focused = driver.switch_to.active_element
        if focused.tag_name == "select":
            case_id = focused.get_attribute("name").removeprefix("outcome-")
            chosen[case_id] = len(chosen) + 1
            focused.send_keys(*[keys.ARROW_DOWN] * chosen[case_id])
        focused.send_keys(keys.TAB)
    assert len(chosen) > 1
    driver.switch_to.active_element.send_keys(keys.ENTER)
    wait_for(driver, ".note")
    assert not driver.find_elements("css selector", "main table select")
    with Site.open(place.home) as site:
        for case_id in chosen:
            [*_, look] = site.case(case_id).facts
            assert (look.kind, look.by) == (FactKind.LOOKED, "reiji-t")


def test_who_fills_in_a_long_page_is_not_logged_out(inside: Any, place: Place) -> None:
    """Fifty pages are looked at in more than half an hour; all of it was lost then."""
    driver = inside
    driver.get(f"{place.origin}/hold")
    wait_for(driver, "#reason").send_keys("あ")
    asked = (
        "return performance.getEntriesByType('resource')"
        ".filter(one => one.name.endsWith('/alive')).length"
    )
    assert driver.execute_script(asked) == 0
    driver.execute_script("told = 0")  # a minute ago, and more
    driver.find_element("id", "reason").send_keys("いう")
    end = time.monotonic() + 60
    while driver.execute_script(asked) == 0:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert driver.execute_script(asked) == 1
    assert complaints(driver) == []


def test_a_draft_is_rejected_with_the_passkey(inside: Any, place: Place) -> None:
    driver = inside
    with Site.open(place.home) as site:
        [stored] = site.parts.store.find(DRAFT)
    driver.get(f"{place.origin}/notices/{stored.number}/decision")
    wait_for_pictures(driver)
    wait_for(driver, "form[action$='/reject'] [name=reason]").send_keys("宛先の誤り")
    press(driver, "form[action$='/reject'] button")
    wait_for_path(driver, "/reject")
    assert "宛先の誤り" in main_of(driver)
    sound(driver, "reject")
    press(driver, "form.passkey button")
    # the next draft that waits is shown, with what was decided just before
    press(driver, f"p[role=status] a[href='/cases/{DRAFT}']")
    wait_for_path(driver, f"/cases/{DRAFT}")
    with Site.open(place.home) as site:
        [decision] = site.parts.approvals.of(stored.number)
    assert (decision.decision, decision.approver) == ("reject", "reiji-t")
    assert "宛先の誤り" in main_of(driver)


def test_cases_are_narrowed_and_found_in_both_languages(
    inside: Any, place: Place
) -> None:
    driver = inside
    select = require_module("selenium.webdriver.support.ui").Select
    driver.get(f"{place.origin}/cases")
    rows = len(driver.find_elements("css selector", "tbody tr"))
    select(wait_for(driver, "#state")).select_by_value("done")
    press(driver, "form[action='/cases'] button")
    wait_for(driver, "#state option[value=done][selected]")
    found = driver.find_elements("css selector", "tbody tr")
    assert 0 < len(found) < rows
    # the other language keeps what was asked for
    press(driver, ".who a[hreflang=en]")
    wait_for(driver, "html[lang=en]")
    assert "state=done" in driver.current_url
    same = driver.find_elements("css selector", "tbody tr")
    assert len(same) == len(found)
    sound(driver, "cases-english")
    case_id = same[0].find_element("css selector", "a").text
    driver.find_element("id", "q").send_keys(case_id)
    press(driver, "form[action='/find'] button")
    wait_for_path(driver, "/find")
    press(driver, ".who a[hreflang=ja]")
    wait_for(driver, "html[lang=ja]")
    assert driver.find_element("css selector", "h1").text == case_id


def test_everything_is_held_and_let_go_on(inside: Any, place: Place) -> None:
    driver = inside
    driver.get(f"{place.origin}/hold")
    wait_for(driver, "#reason").send_keys("確認中")
    press(driver, "button.danger")
    wait_for(driver, ".held")
    log_in(driver, place)  # a passkey that was used just now
    press(driver, "nav a[href='/hold']")
    wait_for(driver, "form[action='/release'] #reason").send_keys("確認済み")
    sound(driver, "release")
    press(driver, "form[action='/release'] button")
    wait_for(driver, "form[action='/hold']")
    assert not driver.find_elements("css selector", ".held")
    with Site.open(place.home) as site:
        assert site.rooms.access.holds.now() is None


def test_a_session_that_ended(inside: Any, place: Place) -> None:
    """By the button, and where the browser has lost it; nothing is shown then."""
    driver = inside
    driver.get(f"{place.origin}/cases/{DRAFT}")
    press(driver, "nav form[action='/logout'] button")
    wait_for_path(driver, "/login")
    driver.back()
    driver.refresh()
    wait_for_path(driver, "/login")
    assert DRAFT not in main_of(driver)
    # the passkey leads back to the page where the person was
    press(driver, "form.passkey button")
    wait_for_path(driver, f"/cases/{DRAFT}")
    driver.get(f"{place.origin}/hold")
    wait_for(driver, "#reason").send_keys("時間切れ")
    driver.delete_all_cookies()
    press(driver, "button.danger")
    told = wait_for(driver, "[role=alert]").text
    assert "ログイン" in told
    assert all("401" in one for one in complaints(driver) if not expected(one))
    sound(driver, "session-ended")
    with Site.open(place.home) as site:
        assert site.rooms.access.holds.now() is None
