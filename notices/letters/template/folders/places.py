"""Where the files of templates stand: the site first, the package, the checkout."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from notices.errors import ConfigError, InvalidTemplate
from notices.files.asking import is_folder
from notices.files.system_words import in_words
from notices.letters.template.checks.acceptance import ACCEPTED_NAME
from notices.letters.template.folders.names import (
    KIND_NAME,
    LAYOUT_NAME,
    NAMES,
    OF_KIND,
)
from notices.messages import Text

MAX_KINDS = 50
"""Further kinds of notices in one folder."""


def of_package() -> list[Path]:
    """The templates of the program, in the wheel or in the checkout."""
    package = Path(__file__).parents[3]
    return [package / "templates", package.parent / "templates"]


def template_paths(directories: Sequence[Path]) -> tuple[tuple[str, ...], ...]:
    """Where each of these may stand; the first file that is there counts."""
    return _paths(tuple(directories), kind_folders(directories))


@lru_cache(maxsize=4)
def _paths(
    directories: tuple[Path, ...], kinds: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    # made once, and as texts: that costs more than asking when a file changed
    places = [*directories, *of_package()]
    return (
        *(tuple(str(place / name) for place in places) for name in NAMES),
        *(
            tuple(str(place / folder / name) for place in directories)
            for folder in kinds
            for name in OF_KIND
        ),
    )


def kind_folders(directories: Sequence[Path]) -> tuple[str, ...]:
    """Names of the folders that have a `kind.toml`, in their order."""
    found = {
        path.parent.name
        for directory in directories
        for path in _globbed(directory, f"*/{KIND_NAME}")
    }
    return tuple(sorted(found)[:MAX_KINDS])


def _globbed(directory: Path, pattern: str) -> list[Path]:
    try:
        return list(directory.glob(pattern))
    except OSError:
        return []  # what cannot be read is told of the files that must be there


@lru_cache(maxsize=1)
def package_layout() -> str:
    """The text of the package's own `layout.toml`."""
    _, text = read_first(LAYOUT_NAME, of_package())
    return text


BESIDES = frozenset({"README.md", "words.toml", ACCEPTED_NAME})
"""Names that belong into a template folder besides templates and samples."""


def unread(folder: Path) -> Iterator[str]:
    """Such as letter.ja.j2.txt or Form1/letter.ja.j2: edited, and never used."""
    known = {folder / name for name in NAMES}
    known |= {
        folder / kind / name for kind in kind_folders([folder]) for name in OF_KIND
    }
    try:
        paths = sorted(folder.rglob("*"))
    except OSError:
        return
    for path in paths:
        if path.name.startswith(".") or path.name in BESIDES or is_folder(path):
            continue
        is_picture = path.suffix == ".png" and path.parent == folder
        if path not in known and not is_picture:
            yield str(path)


def read_first(name: str, places: Sequence[Path]) -> tuple[str, str]:
    """Path and text of the first file of that name.

    InvalidTemplate if it is not UTF-8, ConfigError if it is nowhere.
    """
    for place in places:
        path = place / name
        try:
            return str(path), path.read_text(encoding="utf-8-sig")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except UnicodeDecodeError as broken:
            raise InvalidTemplate(
                Text("{path}: not UTF-8", path=path), hint="save the file as UTF-8"
            ) from broken
        except OSError as failed:
            raise ConfigError(
                Text(
                    "{path} cannot be read: {strerror}",
                    path=path,
                    strerror=in_words(failed),
                )
            ) from failed
    raise ConfigError(
        Text(
            "no template {name} in {places}",
            name=name,
            places=", ".join(map(str, places)),
        ),
        hint="reinstall the package",
    )
