"""What is no TOML is told at its line, in words of ours, in both languages."""

import tomllib

import pytest

from notices.codec.toml import parse_toml
from notices.errors import ConfigError

KEY, QUOTE = "a line begins with a key", "a text is not closed"
BROKEN = [
    # text, line, how the sentence begins
    ("name", 1, "behind a key belongs ="),
    ("a = 1\n\nname\n", 3, "behind a key belongs ="),
    ("a = 1\nname = ", 2, "behind = belongs"),
    ("name = “見本”", 1, "behind = belongs"),
    ("name = True", 1, "behind = belongs"),
    ("a = 1\nb = [1,\n2", 3, "a list is not closed"),
    ("b = {c = 1", 1, "a table is not closed"),
    ("a = '見本", 1, QUOTE),
    ('a = "見本\nb = 1', 1, QUOTE),
    ('a = """見本', 1, QUOTE),
    ("\n\n[見本]", 3, KEY),
    ("“a” = 1", 1, KEY),
    ("[page", 1, "the name of a table is not closed"),
    ('a = "C:\\q"', 1, "in double quotes"),
    ("a = 1 ＃ 覚書", 1, "behind the value"),
    ("a = 1 b = 2", 1, "behind the value"),
    ("a = 1\na = 2\n", 2, "this key or table is there twice"),
    ("[a]\n[a]\n", 2, "this key or table is there twice"),
    ("a = '\x01'", 1, "a character that cannot stand there"),
]


@pytest.mark.parametrize(("text", "line", "words"), BROKEN)
def test_it_is_told_at_its_line_and_not_in_the_words_of_the_parser(
    text: str, line: int, words: str
) -> None:
    """The parser's own sentence stood there, in English and without a line."""
    with pytest.raises(ConfigError) as broken:
        parse_toml(text, "kind.toml")
    [fault] = broken.value.faults
    assert fault.path == f"kind.toml:{line}"
    assert fault.message.startswith(words)
    with pytest.raises(tomllib.TOMLDecodeError) as parser:
        tomllib.loads(text)
    assert str(parser.value).partition(" (")[0] not in fault.message
