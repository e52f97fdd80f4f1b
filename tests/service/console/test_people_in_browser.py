"""Journeys: people and their keys, the doctor, and statistics, in a real browser.

NOTICES_WRITE_PICTURES=1 python -m pytest tests/service/console/test_people_in_browser.py
"""

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from notices.approval import Role
from notices.casework import read_fact
from notices.cli.serving.example_people import fill
from notices.site import Site
from tests.service.console import test_in_browser as journeys
from tests.service.console.test_in_browser import (
    Place,
    log_in,
    press,
    register,
    resize,
    sound,
    wait_for,
    wait_for_path,
)
from tests.service.console.test_people import analysed, requested

driver, place = journeys.driver, journeys.place


def dark(driver: Any, *, is_dark: bool) -> None:
    value = "dark" if is_dark else "light"
    features = [{"name": "prefers-color-scheme", "value": value}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def counted(driver: Any) -> Counter[str]:
    """What the page of today counts, by kind."""
    heads = driver.find_elements("css selector", "h2[id]")
    return Counter(
        {
            head.get_attribute("id"): int(
                head.find_element("css selector", ".count").text
            )
            for head in heads
        }
    )


def due_by_command(place: Place) -> Counter[str]:
    """The same by `notices due`, in a process of its own."""
    words = ["-m", "notices", "due", "--json", "--site", str(place.home)]
    told = subprocess.check_output([sys.executable, *words], text=True)
    return Counter(one["kind"] for one in json.loads(told))


def figures(driver: Any, selector: str) -> set[str]:
    shown = (one.text for one in driver.find_elements("css selector", selector))
    return {text for text in shown if text.isdigit()}


def test_a_person_comes_and_goes(driver: Any, place: Place) -> None:
    """An administrator gives a link, enrols, and revokes at once."""
    resize(driver, 1280)
    register(driver, place.link("kanri-a", "管理 明", Role.ADMINISTRATOR))
    [admin] = driver.get_credentials()
    log_in(driver, place)
    driver.get(f"{place.origin}/people")
    wait_for(driver, "#person").send_keys("shin-k")
    driver.find_element("id", "name").send_keys("新任 花")
    press(driver, "[name=role-checker]")
    sound(driver, "people-new")
    press(driver, "form[action='/people/links'] button")
    address = wait_for(driver, "code.url").text
    sound(driver, "link-new")

    driver.delete_all_cookies()
    register(driver, address)
    [newcomer] = [one for one in driver.get_credentials() if one.id != admin.id]
    driver.remove_credential(newcomer.id)
    log_in(driver, place)
    driver.get(f"{place.origin}/people")
    press(driver, "form.passkey button")
    press(driver, "a[href='/people/shin-k']")
    wait_for(driver, "#reason").send_keys("異動のため")
    sound(driver, "person")
    press(driver, "button.danger")
    wait_for(driver, "form.passkey")
    sound(driver, "revoke")
    press(driver, "form.passkey button")
    wait_for_path(driver, "/people")
    assert "失効" in driver.find_element("css selector", "table").text
    with Site.open(place.home) as site:
        known = site.rooms.approvals.people.known()
        assert known["shin-k"].enrolled.is_revoked


def test_a_morning_and_a_year(driver: Any, place: Place) -> None:
    """Today with all that presses, the doctor's page, the charts of the year."""
    now = datetime.now(UTC)
    lines = [analysed(f"YEAR-{n:04d}", now) for n in range(9)]
    lines += [requested(f"YEAR-{n:04d}", now) for n in range(7)]
    with Site.open(place.home) as site:
        is_new = not site.rooms.approvals.people.known()
    if is_new:
        register(driver, place.link("kanri-a", "管理 明", Role.ADMINISTRATOR))
    with Site.open(place.home) as site:
        fill(site, now)
        site.record([read_fact(json.dumps(line)) for line in lines])
    resize(driver, 1280)
    log_in(driver, place)
    wait_for(driver, "#reply")
    sound(driver, "today-full")
    assert counted(driver) == due_by_command(place)
    press(driver, "a[href='/doctor']")
    wait_for(driver, ".badge.fault")
    sound(driver, "doctor")
    driver.get(f"{place.origin}/statistics?year={now.year}")
    wait_for(driver, "svg[role=img] rect")
    sound(driver, "statistics")
    drawn, told = figures(driver, "svg[role=img] text"), figures(driver, "td")
    assert drawn
    assert drawn <= told, "each figure of a chart stands in the table below it"
    dark(driver, is_dark=True)
    sound(driver, "statistics-dark")
    driver.get(f"{place.origin}/doctor")
    sound(driver, "doctor-dark", is_kept=False)
    dark(driver, is_dark=False)
