"""A real Postfix that takes mail from nobody who has not said AUTH."""

import pytest

from tests.site.conftest import CASE_1
from tests.smtp.postfix import private_postfix

USER, PASSWORD = "hotline", "for loopback only"


@pytest.fixture(scope="module")
def postfix(authority):
    certificate = authority.issue_cert("127.0.0.1")
    with private_postfix(certificate, login=(USER, PASSWORD)) as running:
        yield running


@pytest.fixture
def relayed(desk, authority, postfix):
    """The site's relay is that Postfix; gives what sets the login."""
    authority.cert_pem.write_to_path(str(desk.home / "relay.pem"))
    desk.set("port", str(postfix.port))
    desk.set("ca", '"relay.pem"', section="smtp")

    def log_in(user, password):
        secret = desk.home / "smtp.password"
        secret.write_text(password)
        secret.chmod(0o600)
        desk.set("username", f'"{user}"', section="smtp")
        desk.set("password_file", '"smtp.password"', section="smtp")

    return log_in


def log_lines(postfix):
    return (postfix.folder / "postfix.log").read_text().splitlines()


def test_with_the_right_password_it_is_sent(desk, relayed, postfix):
    relayed(USER, PASSWORD)
    code, [row] = desk.json("send", CASE_1)
    assert (code, row["state"], row["stage"]) == (0, "sent", "end_of_data")
    assert any(
        "sasl_method=PLAIN, sasl_username=hotline" in line
        for line in log_lines(postfix)
    )


def test_a_wrong_password_defers_it_and_is_said_once(desk, relayed, postfix):
    """The message was not refused but we were: that can be mended, so it waits."""
    relayed(USER, "wr0ng")
    before = len(log_lines(postfix))
    code, [row] = desk.json("send", CASE_1)
    assert (code, row["state"], row["stage"]) == (75, "deferred", "auth")
    assert row["reply"].startswith("535 5.7.8")
    told = [
        line for line in log_lines(postfix)[before:] if "authentication failed" in line
    ]
    assert len(told) == 1, "each failure counts towards a lock-out"
    assert "wr0ng" not in desk.run("show", CASE_1)[1]
    relayed(USER, PASSWORD)
    assert desk.run("work", "--now")[0] == 0
    assert desk.json("list")[1][0]["state"] == "sent"


def test_without_a_login_it_is_refused_and_never_in_doubt(desk, relayed):
    code, [row] = desk.json("send", CASE_1)
    assert (code, row["state"], row["stage"]) == (69, "failed", "rcpt")
    assert row["reply"].startswith("554 5.7.1")
