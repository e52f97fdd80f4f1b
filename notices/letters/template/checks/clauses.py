"""Sentences judged by their clauses: what is said, and whether it is negated.

`義務を課すものではありません` and `You are not required to act` say the contrary of
their words. In Japanese the negation ends the clause, in English it comes first; an
even number of negations takes nothing back.
"""

import re
from collections.abc import Iterator

from notices.letters.template.checks.word_table import WordTable, word_table

# A Japanese clause ends with its sentence, or at a comma behind a predicate that
# goes on (連用形, て, が, ため …); a comma behind a noun or は joins.
_JAPANESE_END = re.compile(
    "[。！？!?]|(?<=[りしてでがばくずん])、|(?<=ため|ので|から|場合|とき|ます|です|した|れる)、"
)
_PRONOUN = r"(?:it|this|that|these|we|you|they|he|she|there|the|your|our|please)"
_ENGLISH_END = re.compile(
    r"[.;:!?](?=\s|$)"
    rf"|,?\s+(?:and|but|so|or|yet)\s+(?={_PRONOUN}\b)"
    r"|,?\s+(?:because|since|if|unless|while|whereas|although|though)\s+"
    rf"|,\s+(?:but\s+)?(?={_PRONOUN}\b)"
    r"|,?\s+(?:and|but)\s+(?=(?:must|shall|will|is|are|has|have|may|can)\b)"
    r"|,?\s+(?:and|or)\s+(?=(?:no|none|nothing|never)\b)"
    r"|,\s+(?=nor\b)"
    r"|,?\s+but\s+",
    re.IGNORECASE,
)


_SHORTENED = re.compile("n't\\b", re.IGNORECASE)


def breaches(line: str, form: str, table: WordTable | None = None) -> Iterator[str]:
    """Each place of a line that the table forbids in that form: the words and why.

    line: NFKC, in Japanese, English or both.
    """
    known = table or word_table()
    english = _SHORTENED.sub(" not", line.replace("\u2019", "'"))
    for language, text in (("ja", "".join(line.split())), ("en", english)):
        harmless = known.harmless[language].sub("", text)
        for rule in known.rules:
            if form in rule.forms:
                tongue = rule.tongues[language]
                strict = (found[0] for found in tongue.strict.finditer(harmless))
                for words in (
                    *strict,
                    *_found(harmless, language, tongue.words, known),
                    *_found(harmless, language, tongue.always, known),
                ):
                    yield f"{words}: {rule.why}"


def _found(
    text: str, language: str, words: re.Pattern[str], table: WordTable
) -> Iterator[str]:
    for phrase in words.finditer(text):
        scope = _scope(text, language, phrase.start(), phrase.end())
        plain = table.harmless[f"not {language}"].sub("", scope)
        negations = [one.lower() for one in table.negation[language].findall(plain)]
        if "neither" in negations and "nor" in negations:
            negations.remove("neither")  # neither … nor negates once
        if len(negations) % 2 == 0:
            yield phrase[0]


def _scope(text: str, language: str, start: int, end: int) -> str:
    """The part of the clause in which a negation concerns the words at hand."""
    if language == "ja":
        rest = text[end:]
        stop = _JAPANESE_END.search(rest)
        return rest[: stop.start()] if stop else rest
    begins = [one.end() for one in _ENGLISH_END.finditer(text) if one.end() <= start]
    return text[begins[-1] if begins else 0 : start]
