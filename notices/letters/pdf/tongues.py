"""Words of the other language within a part: they are read aloud as what they are."""

import re
from collections.abc import Iterator

# Kana, ideographs and their signs; full-width brackets go with what they hold.
_JAPANESE = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]+"
)
# At least four words with blanks between: names and ids are of no language.
_ENGLISH = re.compile("[A-Za-z,'\u2019]+(?: [A-Za-z,'\u2019]+){3,}[.:]?")


def tongues(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Pieces of a run with their language, empty for the part's own.

    language: `ja` or `en`; empty: nothing is looked for.
    """
    pattern = {"en": _JAPANESE, "ja": _ENGLISH}.get(language)
    other = "ja-JP" if language == "en" else "en"
    at = 0
    for run in pattern.finditer(text) if pattern else ():
        if run.start() > at:
            yield "", text[at : run.start()]
        yield other, run[0]
        at = run.end()
    if at < len(text):
        yield "", text[at:]
