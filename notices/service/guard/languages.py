"""Which of two languages a reader wants (RFC 9110, 12.5.4)."""

LANGUAGES = ("ja", "en")
_HIGHEST = 1.0


def chosen_language(asked: str, accepted: str) -> str:
    """Japanese or English: what was asked for by name, else what the browser accepts.

    asked: `ja`, `en`, or anything else for no choice. accepted: the Accept-Language
    field. Japanese where neither decides.

    >>> chosen_language("", "en-US,en;q=0.9,ja;q=0.1"), chosen_language("ja", "en")
    ('en', 'ja')
    """
    if asked in LANGUAGES:
        return asked
    weights = dict.fromkeys(LANGUAGES, 0.0)
    for item in accepted.split(",")[:32]:
        tag, _, parameters = item.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in weights:
            weights[language] = max(weights[language], _weight(parameters))
    return "en" if weights["en"] > weights["ja"] else "ja"


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return _HIGHEST
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= _HIGHEST else 0.0
