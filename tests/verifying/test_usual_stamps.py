"""A TSTInfo of the usual fields is read by its octets, as asn1crypto reads it."""

from datetime import UTC, datetime

import pytest
from asn1crypto import core, tsp, x509

from notices.object_identifiers import TST_INFO
from notices.verifying.checks import Refusal
from notices.verifying.cms.timestamp_rules import read_any_info, read_info

NAME = x509.GeneralName(
    name="directory_name", value=x509.Name.build({"common_name": "TSA"})
)
EXTENSION = {"extn_id": "1.2.3", "critical": True, "extn_value": b"\x05\x00"}
FURTHER = (
    {},
    {"accuracy": {"seconds": 1}},
    {"accuracy": {"millis": 500, "micros": 3}, "nonce": 77},
    {"accuracy": {"seconds": -1}},
    {"nonce": 2**64},
    {"ordering": True},
    {"tsa": NAME},
    {"extensions": [EXTENSION]},
    {"version": "v1", "serial_number": -5},
)
TIMES = (
    b"20260615093000Z",
    b"20260615093000.5Z",
    b"20260615093060Z",
    b"20260230093000Z",
    b"00000615093000Z",
    b"202606150930Z",
    b"20260615093000+0900",
    b"20260615093000",
)


def info(moment: bytes, **further) -> bytes:
    told = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": "1.2.3.4",
            "message_imprint": {
                "hash_algorithm": {"algorithm": "sha256"},
                "hashed_message": b"\x07" * 32,
            },
            "serial_number": 12,
            "gen_time": datetime(2026, 6, 15, 9, 30, tzinfo=UTC),
        }
        | further
    )
    told["gen_time"] = core.GeneralizedTime(contents=moment)
    return told.dump()


def told(read, data: bytes) -> object:
    try:
        return read(data)
    except (Refusal, ValueError) as error:
        return type(error), str(error)


@pytest.mark.parametrize("moment", TIMES)
@pytest.mark.parametrize("further", FURTHER)
def test_the_usual_way_and_the_general_one_agree(moment, further):
    """The short way came for speed: no stamp may be read otherwise than before."""
    data = info(moment, **further)
    for octets in (data, data + b"\x00", data[:-1], data[:5] + b"\x09" + data[6:]):
        assert told(lambda one: read_info(one, TST_INFO), octets) == told(
            read_any_info, octets
        )
