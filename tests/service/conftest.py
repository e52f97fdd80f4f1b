"""The verify page of a centre whose keys the tests hold."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.hashes import SHA256

from notices.service.verify_page import VerifyPage, make_app
from notices.service.verify_page.settings import Root
from tests.service.asking import Visitor, served
from tests.verifying.genuine import Mail, genuine_letter, notice_json
from tests.verifying.pki import FROM, JUDGED_AT, World, world


def page_of_world(made: World, **changes: object) -> VerifyPage:
    root = Root(
        subject="CN=Root",
        sha256=made.root.certificate.fingerprint(SHA256()).hex(),
        pem=made.root.pem.decode(),
    )
    settings = {
        "trust": (made.root.pem,),
        "roots": (root,),
        "signers": (FROM,),
        "center": "見本ホットライン",
        "center_en": "Example Hotline",
        "mailbox": FROM,
        "phone": "03-0000-0000",
        "phone_international": "+81-3-0000-0000",
    }
    return VerifyPage(**{**settings, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def page() -> VerifyPage:
    return page_of_world(world())


@pytest.fixture(scope="session")
def visitor(page: VerifyPage) -> Iterator[Visitor]:
    with served(make_app(page, clock=lambda: JUDGED_AT)) as found:
        yield found


@pytest.fixture(scope="session")
def genuine_mail() -> bytes:
    return Mail(world()).build()


@pytest.fixture(scope="session")
def letter() -> bytes:
    return genuine_letter(world(), world().signer, notice_json(), "B-LT")
