"""Making a new site, complete and runnable, from what came with the program."""

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from notices.codec import load_examples
from notices.config import FILE_NAME
from notices.errors import ConfigError, InputError
from notices.files import OTHER_FOLDER, NewFile, fill_folder, unwritable
from notices.files.asking import is_file, is_there
from notices.messages import Text

PRIVATE_MODE = 0o600
EXAMPLE_YEAR = "IHC-2026-"
"""The other valid example belongs to the categories of 2006."""
INVALID_CASE = "IHC-2026-004299"
"""Case id of the example with faults."""


def shipped(name: str) -> Path:
    """A file or folder that came with the program: in the wheel, or in the checkout."""
    package = Path(str(resources.files("notices")))
    for place in (package / name, package.parent / name):
        if is_there(place):
            return place
    raise ConfigError(
        Text("{name} is missing from the installation", name=name),
        hint="install notices again: pip install --force-reinstall notices",
    )


def start_site(directory: Path) -> list[Path]:
    """Write a site into `directory`, which must be new or empty; returns its files."""
    try:
        if is_there(directory) and any(directory.iterdir()):
            raise InputError(
                Text(
                    "{directory} is not empty, nothing was written", directory=directory
                ),
                hint="name a new folder",
            )
    except OSError as error:
        raise unwritable(directory, error, hint=OTHER_FOLDER) from error
    return sorted(fill_folder(directory, _contents()))


def _contents() -> Iterator[NewFile]:
    """Contents only: what is read-only in the installation is editable in the site."""
    for name in (FILE_NAME, "recipients.toml", "people.toml"):
        yield NewFile(path=Path(name), content=shipped(name).read_bytes())
    for folder, mode in (("templates", 0o666), ("certs/example", PRIVATE_MODE)):
        for source in _files(shipped(folder)):
            path = Path(folder) / source.relative_to(shipped(folder))
            yield NewFile(path=path, content=source.read_bytes(), mode=mode)
    for case_id, text in example_cases().items():
        yield NewFile(path=Path("cases") / f"{case_id}.json", content=text.encode())


def _files(folder: Path) -> list[Path]:
    """All files but what Python leaves beside a program that was run there."""
    found = (path for path in folder.rglob("*") if is_file(path))
    return sorted(path for path in found if path.parent.name != "__pycache__")


def example_cases() -> dict[str, str]:
    """The valid example judgments of today's law, case id to JSON text."""
    return {
        name.removesuffix(".json"): text
        for name, text in load_examples().items()
        if name.startswith(EXAMPLE_YEAR)
    }


def invalid_case() -> str:
    """The example judgment with many faults, as JSON text."""
    return load_examples()["invalid.json"]
