"""`token_command`: what may stand in it, and that it is found before anything is queued."""

import sys
from pathlib import Path

import pytest

from notices.config import load_config
from notices.errors import ConfigError
from notices.site.configured import relay_of

SMTP = '\n[smtp]\nhost = "127.0.0.1"\nusername = "desk"\n'


def site(folder: Path, text: str) -> Path:
    usual = (Path(__file__).parents[2] / "notices.toml").read_text(encoding="utf-8")
    before, _, rest = usual.partition("[smtp]")
    after = rest[rest.index("[archive]") :]
    path = folder / "notices.toml"
    path.write_text(before + text + after, encoding="utf-8")
    return path


def test_the_command_is_part_of_the_relay(tmp_path: Path) -> None:
    text = f'{SMTP}token_command = ["{sys.executable}", "-c", "print(1)"]\n'
    relay = relay_of(load_config(site(tmp_path, text)))
    assert relay.token is not None
    assert relay.token.token().reveal() == "1"
    assert relay.password == ""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('token_command = [" "]\n', "names no program"),
        ('token_command = ["a"]\npassword_file = "b"\n', "either a password_file"),
        ('token_command = ["a"]\nusername = ""\n', "needs a username"),
    ],
)
def test_what_it_may_not_be_is_told(more: str, said: str, tmp_path: Path) -> None:
    text = SMTP if "username" not in more else SMTP.replace('username = "desk"\n', "")
    with pytest.raises(ConfigError) as caught:
        load_config(site(tmp_path, text + more))
    assert said in caught.value.diagnostics()


def test_a_program_that_is_not_there_is_told_before_anything_is_queued(
    tmp_path: Path,
) -> None:
    config = load_config(site(tmp_path, f'{SMTP}token_command = ["no-such-x"]\n'))
    with pytest.raises(ConfigError, match="there is no program no-such-x"):
        relay_of(config)
