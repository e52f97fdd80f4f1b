"""What the console keeps so that nobody waits twice: pictures and counts."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notices.letters.pages import preview_page, preview_pages
from notices.service.api.room import YOUNG, SitePool
from notices.service.console.acts.counting import HOLDS, CountedYears
from notices.service.console.acts.pictures import PictureShelf, picture_of
from notices.service.console.app import OPEN_SITES
from tests.service.console.conftest import CASE

NOW = datetime(2026, 11, 28, tzinfo=UTC)
KEY = ("site", "2026", "2026-11-28")


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"), st.integers(1, 3), st.binary(min_size=1, max_size=9)
        )
    )
)
def test_a_shelf_gives_what_was_kept_and_no_more_than_it_holds(kept):
    shelf, newest = PictureShelf(most=20), {}
    for letter, page, picture in kept:
        shelf.keep(letter, page, picture)
        newest[letter, page] = picture
        assert shelf.picture(letter, page) == picture
        there = {
            place: shelf.picture(*place)
            for place in newest
            if shelf.picture(*place) is not None
        }
        assert sum(map(len, there.values())) <= 20
        assert there == {place: newest[place] for place in there}


def test_one_page_is_drawn_as_all_pages_are(desk, number):
    with desk.opened() as site:
        pdf = site.rooms.approvals.desk.marked_letter(number)
    for place, picture in enumerate(preview_pages(pdf), 1):
        assert preview_page(pdf, place) == picture
        assert picture_of(pdf, str(place)).octets == picture
        assert picture_of(pdf, str(place)).octets == picture


def test_a_preview_s_picture_is_that_of_its_letter(desk):
    """By the hash in its address, or without: the same, and only for who is in."""
    client = desk.browser("hantei-s")
    case_id = "IHC-2026-004219"
    page = client.get(f"/prepare/{case_id}").text
    address = page.partition(f'<img src="/prepare/{case_id}')[2].partition('"')[0]
    assert "?of=" in address
    kept = client.get(f"/prepare/{case_id}{address}")
    assert kept.headers["content-type"] == "image/png"
    assert kept.content == client.get(f"/prepare/{case_id}/pages/1").content
    other = client.get(f"/prepare/{CASE}/pages/1?of={'0' * 64}")
    assert other.status_code == 200
    assert other.content != kept.content
    assert desk.browser().get(f"/prepare/{case_id}{address}").status_code == 303


def test_many_who_look_wait_for_one_count():
    years, counts, begun = CountedYears(), [], threading.Barrier(8)

    def look(_):
        begun.wait(60)
        return years.get(KEY, lambda: counts.append(1) or (), size=5, now=NOW)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(look, range(8)))
    assert len(counts) == 1
    assert {id(one) for one in found} == {id(found[0])}


def test_a_count_is_told_again_for_ten_minutes_and_not_longer():
    years = CountedYears()
    first = years.get(KEY, lambda: (), size=5, now=NOW)
    again = years.get(KEY, lambda: (), size=6, now=NOW + HOLDS - timedelta(seconds=1))
    assert again is first
    later = years.get(KEY, lambda: (), size=6, now=NOW + HOLDS)
    assert later is not first
    assert later.at == NOW + HOLDS
    # as long as nothing came into the ledger it is right however old it is
    same = years.get(KEY, lambda: (), size=6, now=NOW + timedelta(days=1))
    assert same is later
    other = ("site", "2025", "2026-11-28")
    assert years.get(other, lambda: (), size=6, now=NOW) is not later


def test_twenty_people_who_click_in_turn_find_their_sites_open(desk):
    """What is opened anew for every click costs more than the pages."""
    pool = SitePool(
        desk.home,
        clock=lambda: desk.clock.now,
        monotonic=lambda: desk.clock.seconds,
        most=OPEN_SITES,
    )

    def lent(person: int) -> object:
        with pool.borrowed(f"person:user-{person}") as site:
            return site

    first = [lent(person) for person in range(20)]
    again = [lent(person) for person in range(20)]
    assert all(one is other for one, other in zip(first, again, strict=True))
    pool.close()


def test_sites_that_are_opened_anew_share_what_is_open(desk):
    """Connections and compiled statements: half of what the first page of a site costs."""
    pool = SitePool(
        desk.home,
        clock=lambda: desk.clock.now,
        monotonic=lambda: desk.clock.seconds,
    )

    def lent(person: str) -> tuple[object, int]:
        with pool.borrowed(person) as site:
            known = site.rooms.approvals.people.known()
            return site.parts.store.engine.pool, len(known)

    first = lent("person:a")
    desk.clock.seconds += YOUNG + 1
    assert lent("person:a") == lent("person:b") == first
    pool.close()


def test_a_database_that_was_put_back_is_read_by_all(desk):
    """An engine that stayed open would go on with the file that is gone."""
    pool = SitePool(
        desk.home,
        clock=lambda: desk.clock.now,
        monotonic=lambda: desk.clock.seconds,
    )
    with desk.opened() as site:
        site.parts.store.back_up(desk.home / "copy.sqlite")
    with pool.borrowed("person:a") as site:
        site.rooms.access.holds.hold("wrong")
        assert site.rooms.access.holds.now()
    for each in desk.home.glob("outbox.sqlite*"):
        if each.is_file():
            each.unlink()
    (desk.home / "copy.sqlite").rename(desk.home / "outbox.sqlite")
    desk.clock.seconds += YOUNG + 1
    with pool.borrowed("person:b") as site:
        assert site.rooms.access.holds.now() is None
    pool.close()
