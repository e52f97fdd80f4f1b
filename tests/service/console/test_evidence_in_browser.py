"""Journeys in a real browser: a template changed by two, and a bundle to download.

NOTICES_WRITE_PICTURES=1 python -m pytest tests/service/console/test_evidence_in_browser.py
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from notices.approval import Role
from notices.cli import run
from notices.site import Site
from notices.site.signer.asked_bundles import make_asked
from tests.service.browsing import browser, resize
from tests.service.console.conftest import CASE
from tests.service.console.test_in_browser import (
    Place,
    give_authenticator,
    log_in,
    place,
    press,
    register,
    sound,
    wait_for,
    wait_for_path,
    wait_for_pictures,
)
from tests.site.approval.people import CHECKER

__all__ = ["place"]
NAME = "form1/letter.ja.j2"
ADDED = "御不明な点は、当センターまでお問い合わせください。"
ADD_A_LINE = """
const area = document.querySelector("#text"), lines = area.value.split("\\n");
let at = 0;
lines.forEach((line, n) => { if (line.startsWith("（注）")) at = n; });
lines.splice(at + 1, 0, arguments[0]);
area.value = lines.join("\\n");
"""


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def driver(downloads: Path) -> Iterator[Any]:
    with browser(downloads) as found:
        give_authenticator(found)
        yield found


@pytest.fixture(scope="module")
def keys(driver: Any, place: Place) -> tuple[Any, Any]:
    """The passkeys of an administrator and of a checker, who is logged in."""
    register(driver, place.link("kanri-a", "管理 明", Role.ADMINISTRATOR))
    [admin] = driver.get_credentials()
    register(driver, place.link("reiji-t", CHECKER, Role.CHECKER, Role.OPERATOR))
    [checker] = [one for one in driver.get_credentials() if one.id != admin.id]
    driver.remove_credential(checker.id)
    log_in(driver, place)
    driver.get(f"{place.origin}/people")
    press(driver, "form.passkey button")
    wait_for(driver, "tbody tr:nth-child(2)")
    driver.remove_credential(admin.id)
    driver.add_credential(checker)
    log_in(driver, place)
    return admin, checker


def downloaded(folder: Path, name: str) -> Path:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if (path := folder / name).exists() and path.stat().st_size:
            return path
        time.sleep(0.1)
    raise AssertionError(sorted(each.name for each in folder.iterdir()))


def main_text(driver: Any) -> str:
    return str(driver.find_element("css selector", "main").text)


def test_a_template_is_changed_by_two(
    driver: Any, place: Place, keys: tuple[Any, Any]
) -> None:
    admin, checker = keys
    resize(driver, 1280)
    press(driver, "nav a[href='/templates']")
    wait_for(driver, f"a[href='/templates/edit/{NAME}']")
    sound(driver, "templates", is_kept=False)
    press(driver, f"a[href='/templates/edit/{NAME}']")
    wait_for(driver, "#text")
    driver.execute_script(ADD_A_LINE, ADDED)
    driver.find_element("id", "reason").send_keys("問合せ先の案内を加える。")
    press(driver, "button[value=check]")
    wait_for(driver, "#examined")
    wait_for_pictures(driver)
    sound(driver, "template")
    press(driver, "button[value=propose]")
    wait_for(driver, "button[value=withdrawn]")
    assert not driver.find_elements("css selector", "button[value=accepted]")
    proposal = driver.current_url

    # another person, with his own passkey
    driver.remove_credential(checker.id)
    driver.add_credential(admin)
    log_in(driver, place)
    driver.get(proposal)
    wait_for(driver, "button[value=accepted]")
    wait_for_pictures(driver)
    sound(driver, "proposal")
    press(driver, "button[value=accepted]")
    wait_for_path(driver, "/templates")
    assert "承認済み" in main_text(driver)
    sound(driver, "templates")
    folder = place.home / "templates"
    assert ADDED in (folder / NAME).read_text("utf-8")
    [record] = json.loads((folder / "accepted.json").read_text("utf-8"))
    assert (record["edited_by"], record["accepted_by"]) == (CHECKER, "管理 明")
    driver.remove_credential(admin.id)
    driver.add_credential(checker)
    log_in(driver, place)


def test_the_bundle_of_a_case_is_downloaded(
    driver: Any, place: Place, downloads: Path, keys: tuple[Any, Any]
) -> None:
    assert len(keys) == len({each.id for each in keys})
    resize(driver, 1280)
    driver.get(f"{place.origin}/prepare/{CASE}")
    press(driver, "main form button")
    wait_for_path(driver, f"/cases/{CASE}")
    with Site.open(place.home) as site:
        [stored] = site.parts.store.find(CASE)
    driver.get(f"{place.origin}/notices/{stored.number}/decision")
    press(driver, "form.passkey button")
    wait_for_path(driver, f"/cases/{CASE}")
    with Site.open(place.home, by="program:signer") as site:
        site.rooms.approvals.signer.sign(stored.number)

    driver.get(f"{place.origin}/cases/{CASE}")
    press(driver, "#bundles button")
    wait_for(driver, "#bundles tbody a")
    assert "署名のプロセスを待っています" in main_text(driver)
    with Site.open(place.home, by="program:signer") as site:
        rooms = site.rooms
        made = list(make_asked(rooms.access.bundles, rooms.exporter, site.clock))
        assert [one.error for one in made] == [None]
    press(driver, "#bundles tbody a")
    wait_for(driver, "#bundles a[download]")
    sound(driver, "evidence")
    press(driver, "#bundles a[download]")
    bundle = downloaded(downloads, f"{stored.number}.asice")
    root = place.home / "certs" / "example" / "root.pem"
    assert run(["verify", str(bundle), "--trust", str(root)]) == 0
    press(driver, f"a[href='/cases/{CASE}/proof']")
    proof = downloaded(downloads, f"{CASE}.proof.json")
    with Site.open(place.home) as site:
        key = str(site.rooms.log.ledger.log_key.public())
    assert json.loads(proof.read_text("utf-8"))["log_key"] == key
    (public := downloads / "log.pub").write_text(f"{key}\n", "utf-8")
    assert run(["verify", str(proof), "--log-key", str(public)]) == 0
    link = wait_for(driver, "table.ledger a[download]")
    seq = link.get_attribute("href").split("/")[-2]
    link.click()
    proof = downloaded(downloads, f"{CASE}-{seq}.proof.json")
    assert json.loads(proof.read_text("utf-8"))["seq"] == int(seq)
