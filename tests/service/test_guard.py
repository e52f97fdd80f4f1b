"""The guard's rules, each a function of values."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.service.guard.bodies import (
    BodyLimits,
    BodyTooLarge,
    BodyTooSlow,
    LimitedBody,
    MemoryBudget,
    MemoryFull,
    declared_too_large,
)
from notices.service.guard.headers import SECURITY_HEADERS, SecurityHeaders
from notices.service.guard.languages import chosen_language
from notices.service.guard.origin import is_foreign
from notices.service.guard.visitors import visitor


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("", "", "ja"),
        ("en", "ja", "en"),
        ("ja", "en", "ja"),
        ("fr", "en", "en"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "ja,en;q=0.9", "ja"),
        ("", "en;q=0.5,ja;q=0.4", "en"),
        ("", "en;q=0", "ja"),
        ("", "fr,de;q=0.9", "ja"),
        ("", "EN", "en"),
        ("", "en;q=nonsense", "ja"),
    ],
)
def test_the_reader_chooses_the_language(
    asked: str, accepted: str, language: str
) -> None:
    assert chosen_language(asked, accepted) == language


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_field_gives_one_of_two_languages(asked: str, accepted: str) -> None:
    assert chosen_language(asked, accepted) in ("ja", "en")


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({}, False),
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"origin": "https://a.example", "host": "a.example"}, False),
        ({"origin": "https://A.example", "host": "a.EXAMPLE"}, False),
        ({"origin": "https://a.example:8443", "host": "a.example"}, True),
        ({"origin": "https://b.example", "host": "a.example"}, True),
        ({"origin": "null", "host": "a.example"}, True),
        ({"origin": "https://[", "host": "a.example"}, True),
        # Fetch Metadata goes before: no page can forge it
        (
            {
                "sec-fetch-site": "cross-site",
                "origin": "https://a.example",
                "host": "a.example",
            },
            True,
        ),
    ],
)
def test_a_form_of_another_site_is_foreign(
    headers: dict[str, str], *, foreign: bool
) -> None:
    assert is_foreign(headers) is foreign


@given(st.text(max_size=40))
def test_only_a_number_declares_a_length(length: str) -> None:
    assert isinstance(declared_too_large(length, BodyLimits(octets=5, seconds=1)), bool)


@pytest.mark.parametrize("length", ["6", "10000000000000000000000", "0" * 30 + "6"])
def test_a_length_over_the_limit_is_told_at_once(length: str) -> None:
    limits = BodyLimits(octets=5, seconds=1)
    assert declared_too_large(length, limits) or length.startswith("0")


def coming(
    *parts: bytes, pause: float = 0
) -> Callable[[], Awaitable[dict[str, object]]]:
    left = list(parts)

    async def receive() -> dict[str, object]:
        await asyncio.sleep(pause)
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    return receive


def read_all(receive: object, limits: BodyLimits, memory: MemoryBudget) -> int:
    async def read() -> int:
        clock = asyncio.get_running_loop().time
        octets = 0
        with LimitedBody(receive, limits, memory, clock=clock) as body:  # type: ignore[arg-type]
            async for part in body:
                octets += len(part)
        return octets

    return asyncio.run(read())


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=8), st.integers(0, 100))
def test_what_is_over_the_limit_is_cut_off(parts: list[bytes], octets: int) -> None:
    """And whatever happens, the memory is given back."""
    memory = MemoryBudget(1000)
    whole = sum(map(len, parts))
    limits = BodyLimits(octets=octets, seconds=60)
    if whole <= octets:
        assert read_all(coming(*parts), limits, memory) == whole
    else:
        with pytest.raises(BodyTooLarge):
            read_all(coming(*parts), limits, memory)
    memory.take(1000)


def test_a_slow_body_ends() -> None:
    limits = BodyLimits(octets=100, seconds=0.05)
    with pytest.raises(BodyTooSlow):
        read_all(coming(*[b"x"] * 100, pause=0.01), limits, MemoryBudget(1000))


def test_bodies_share_the_memory() -> None:
    memory = MemoryBudget(10)
    memory.take(8)
    with pytest.raises(MemoryFull):
        read_all(coming(b"xxx"), BodyLimits(octets=100, seconds=5), memory)
    memory.give_back(8)
    assert read_all(coming(b"xxx"), BodyLimits(octets=100, seconds=5), memory) == 3


def test_a_header_of_the_application_does_not_weaken_ours() -> None:
    sent: list[dict[str, object]] = []

    async def weak(scope: object, receive: object, send: Callable[..., object]) -> None:
        head = [(b"Content-Security-Policy", b"default-src *"), (b"x-other", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": head})  # type: ignore[misc]

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    app = SecurityHeaders(weak)  # type: ignore[arg-type]
    asyncio.run(app({"type": "http"}, None, send))  # type: ignore[arg-type]
    pairs: list[tuple[bytes, bytes]] = sent[0]["headers"]  # type: ignore[assignment]
    names = [name.lower() for name, _ in pairs]
    assert len(set(names)) == len(names) == len(SECURITY_HEADERS) + 1
    assert dict(pairs)[b"content-security-policy"].startswith(b"default-src 'none'")


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_a_subscriber_is_one_visitor_whatever_his_address(address, host):
    """Python's own networks tell which addresses belong together."""
    other = type(address)(int(address) >> 64 << 64 | host)
    if address.ipv4_mapped or other.ipv4_mapped:
        return
    assert visitor(str(address)) == visitor(str(other))
    beside = type(address)(int(address) ^ 1 << 64)
    assert visitor(str(beside)) != visitor(str(address)) or beside.ipv4_mapped


@given(st.ip_addresses(v=4))
def test_each_address_of_version_4_is_a_visitor(address):
    assert visitor(str(address)) == str(address) == visitor(f"::ffff:{address}")


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("fe80::1%eth0", "fe80::/64"),
        ("unix:", "unix:"),
        ("", ""),
        ("2001:DB8::1", "2001:db8::/64"),
        ("x" * 300, "x" * 300),
    ],
)
def test_what_else_may_stand_for_a_visitor(address, wanted):
    assert visitor(address) == wanted
