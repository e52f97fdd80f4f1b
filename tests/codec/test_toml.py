"""The line of each key of a TOML file; tomllib is the judge of where it begins."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.codec.parsing import Part, path_of
from notices.codec.toml import parse_toml

ROOT = Path(__file__).parents[2]
ODD = '''\
"a\\"b" = 1 # [smtp] "host" = 1
a.b . "c.d" = { x = 1, y = "[z]" }
  text = """
[smtp]
host = "not a key"
\\""" still = 1"""
raw = \'\'\'
key = """ \'\'\'
list = [ # ]
  { key = "a", from = 2027-01-01 }, # }
  "port = 1",
]
[ smtp . "é" ] # ["x"]
port = """"quoted" end"""
\'single "quoted"\' = \'a # b\'
[["many keys".k]]
key = "one"
[["many keys".k]]
key.deep = "two"
["many keys".k.below]
x = 1
[[ "many keys".k.more ]]
y = 1
[smtp]
empty = ""
'''
STATEMENTS = st.lists(
    st.sampled_from(
        [
            "{0} = 1", '{0} = """\n[x]\ny = 1\n"""', "{0} = [\n1, # ]\n'=',\n]",
            '"{0} x" = "#"', "{0}.b.c = {{ d = 1 }}", "[t{0}]", "[[u]]", "[u.v{0}]",
            "", "# z = 1", "[[u.w]]", "'{0}' = '''\n]\n'''",
        ]
    ),
    max_size=14,
)  # fmt: skip


def paths(data: object, above: tuple[Part, ...] = ()) -> list[tuple[Part, ...]]:
    """Every key of tables and of arrays of tables; inline tables as well."""
    if isinstance(data, dict):
        inside = [
            item for key, part in data.items() for item in paths(part, (*above, key))
        ]
    elif isinstance(data, list):
        inside = [
            item for at, part in enumerate(data) for item in paths(part, (*above, at))
        ]
    else:
        inside = []
    return [above, *inside]


def first_line(text: str, path: tuple[Part, ...]) -> int:
    """The line below the longest beginning of the file that is TOML without the path."""
    lines = text.split("\n")
    last = 0
    for count in range(len(lines) + 1):
        try:
            found = paths(tomllib.loads("\n".join(lines[:count])))
        except tomllib.TOMLDecodeError:
            continue
        if path in found:
            break
        last = count
    return last + 1


def told_line(text: str, path: tuple[Part, ...]) -> int:
    _, places = parse_toml(text, "f")
    return int(places.place(path_of(path)).removeprefix("f:"))


@pytest.mark.parametrize(
    "text",
    [ODD, (ROOT / "notices.toml").read_text(), (ROOT / "recipients.toml").read_text()],
    ids=["odd", "notices.toml", "recipients.toml"],
)
def test_every_key_stands_where_the_file_begins_to_have_it(text: str) -> None:
    told = {path: told_line(text, path) for path in paths(tomllib.loads(text)) if path}
    assert told == {path: first_line(text, path) for path in told}
    assert told


@given(STATEMENTS)
def test_whatever_stands_between_the_keys(statements: list[str]) -> None:
    text = "\n".join(
        statement.format(f"k{count}") for count, statement in enumerate(statements)
    )
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    for path in paths(data):
        if path:
            assert told_line(text, path) == first_line(text, path), path


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("smtp.nothing", 13),
        ("list[2]", 9),
        ('["many keys"].k[1].nothing[3]', 18),
        ("nothing.at.all", 1),
        ("", 1),
    ],
)
def test_what_is_not_there_is_placed_at_what_is_around_it(path: str, line: int) -> None:
    _, places = parse_toml(ODD, "f")
    assert places.place(path) == f"f:{line}"
