"""Where a database lies: what is the same one, and what is a copy."""

from dataclasses import replace

import pytest

from notices.outbox.identity import Place

HERE = Place(name="/srv/a.sqlite", file=7, volume=3, machine="m")
SAME = {
    "itself": {},
    "renamed": {"name": "/srv/b.sqlite"},
    "another device number after a restart": {"volume": 4},
    "machine not known, as in a container": {"machine": ""},
    "seen in a container": {"name": "/data/a.sqlite", "machine": ""},
}
COPIES = {
    "another file beside it": {"name": "/srv/b.sqlite", "file": 8},
    "another file in its place": {"file": 8},
    "on another volume, by chance with this number": {
        "name": "/mnt/a.sqlite",
        "volume": 4,
    },
    "on a disk that was cloned": {"machine": "n"},
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_one_file_is_one_database(change):
    assert HERE.is_same(replace(HERE, **change))
    assert replace(HERE, **change).is_same(HERE)


@pytest.mark.parametrize("change", COPIES.values(), ids=COPIES)
def test_another_file_is_a_copy(change):
    assert not HERE.is_same(replace(HERE, **change))
    assert not replace(HERE, **change).is_same(HERE)


def test_databases_of_servers_are_told_by_their_names():
    assert not Place(name="1/2").is_same(Place(name="1/3"))
    assert Place(name="1/2").is_same(Place(name="1/2"))
