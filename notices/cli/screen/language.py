"""The language of this run: `--lang`, else LC_ALL, LC_MESSAGES, LANG, else English."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import pairwise

from notices.codec.languages import LANGUAGES, load_texts
from notices.messages import told
from notices.signs import plain

OPTION = "--lang"
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_CURRENT: ContextVar[str] = ContextVar("language", default="en")


def chosen(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language that was asked for: `ja` or `en`.

    A wrong `--lang` is refused later, where options are read.
    """
    words = list(arguments)
    words = words[: words.index("--")] if "--" in words else words
    for word, following in pairwise([*words, ""]):
        name, _, value = word.partition("=")
        if name == OPTION and (asked := value or following) in LANGUAGES:
            return asked
    # POSIX, Base Definitions 8.2: the first that is set and not empty decides
    locale = next(filter(None, (environment.get(name) for name in _VARIABLES)), "")
    return "ja" if locale.partition("_")[0] == "ja" else "en"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Tell all texts in this language until the block ends."""
    token = _CURRENT.set(language)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current() -> str:
    """The language of this run."""
    return _CURRENT.get()


def tell(text: str) -> str:
    """A text in the language of this run."""
    return told(text, load_texts(_CURRENT.get()))


def shown(text: str) -> str:
    """A text in the language of this run, on one line, with everything seen."""
    return plain(tell(text))
