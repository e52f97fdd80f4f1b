"""What an auditor asks, as it goes to the process that reads, and back.

Octets go as blocks beside it; all else is JSON. What was not said is not written, so
`read_policy` has the defaults, and nobody else.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from notices.verifying.policy import PolicyArguments

_OCTETS = ("trust", "trust_tsa", "evidence")
_SPANS = ("clock_tolerance", "revocation_age")


def dump_arguments(
    given: PolicyArguments,
) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """Arguments as values of JSON, and the octets of roots and evidence in a row."""
    said: dict[str, Any] = {**given}
    octets = [tuple(said.get(name, ())) for name in _OCTETS]
    plain = {name: _plain(said[name]) for name in said if name not in _OCTETS}
    told = {"said": plain, "counts": [len(each) for each in octets]}
    return told, tuple(one for each in octets for one in each)


def load_arguments(told: Mapping[str, Any], octets: Sequence[bytes]) -> PolicyArguments:
    """What was dumped."""
    said = dict(told["said"])
    said["at"] = datetime.fromisoformat(said["at"])
    for name in said.keys() & set(_SPANS):
        said[name] = timedelta(seconds=said[name])
    start = 0
    for name, count in zip(_OCTETS, told["counts"], strict=True):
        said[name] = octets[start : start + count]
        start += count
    return cast("PolicyArguments", said)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return (
        value
        if value is None or isinstance(value, int)
        else list(cast("Sequence[str]", value))
    )
