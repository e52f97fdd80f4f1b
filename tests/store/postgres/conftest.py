import secrets

import pytest

from notices.store.store import Store
from tests.store.conftest import Clock, trustme
from tests.store.postgres.server import private_postgres, url_of


@pytest.fixture(scope="session")
def server():
    with private_postgres() as folder:
        yield folder


@pytest.fixture(scope="session")
def superuser(server):
    import psycopg  # noqa: PLC0415 - an extra

    with psycopg.connect(
        f"host={server} user=notices dbname=postgres", autocommit=True
    ) as connection:
        yield connection


@pytest.fixture(scope="session")
def template(server, superuser):
    """A migrated store; copying it is quicker than migrating again."""
    superuser.execute("CREATE DATABASE template_notices")
    Store.open(url_of(server, "template_notices")).close()
    return "template_notices"


@pytest.fixture
def url(server, superuser, template):
    name = f"t{secrets.token_hex(6)}"
    superuser.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield url_of(server, name)
    superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_url(server, superuser):
    name = f"t{secrets.token_hex(6)}"
    superuser.execute(f"CREATE DATABASE {name}")
    yield url_of(server, name)
    superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def store(url):
    with Store.open(url) as opened:
        yield opened


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()
