"""`notices init` writes a whole site, and nothing over anything."""

from contextlib import suppress

import pytest

from notices.codec import read_judgment
from notices.config import load_config
from notices.errors import InputError
from notices.site.starting import (
    INVALID_CASE,
    example_cases,
    invalid_case,
    shipped,
    start_site,
)


def test_a_new_site_is_complete(tmp_path):
    start_site(tmp_path / "site")
    config = load_config(tmp_path / "site")
    for name in (
        config.signing.key,
        *config.signing.trust,
        *config.signing.crls,
        config.smtp.ca,
        config.recipients.file,
    ):
        assert config.resolve(name).is_file(), name
    assert (tmp_path / "site" / "templates" / "form1").is_dir()
    assert len(list((tmp_path / "site" / "cases").iterdir())) == 4


def test_keys_of_a_new_site_are_readable_by_their_owner_only(tmp_path):
    start_site(tmp_path / "site")
    for path in (tmp_path / "site" / "certs" / "example").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


def test_what_python_leaves_in_a_checkout_is_no_part_of_a_site(tmp_path):
    """Whoever had made the example PKI anew gave every new site his byte code."""
    left = shipped("certs/example") / "__pycache__"
    is_new = not left.exists()
    left.mkdir(exist_ok=True)
    (left / "left.pyc").write_bytes(b"")
    try:
        start_site(tmp_path / "site")
    finally:
        (left / "left.pyc").unlink()
        if is_new:
            with suppress(OSError):  # another test has left something meanwhile
                left.rmdir()
    assert not [*(tmp_path / "site").rglob("__pycache__")]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        start_site(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        start_site(tmp_path / "file" / "site")


def test_examples_are_what_their_names_say():
    for case_id, text in example_cases().items():
        assert read_judgment(text).case_id == case_id
    assert f'"{INVALID_CASE}"' in invalid_case()
