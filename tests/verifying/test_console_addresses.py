"""`--approval-origin`: what is no address of a console is told."""

import pytest

from notices.errors import InputError
from notices.verifying.approval.assertion import read_party


@pytest.mark.parametrize(
    "origin", ["https://[", "https://a:port", "console", "ftp://a"]
)
def test_what_is_no_address_is_bad_data(origin: str) -> None:
    """`https://[` was a fault of the program (70)."""
    with pytest.raises(InputError, match="no address of a console"):
        read_party(origin)


def test_another_name_of_the_party_may_follow() -> None:
    party = read_party("https://console.example.jp:8443,example.jp")
    assert (party.rp_id, party.origin) == (
        "example.jp",
        "https://console.example.jp:8443",
    )
