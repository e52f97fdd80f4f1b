"""Each way in which an url does not lead to its database, with its exit code.

What only a person can mend is 78, what may pass by itself 75: a service that is told 78
is not started again. A real server answers over TCP, with passwords and with TLS, in
English and in Japanese.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest
import trustme

from notices.codec.languages import load_texts
from notices.errors import NoticesError
from notices.messages import told
from notices.store.store import Store
from tests.programs import missing, require_program
from tests.store.postgres.server import private_postgres

MESSAGES = Path("/usr/share/locale/ja/LC_MESSAGES")
JAPANESE = load_texts("ja")
ACCESS = """\
local all all trust
host all noentry 127.0.0.1/32 reject
host latin all 127.0.0.1/32 reject
hostssl all tls 127.0.0.1/32 scram-sha-256
host all tls 127.0.0.1/32 reject
host all all 127.0.0.1/32 scram-sha-256
"""
PREPARED = """\
CREATE ROLE good LOGIN PASSWORD 'pw'
CREATE ROLE tls LOGIN PASSWORD 'pw'
CREATE ROLE nologin NOLOGIN PASSWORD 'pw'
CREATE ROLE expired LOGIN PASSWORD 'pw' VALID UNTIL '2001-01-01'
CREATE ROLE noentry LOGIN PASSWORD 'pw'
CREATE ROLE few LOGIN PASSWORD 'pw' CONNECTION LIMIT 0
CREATE DATABASE base OWNER good
CREATE DATABASE norights
CREATE DATABASE noconnect
REVOKE CONNECT ON DATABASE noconnect FROM public
CREATE DATABASE closed OWNER good ALLOW_CONNECTIONS false
CREATE DATABASE latin OWNER good ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0
"""
GOOD = "postgresql://good:pw@127.0.0.1:{port}/base"
LOCAL = "postgresql://{user}@/{database}?host={folder}&port={port}"
OTHER_HOST = "postgresql://good:pw@other.test:{port}/base?hostaddr=127.0.0.1"
NO_VALUE = "has no value that can be used"
CONFIGURATION, AWAY = 78, 75


@pytest.fixture(scope="module", params=["C", "ja_JP.UTF-8"])
def server(request):
    """A server that answers in that language: its folder and its port."""
    with socket.create_server(("127.0.0.1", 0)) as link:
        port = link.getsockname()[1]
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        if request.param != "C":
            patch.setenv("LOCPATH", make_locale(Path(home)))
        more = f"-c listen_addresses=127.0.0.1 -c port={port}"
        with private_postgres(more=more) as folder:
            prepare(folder, port, request.param)
            yield {"folder": folder, "port": port}


def make_locale(home):
    """The server needs a locale that small systems do not have."""
    if not list(MESSAGES.glob("postgres-*.mo")):
        missing("the Japanese messages of PostgreSQL are missing")
    made = home / "ja_JP.UTF-8"
    command = [require_program("localedef"), "-i", "ja_JP", "-f", "UTF-8", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    home.chmod(0o755)
    return str(home)


def prepare(folder, port, language):
    """Roles, databases, who is let in, TLS, language."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "root.pem"))
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    data = folder / "data"
    certificate.private_key_pem.write_to_path(str(data / "server.key"))
    with (data / "server.crt").open("wb") as file:
        file.writelines(part.bytes() for part in certificate.cert_chain_pems)
    (data / "server.key").chmod(0o600)
    if os.geteuid() == 0:
        shutil.chown(data / "server.key", "nobody")
    (data / "pg_hba.conf").write_text(ACCESS)
    with psycopg.connect(
        f"host={folder} port={port} user=notices dbname=postgres", autocommit=True
    ) as connection:
        for statement in PREPARED.splitlines():
            connection.execute(statement)
        connection.execute(f"ALTER SYSTEM SET lc_messages = '{language}'")
        connection.execute("ALTER SYSTEM SET ssl = on")
        connection.execute("SELECT pg_reload_conf()")


TABLE = [
    # options of the url, and values of them, that there are not
    *(
        (f"{GOOD}?{option}={value}", CONFIGURATION, f"{option} {NO_VALUE}")
        for option, value in {
            "sslmode": "bogus",
            "gssencmode": "bogus",
            "channel_binding": "bogus",
            "target_session_attrs": "bogus",
            "load_balance_hosts": "bogus",
            "require_auth": "bogus",
            "ssl_min_protocol_version": "bogus",
            "sslcertmode": "bogus",
            "service": "bogus",
            "keepalives": "bogus",
            "tcp_user_timeout": "bogus",
            "connect_timeout": "bogus",
        }.items()
    ),
    (f"{GOOD}?bogus=1", CONFIGURATION, "bogus is no option of libpq"),
    (f"{GOOD}?row_factory=x", CONFIGURATION, "row_factory is no option of libpq"),
    (f"{GOOD}?sslmode=a&sslmode=b", CONFIGURATION, "sslmode stands there twice"),
    (f"{GOOD}?hostaddr=bogus", CONFIGURATION, "an option that cannot be used"),
    (f"{GOOD}?options=-c%20bogus%3D1", CONFIGURATION, "does not take an option"),
    (f"{GOOD}?options=--bogus", CONFIGURATION, "does not take an option"),
    (f"{GOOD}?replication=database", CONFIGURATION, "may not do that"),
    (f"{GOOD}?require_auth=none", CONFIGURATION, "does not do what an option"),
    (f"{GOOD}?gssencmode=require", CONFIGURATION, "does not do what an option"),
    (f"{LOCAL}&requirepeer=bogus", CONFIGURATION, "does not do what an option"),
    (f"{GOOD}?target_session_attrs=standby", AWAY, "target_session_attrs wants"),
    # TLS
    (f"{GOOD}?sslmode=verify-full&sslrootcert=/none", CONFIGURATION, "trusted roots"),
    (f"{GOOD}?sslmode=verify-full&sslrootcert=system", CONFIGURATION, "refused"),
    (f"{GOOD}?sslmode=require&sslrootcert=system", CONFIGURATION, NO_VALUE),
    (
        f"{GOOD}?sslmode=require&sslcert={{folder}}/root.pem",
        CONFIGURATION,
        "of the client",
    ),
    (
        f"{OTHER_HOST}&sslmode=verify-full&sslrootcert={{folder}}/root.pem",
        CONFIGURATION,
        "another host",
    ),
    (f"{LOCAL}&sslmode=require", 0, ""),
    (f"{GOOD}?sslmode=verify-full&sslrootcert={{folder}}/root.pem", 0, ""),
    # hosts and ports
    (GOOD.replace("127.0.0.1", "nowhere.invalid"), None, "host"),
    (GOOD.replace("127.0.0.1", "a..b"), CONFIGURATION, "cannot be the name"),
    (GOOD.replace("127.0.0.1", "a" * 64), CONFIGURATION, "cannot be the name"),
    (GOOD.replace("{port}", "1"), AWAY, "refused"),
    (GOOD.replace("{port}", "99999"), CONFIGURATION, "port"),
    (GOOD.replace("{port}", "bogus"), CONFIGURATION, "not a database URL"),
    (
        "postgresql://good@/base?host=127.0.0.1,127.0.0.1&port=1,2,3",
        CONFIGURATION,
        "ports",
    ),
    ("postgresql://good@/base?host=/nowhere", AWAY, "no server runs"),
    (f"postgresql://good@/base?host=/{'n' * 200}", CONFIGURATION, "too long"),
    # who may
    (GOOD.replace(":pw", ":no"), CONFIGURATION, "refuses the login"),
    (GOOD.replace(":pw", ""), CONFIGURATION, "refuses the login"),
    (GOOD.replace("good", "nobody"), CONFIGURATION, "refuses the login"),
    (GOOD.replace("good", "nologin"), CONFIGURATION, "refuses the login"),
    (GOOD.replace("good", "expired"), CONFIGURATION, "refuses the login"),
    (LOCAL.replace("{user}", "unknown"), CONFIGURATION, "refuses the login"),
    (GOOD.replace("good", "noentry"), CONFIGURATION, "not in from here"),
    (f"{GOOD.replace('good', 'tls')}?sslmode=disable", CONFIGURATION, "from here"),
    (GOOD.replace("base", "norights"), CONFIGURATION, "may not do that"),
    (GOOD.replace("base", "noconnect"), CONFIGURATION, "may not do that"),
    (GOOD.replace("good", "few"), AWAY, "too many connections"),
    # which database
    (GOOD.replace("base", "nosuch"), CONFIGURATION, "no such database"),
    (GOOD.replace("base", "closed"), AWAY, "stopping or starting"),
    (LOCAL.replace("{database}", "latin"), CONFIGURATION, "must be UTF8"),
    (f"{GOOD}?client_encoding=latin1", 0, ""),
    (f"{GOOD}?connect_timeout=3&application_name=x", 0, ""),
]


@pytest.mark.parametrize(("url", "code", "words"), TABLE)
def test_a_wrong_url_ends_with_the_code_of_its_kind(server, url, code, words):
    """`sslmode=bogus` was 75: a service would have been started again for ever."""
    url = url.format(user="notices", database="postgres", **server)
    if code == 0:
        Store.open(url).close()
        return
    with pytest.raises(NoticesError) as raised:
        Store.open(url)
    error = raised.value
    assert words in error.message
    assert code in (None, error.exit_code)
    assert ":pw" not in error.diagnostics()
    assert error.hint
    assert error.message != told(error.message, JAPANESE)


def test_what_has_worked_is_not_mistyped(server):
    """A certificate that ends, or a name server's gap, ends no worker: 75."""
    folder = server["folder"]
    root = folder / "gone.pem"
    shutil.copy(folder / "root.pem", root)
    url = f"{GOOD}?sslmode=verify-full&sslrootcert={root}".format(**server)
    with Store.open(url) as store:
        root.unlink()
        store.engine.dispose()
        with pytest.raises(NoticesError, match="trusted roots") as raised:
            store.queries.count()
        assert raised.value.exit_code == AWAY
        shutil.copy(folder / "root.pem", root)
        assert store.queries.count() == 0
