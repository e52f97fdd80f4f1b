"""Mailboxes of a site: names for examples stay on this machine, doctor asks for the rest."""

import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace

import dns.flags
import dns.message
import dns.resolver
import dns.rrset
import pytest

from notices.config import load_config
from notices.site import Site
from notices.site.doctor.addresses import examine_addresses
from tests.site.conftest import CASE_1

RELAY = "relay.hotline-centre.jp"
"""Never asked: what is refused is refused before a connection."""


@pytest.fixture
def earnest(desk, own_key):
    """A site with a key of its own whose relay carries mail out."""
    own_key(desk)
    desk.set("host", f'"{RELAY}"')
    return desk


def test_no_mail_for_an_example_name_leaves_the_machine(earnest):
    code, [row] = earnest.json("send", CASE_1)
    assert code == 69
    assert row["error"]["code"] == "refused"
    assert "notice@hotline.example.jp" in row["error"]["message"]
    assert RELAY in row["error"]["message"]
    assert "recipients.toml" in row["error"]["hint"]
    assert earnest.json("list") == (0, []), "no number was used"


def test_one_prepared_on_loopback_does_not_leave_either(desk, own_key):
    """The relay may be set between preparing and sending, by hand or by the worker."""
    own_key(desk)
    with Site.open(desk.home) as site:
        site.prepare(site.read_case(CASE_1))
    desk.set("host", f'"{RELAY}"')
    code, [row] = desk.json("send", CASE_1)
    assert (code, row["error"]["code"]) == (69, "refused")
    [row] = desk.json("list")[1]
    assert (row["state"], row["attempts"]) == ("held", 0)


def test_one_that_was_queued_on_loopback_is_refused_by_the_worker(desk, own_key):
    own_key(desk)
    desk.set("port", "9")
    assert desk.json("send", CASE_1)[1][0]["state"] == "deferred"
    desk.set("host", f'"{RELAY}"')
    desk.run("work", "--now")
    [row] = desk.json("list")[1]
    assert row["state"] == "failed"
    assert "tests and examples" in row["note"]


def test_a_witness_is_somebody(earnest):
    for mailbox, code, words in (
        ("w@witness.local", 65, "no address that mail can reach"),
        ("w@witness.example", 69, "tests and examples"),
    ):
        found, _, err = earnest.run("ledger", "checkpoint", "--mail", mailbox)
        assert (found, words in err) == (code, True), err


def test_check_tells_it_beforehand(earnest):
    code, row = earnest.json("check", CASE_1)
    assert (code, row["valid"]) == (0, True)
    [note] = row["warnings"]
    assert note["path"] == "smtp.host"
    assert "will not be sent" in note["message"]
    assert f"note: smtp.host: {note['message']}" in earnest.run("check", CASE_1)[1]
    earnest.set("host", '"127.0.0.1"')
    assert earnest.json("check", CASE_1)[1]["warnings"] == []


@pytest.mark.parametrize(
    ("key", "section", "mailbox"),
    [
        ("mailbox", "center", "notice@hotline"),
        ("mailbox", "center", "notice@xn--0.jp"),
        ("mailbox", "archive", "archive@ab--cd.jp"),
        ("address", "test", "me@hotline.invalid"),
    ],
)
def test_our_own_are_named_with_their_line(desk, key, section, mailbox):
    desk.set(key, f'"{mailbox}"', section=section)
    lines = (desk.home / "notices.toml").read_text("utf-8").splitlines()
    number = lines.index(f'{key} = "{mailbox}"') + 1
    code, _, err = desk.run("list")
    assert code == 78
    assert f"notices.toml:{number}: {section}.{key} " in err


ZONE = {
    ("board.jp", "MX"): "10 mx.board.jp.",
    ("a-only.jp", "A"): "8.8.8.8",
    ("null-mx.jp", "MX"): "0 .",
    ("inside.jp", "A"): "192.0.2.1",
}
"""What the test's name server knows; RFC 7505 for the null MX."""


@contextmanager
def name_server(*, is_deaf=False):
    """A resolver that asks a name server on loopback; deaf: one that never answers."""
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    link.bind(("127.0.0.1", 0))
    link.settimeout(0.1)
    over = threading.Event()

    def serve():
        while not over.is_set():
            try:
                octets, client = link.recvfrom(4096)
            except TimeoutError:
                continue
            if not is_deaf:
                link.sendto(answer_to(dns.message.from_wire(octets)).to_wire(), client)

    thread = threading.Thread(target=serve)
    thread.start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], link.getsockname()[1]
    resolver.lifetime = 1.0
    try:
        yield resolver
    finally:
        over.set()
        thread.join()
        link.close()


def answer_to(query):
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.RA
    [asked] = query.question
    name = asked.name.to_text(omit_final_dot=True)
    kind = dns.rdatatype.to_text(asked.rdtype)
    if record := ZONE.get((name, kind)):
        answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, record))
    elif name not in {known for known, _ in ZONE}:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer


def write_directory(desk, *domains):
    """`.example` and the web form are there to be left out."""
    tables = [
        f'[entry-{number}]\nname = "みほん"\nmailboxes = ["abuse@{domain}"]\n'
        for number, domain in enumerate((*domains, "board.example"))
    ]
    form = 'channel = "webform"\nform_url = "https://gone.jp/form"\n'
    tables.append(f'[form]\nname = "みほん"\nmailboxes = ["a@gone.jp"]\n{form}')
    (desk.home / "recipients.toml").write_text("\n".join(tables), encoding="utf-8")


def addresses_of(desk, resolver, **changes):
    config = load_config(desk.home)
    with Site(replace(config, **changes)) as site:
        return list(
            examine_addresses(site.config, lambda: site.parts.directory, resolver)
        )


def test_doctor_asks_who_takes_the_mail(desk):
    domains = ("board.jp", "a-only.jp", "null-mx.jp", "inside.jp", "gone.jp")
    write_directory(desk, *domains)
    with name_server() as resolver:
        first, *bad = addresses_of(desk, resolver)
    assert (first.status, first.detail[:7]) == ("ok", "2 of 5 ")
    assert [(part.status, part.detail.split()[0]) for part in bad] == [
        ("warning", "null-mx.jp"),
        ("warning", "inside.jp"),
        ("warning", "gone.jp"),
    ]
    assert "takes no mail" in bad[0].detail
    assert "there is no such domain" in bad[2].detail
    assert "entry-4" in bad[2].detail
    assert all(part.advice for part in bad)


def test_without_a_network_it_is_a_warning(desk):
    write_directory(desk, "board.jp", "gone.jp")
    with name_server(is_deaf=True) as resolver:
        _, silent = addresses_of(desk, resolver)
    assert silent.status == "warning"
    assert "board.jp, gone.jp could not be asked" in silent.detail


def test_the_example_site_asks_nobody(desk):
    with name_server(is_deaf=True) as resolver:
        [part] = addresses_of(desk, resolver)
    assert part.status == "ok"


def test_doctor_tells_example_names_before_they_are_refused(earnest):
    code, parts = earnest.json("doctor")
    told = [part for part in parts if "tests and examples" in part["detail"]]
    assert [(part["name"], part["status"]) for part in told] == [
        ("mailboxes", "fault"),
        ("recipients: mihon-board", "warning"),
        ("recipients: example-social", "warning"),
    ]
    assert all(part["advice"] for part in told)
    assert code != 0


def test_a_login_name_need_not_be_an_address(desk):
    desk.set("url", '"imaps://imap.hotline.example.jp"', section="inbox")
    desk.set("username", '"center@hotline"', section="inbox")
    desk.set("password_file", '"imap.pass"', section="inbox")
    first, *_ = addresses_of(desk, None)
    assert (first.name, first.status) == ("mailboxes", "warning")
    assert "center@hotline" in first.detail


def test_nobody_is_asked_while_a_judgment_is_checked(earnest):
    """Neither does the library that asks cost the start of a command."""
    words = (
        "import sys; from notices.cli import run; "
        f"assert run(['check', {CASE_1!r}, '--site', {str(earnest.home)!r}]) == 0; "
        "print('dns' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"
