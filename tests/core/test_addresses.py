"""Mailboxes after our own grammar: what email-validator knows besides."""

import json

import pytest

from notices.addresses import address_fault, domain_fault, is_reserved
from notices.codec import load_examples, read_judgment, read_recipients, write_judgment
from notices.errors import ConfigError, InvalidJudgment
from notices.grammar import mailbox_fault

L63 = "a" * 63

TAKEN = [
    "abuse@board.example.jp",
    "o'brien+abuse@provider.test",  # RFC 6761, 6.2: of tests, and this may be one
    "a@b.example",
    "a@1.example",
    "ABUSE@Board.Example.JP",
    "POSTMASTER@example.jp",  # the library would write it small: it may not
    "a@xn--eckwd4c7c.example",
    "a@XN--ECKWD4C7C.example",
    "a@xn--wgv71a119e.jp",
    "a@xn--fa-hia.de",
    "a@3com.com",
    "a@intranet.internal",  # nobody has reserved it for good
    f"{'a' * 64}@example.jp",
    f"a@{L63}.jp",
    f"a@{L63}.{L63}.{L63}.{'b' * 57}.jp",  # 254 in all
    f"{'a' * 64}@{L63}.{L63}.{'b' * 58}.jp",  # 254 in all
]

BY_GRAMMAR = [
    '"a b"@example.jp',
    "a..b@example.jp",
    ".a@example.jp",
    "a.@example.jp",
    "a@example..jp",
    "a@example.jp.",
    "a@[192.0.2.1]",
    "a@[IPv6:2001:db8::1]",
    "a@exa_mple.jp",
    "a@-example.jp",
    "a@localhost",
    "a@みほん.example",
    f"{'a' * 65}@example.jp",
    f"a@{L63}a.jp",
    f"a@{L63}.{L63}.{L63}.{'b' * 58}.jp",  # 255 in all
]

BY_LIBRARY = [
    (
        "a@ab--cd.jp",
        "third and fourth place",
    ),  # RFC 5890, 2.3.1: no label of a host name
    ("a@xn--0.jp", "not valid IDNA"),
    ("a@xn--a.jp", "not valid IDNA"),
    ("a@xn--i-7iq.ws", "not valid IDNA"),  # a picture is no letter
    (f"a@xn--{'a' * 59}.jp", "not valid IDNA"),
    ("a@example.a1", "top-level domain"),
    ("a@printer.local", "RFC 6761"),
    ("a@board.localhost", "RFC 6761"),
    ("a@board.invalid", "RFC 6761"),
    ("a@board.onion", "RFC 6761"),
    ("a@2.0.192.in-addr.arpa", "RFC 6761"),
]


@pytest.mark.parametrize("mailbox", TAKEN)
def test_a_mailbox_that_mail_can_reach(mailbox):
    assert address_fault(mailbox) is None


@pytest.mark.parametrize("mailbox", BY_GRAMMAR)
def test_what_the_grammar_refuses_is_told_in_its_words(mailbox):
    assert address_fault(mailbox) == mailbox_fault(mailbox) is not None


@pytest.mark.parametrize(("mailbox", "words"), BY_LIBRARY)
def test_what_the_grammar_takes_and_mail_does_not(mailbox, words):
    assert mailbox_fault(mailbox) is None
    fault = address_fault(mailbox)
    assert fault == domain_fault(mailbox)
    assert fault.startswith("is no address that mail can reach: ")
    assert words in fault
    assert not fault.endswith(".")


def test_a_house_may_give_itself_a_name():
    assert address_fault("archive@mail.local", is_own=True) is None
    assert address_fault("archive@mail.invalid", is_own=True)
    assert address_fault("not an address.local", is_own=True)


@pytest.mark.parametrize(
    ("domain", "reserved"),
    [
        ("example.jp", True),
        ("hotline.example.jp", True),
        ("EXAMPLE9.co.jp", True),
        ("example10.jp", False),
        ("myexample.jp", False),
        ("example.tokyo.jp", False),
        ("test.jp", False),
        ("provider.test", True),
        ("a.example", True),
        ("a.example.com", True),
        ("example.org", True),
        ("example.com.jp", False),
        ("board.invalid", True),
        ("board.jp", False),
    ],
)
def test_names_for_tests_and_examples(domain, reserved):
    assert is_reserved(f"abuse@{domain}") is reserved


def judgment_with(mailbox):
    data = json.loads(load_examples()["IHC-2026-004217.json"])
    standing = next(step for step in data["ladder"] if not step.get("skipped"))
    standing.pop("recipient", None)
    standing |= {"name": "みほん", "mailbox": mailbox}
    return json.dumps(data), data["ladder"].index(standing)


@pytest.mark.parametrize(("mailbox", "words"), BY_LIBRARY)
def test_a_judgment_names_the_field(mailbox, words):
    text, index = judgment_with(mailbox)
    with pytest.raises(InvalidJudgment) as caught:
        read_judgment(text)
    [fault] = caught.value.faults
    assert fault.path == f"ladder[{index}].mailbox"
    assert words in fault.message


def test_what_the_grammar_said_is_not_said_twice():
    text, index = judgment_with("a@localhost")
    with pytest.raises(InvalidJudgment) as caught:
        read_judgment(text)
    assert [fault.path for fault in caught.value.faults] == [f"ladder[{index}].mailbox"]


@pytest.mark.parametrize(
    "mailbox", ["POSTMASTER@Board.Example.JP", "a@xn--eckwd4c7c.example"]
)
def test_what_was_written_is_kept(mailbox):
    text, index = judgment_with(mailbox)
    judgment = read_judgment(text)
    assert judgment.ladder[index].mailbox == mailbox
    assert f'"{mailbox}"' in write_judgment(judgment)


@pytest.mark.parametrize(("mailbox", "words"), BY_LIBRARY)
def test_the_directory_names_the_line(mailbox, words):
    text = f'[board]\nname = "みほん"\nmailboxes = ["a@b.example", "{mailbox}"]\n'
    with pytest.raises(ConfigError) as caught:
        read_recipients(text, "recipients.toml")
    [fault] = caught.value.faults
    assert fault.path == "recipients.toml:3"
    assert mailbox in fault.message
    assert words in fault.message
