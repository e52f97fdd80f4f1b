from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from notices.catalogue import Catalogue, check
from notices.codec import load_catalogue
from notices.judgment import Judgment
from notices.notice import Center, Notice, compose


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def center() -> Center:
    return Center(
        name="見本インターネット・ホットラインセンター",
        name_en="Example Internet Hotline Center",
        address="東京都千代田区見本町1丁目2番3号",
        address_en="1-2-3 Mihon-cho, Chiyoda-ku, Tokyo, Japan",
        phone="03-0000-0000",
        phone_international="+81-3-0000-0000",
        mailbox="notice@hotline.example.jp",
        verification_page="https://www.hotline.example.jp/verify",
    )


@pytest.fixture
def composed(catalogue: Catalogue, center: Center) -> Callable[..., Notice]:
    def make(judgment: Judgment, **settings: Any) -> Notice:
        settings = {"number": "R8-1-000123", "date": date(2026, 11, 18), **settings}
        return compose(check(judgment, catalogue), center=center, **settings)

    return make
